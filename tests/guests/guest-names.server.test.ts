import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { enter, makeLink } from '../helpers/access/guest-people.ts'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'

let server: RunningServer
let owner: Person
let projectId: string, documentId: string
beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
  ;({ projectId, documentId } = await createDocument(owner))
  await join(owner, await createPerson(server.url, '李明'), projectId, 'manufacture', 'editor')
})
afterAll(() => server.close())

const newLink = () => makeLink(owner, projectId, [documentId])

test('nobody enters under the name of a member, in whatever width, case or spaces, nor of another guest', async () => {
  const { token } = await newLink()
  const taken = ['李明', ' 李明 ', '李\u200b明', '李 明', '李\u3000明', '李·明', '李明\u2800', '李\ufff9明']
  taken.push('Lin Yue', 'lin  yue', 'ＬＩＮ　Ｙｕｅ', 'LinYue', 'Lin-Yue', 'Iin Yue', '1in Yue')
  // Cyrillic and Greek
  taken.push('Lin Yuе', 'Ӏіn Υuе', 'Lin Υue')
  for (const name of taken) {
    expect(await enter(server.url, { token, name }), name).toMatchObject({
      status: 409,
      code: 'guest_name_taken',
    })
  }
  // the link is not used up by it
  expect((await enter(server.url, { token, name: '李明（模具厂）' })).code).toBeNull()
  const next = await newLink()
  const again = { token: next.token, name: '李明（模具厂）' }
  expect((await enter(server.url, again)).code).toBe('guest_name_taken')
  // who is gone has no name that others could mistake
  const { link, token: withdrawn } = await newLink()
  expect((await enter(server.url, { token: withdrawn, name: 'Wu' })).code).toBeNull()
  await owner.ask('DELETE', `/api/projects/${projectId}/guest-links/${link.id}`)
  expect((await enter(server.url, { token: next.token, name: 'Wu' })).code).toBeNull()
})

test('who is a guest already takes nobody’s name either: not by another name, nor in another project', async () => {
  const { token } = await newLink()
  const guest = (await enter(server.url, { token, name: 'Zhao' })).guest!
  const rename = (name: string) =>
    guest.ask<{ error: { code: string } }>('PATCH', '/api/accounts/me', { name })
  expect((await rename('lin yue')).body.error.code).toBe('guest_name_taken')
  expect((await guest.get<{ user: { name: string } }>('/api/accounts/me')).user.name).toBe('Zhao')
  expect((await rename('zhao')).status).toBe(200)
  expect((await rename('Zhao, tool shop')).status).toBe(200)

  const zhao = await createPerson(server.url, 'Zhao, tool shop')
  const elsewhere = await createDocument(zhao)
  const other = await makeLink(zhao, elsewhere.projectId, [elsewhere.documentId])
  expect((await enter(server.url, { token: other.token }, guest.cookie)).code).toBe('guest_name_taken')
})

test('who has an account is known by it and bears whatever name they have', async () => {
  const { token } = await newLink()
  const other = await createPerson(server.url, '李明')
  expect((await enter(server.url, { token }, other.cookie)).code).toBeNull()
})
