import { readdir, readFile } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { chooseMail } from '../../server/notify/preferences.ts'
import { jobs } from '../../server/jobs/tables.ts'
import type { Notice } from '../../shared/notify.ts'
import type { Person as Named } from '../../shared/projects.ts'
import type { Thread } from '../../shared/review.ts'
import { createDocument, createPerson, join, password, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { enter, makeLink, startOf } from '../helpers/access/guest-people.ts'

let server: Awaited<ReturnType<typeof startServer>>
let owner: Person, maker: Person, guest: Person
let projectId: string, open: string, closed: string, linkId: string

beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
  maker = await createPerson(server.url, '陈工')
})
afterAll(() => server.close())
beforeEach(async () => {
  ;({ projectId, documentId: open } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'spec',
  }))
  const second = { kind: 'spec', title: 'Price', template: 'spec' }
  closed = (await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, second)).id
  await join(owner, maker, projectId, 'manufacture', 'reviewer')
  const { link, token } = await makeLink(owner, projectId, [open])
  linkId = link.id
  guest = (await enter(server.url, { token, name: '王师傅' })).guest!
})

const path = () => `/api/projects/${projectId}/threads`
const raiseOn = async (documentId: string | null, more: object = {}) => {
  const anchor = documentId ? await startOf(server, documentId) : { type: 'project' }
  return maker.ask<{ thread: Thread; error: { code: string } }>('POST', path(), {
    id: newId(),
    commentId: newId(),
    anchor,
    body: '壁厚？',
    ...more,
  })
}
const naming = (person: Person) => ({
  body: undefined,
  content: {
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'mention', attrs: { userId: person.user.id } }] }],
  },
})
const told = async (person: Person) =>
  (await person.get<{ notices: Notice[] }>('/api/notices')).notices.map(({ kind }) => kind)
const peopleFor = async (person: Person) =>
  (await person.get<{ people: Named[] }>(`/api/projects/${projectId}/people`)).people
const mails = async () => {
  const folder = joinPath(server.dataDir, 'outbox')
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'))
  return Promise.all(files.map((name) => readFile(joinPath(folder, name), 'utf8')))
}

test('a guest is named and made the assignee where they see the document, and is told so', async () => {
  const raised = await raiseOn(open, naming(guest))
  expect(raised.status).toBe(201)
  const { thread } = raised.body
  expect(await told(guest)).toEqual(['mention'])
  const given = await owner.ask<{ thread: Thread }>('PATCH', `${path()}/${thread.id}`, {
    assigneeId: guest.user.id,
  })
  expect(given.body.thread.assignee).toEqual({
    userId: guest.user.id,
    name: '王师傅',
    side: 'manufacture',
  })
  expect(await told(guest)).toEqual(['assigned', 'mention'])
  const listed = await maker.get<{ threads: Thread[] }>(path())
  expect(listed.threads[0]!.assignee?.name).toBe('王师傅')
})

test('not in another document, nor on the project, nor in a reply there; bulk changes are all or nothing', async () => {
  const [inside, outside, project] = await Promise.all([raiseOn(open), raiseOn(closed), raiseOn(null)])
  const assigneeId = guest.user.id
  for (const place of [closed, null]) {
    expect((await raiseOn(place, naming(guest))).body.error.code).toBe('mention_unknown')
    expect((await raiseOn(place, { assigneeId })).body.error.code).toBe('not_found')
  }
  for (const { body } of [outside, project]) {
    const at = `${path()}/${body.thread.id}`
    expect((await maker.ask('POST', `${at}/comments`, { id: newId(), ...naming(guest) })).status).toBe(400)
    expect((await owner.ask('PATCH', at, { assigneeId })).status).toBe(404)
  }
  const threadIds = [inside, outside].map(({ body }) => body.thread.id)
  expect((await owner.ask('PATCH', path(), { threadIds, change: { assigneeId } })).status).toBe(404)
  expect(await told(guest)).toEqual([])
})

test('whose link has ended is named no more, and is nobody’s assignee', async () => {
  const { thread } = (await raiseOn(open, { assigneeId: guest.user.id })).body
  expect(thread.assignee?.name).toBe('王师傅')
  await owner.ask('DELETE', `/api/projects/${projectId}/guest-links/${linkId}`)
  expect((await raiseOn(open, naming(guest))).body.error.code).toBe('mention_unknown')
  const { threads } = await owner.get<{ threads: Thread[] }>(path())
  expect(threads.map(({ assignee }) => assignee)).toEqual([null])
  expect((await peopleFor(owner)).map(({ name }) => name)).toEqual(['Lin Yue', '陈工'])
})

test('a guest is shown who meets them, and neither other guests nor other documents', async () => {
  const elsewhere = await makeLink(owner, projectId, [closed])
  await enter(server.url, { token: elsewhere.token, name: '报价员' })
  const both = await makeLink(owner, projectId, [open, closed])
  await enter(server.url, { token: both.token, name: '模具师' })
  const seen = new Map((await peopleFor(guest)).map(({ name, resources }) => [name, resources]))
  expect(seen).toEqual(
    new Map([
      ['Lin Yue', null],
      ['陈工', null],
      ['模具师', [open]],
      ['王师傅', [open]],
    ]),
  )
  const all = (await peopleFor(owner)).find(({ name }) => name === '模具师')!
  expect(all.resources!.toSorted()).toEqual([open, closed].toSorted())
})

test('a guest with an account is mailed what they see, and nothing when the link has ended', async () => {
  const email = `${newId().replaceAll(/[-_]/g, 'x').toLowerCase()}@example.com`
  const claim = await guest.ask('POST', '/api/guests/claim', { email, password })
  expect(claim.status).toBe(200)
  await raiseOn(open, naming(guest))
  await until('the mail', async () => (await mails()).some((mail) => mail.includes(email)))
  const before = (await mails()).length
  await chooseMail(server.database, guest.user.id, 'digest')
  await raiseOn(open, naming(guest))
  await owner.ask('DELETE', `/api/projects/${projectId}/guest-links/${linkId}`)
  // what was told before the link ended is still to be sent
  const digest = { type: 'digest', userId: guest.user.id } as const
  await server.database.insert(jobs).values({ task: digest, runAt: new Date() })
  server.wakeDelivery()
  await until('nothing to be left', async () => {
    const left = await server.database.select().from(jobs)
    return left.every(({ key }) => key !== null)
  })
  expect((await mails()).length).toBe(before)
})
