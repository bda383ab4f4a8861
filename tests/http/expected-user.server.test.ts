import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { RunningServer } from '../../server/open-server.ts'
import { newId } from '../../server/db/columns.ts'
import { expectedUserHeader } from '../../shared/expected-user.ts'
import { upgradeQuery } from '../../shared/wire/protocol.ts'
import { createDocument, createPerson, join, ownPage, type Person } from '../helpers/people.ts'
import { ourQuery } from '../helpers/http/our-query.ts'
import { startServer } from '../helpers/server.ts'

let server: RunningServer
let [anna, bo]: Person[] = []
let [projectId, documentId] = ['', '']
beforeAll(async () => {
  server = await startServer()
  ;[anna, bo] = [await createPerson(server.url), await createPerson(server.url, 'Bo')]
  ;({ projectId, documentId } = await createDocument(anna))
  await join(anna, bo, projectId, 'manufacture', 'editor')
})
afterAll(() => server.close())

/** As a browser in which Bo signed in after Anna wrote. */
async function askAsBo(
  expected: string,
  method: string,
  path: string,
  body?: BodyInit,
  type = 'application/json',
) {
  const reply = await fetch(server.url + path, {
    method,
    headers: {
      ...ownPage(server.url),
      Cookie: bo!.cookie,
      'Content-Type': type,
      [expectedUserHeader]: expected,
    },
    ...(body === undefined ? {} : { body }),
  })
  const text = await reply.text()
  return { status: reply.status, code: /"code":"(\w+)"/.exec(text)?.[1] }
}

test('what was written by one account is never taken from another that is signed in by then', async () => {
  const thread = JSON.stringify({
    id: newId(),
    commentId: newId(),
    anchor: { kind: 'project' },
    severity: 'note',
    body: 'Wall',
    draft: false,
  })
  const before = await bo!.get<{ threads: unknown[] }>(`/api/projects/${projectId}/threads`)
  for (const [method, path, body, type] of [
    ['POST', `/api/projects/${projectId}/threads`, thread],
    ['POST', `/api/projects/${projectId}/files`, 'bytes', 'image/png'],
    ['PATCH', `/api/documents/${documentId}`, JSON.stringify({ title: 'Mine' })],
    ['DELETE', '/api/sessions/current'],
  ] as const) {
    const answer = await askAsBo(anna!.user.id, method, path, body, type)
    expect(answer, path).toEqual({ status: 412, code: 'account_changed' })
  }
  expect(await bo!.get(`/api/projects/${projectId}/threads`)).toEqual(before)
  const renamed = JSON.stringify({ title: 'Lamp 2' })
  expect((await askAsBo(bo!.user.id, 'PATCH', `/api/documents/${documentId}`, renamed)).status).toBe(200)
})

test('nor are changes of a document: a socket that expects to be somebody else is not opened', async () => {
  const upgrade = (expected: string) =>
    new Promise<number>((resolve) => {
      const address = `${server.url.replace('http', 'ws')}/api/rooms/${documentId}${ourQuery}`
      const socket = new WebSocket(`${address}&${upgradeQuery.user}=${expected}`, {
        headers: { Cookie: bo!.cookie, Origin: server.url },
      })
      socket.on('unexpected-response', (_request, { statusCode }) => resolve(statusCode ?? 0))
      socket.on('open', () => {
        socket.close()
        resolve(101)
      })
      socket.on('error', () => {})
    })
  expect(await upgrade(anna!.user.id)).toBe(412)
  expect(await upgrade(bo!.user.id)).toBe(101)
})
