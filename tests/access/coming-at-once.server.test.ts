import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { RunningServer } from '../../server/open-server.ts'
import { enter, makeLink } from '../helpers/access/guest-people.ts'
import { statementsOf } from '../helpers/db/statements.ts'
import { ourQuery } from '../helpers/http/our-query.ts'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

interface Upgrade {
  status: number
  socket: WebSocket
}

const upgrade = (cookie: string, roomId: string): Promise<Upgrade> =>
  new Promise((resolve) => {
    const headers = { Cookie: cookie, Origin: server.url }
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/rooms/${roomId}${ourQuery}`, {
      headers,
    })
    socket.on('unexpected-response', (_request, { statusCode }) => resolve({ status: statusCode!, socket }))
    socket.on('open', () => resolve({ status: 101, socket }))
    socket.on('error', () => {})
  })

async function people() {
  const [owner, member, stranger] = await Promise.all([
    createPerson(server.url),
    createPerson(server.url),
    createPerson(server.url),
  ])
  const { projectId, documentId } = await createDocument(owner)
  const { id: closedId } = await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, {
    kind: 'brief',
    title: 'Not for guests',
  })
  await join(owner, member, projectId, 'manufacture', 'viewer')
  const { token } = await makeLink(owner, projectId, [documentId])
  const { guest } = await enter(server.url, { token, name: '王师傅' })
  return { owner, member, stranger, guest: guest!, projectId, documentId, closedId }
}

test('of many who come at once each is let in as far as they may, as if they came alone', async () => {
  const { owner, member, stranger, guest, projectId, documentId, closedId } = await people()
  const other = await createDocument(stranger)
  const nobody = 'session=' + 'a'.repeat(43)
  const expected: [string, string, number][] = [
    [owner.cookie, documentId, 101],
    [owner.cookie, projectId, 101],
    [owner.cookie, other.documentId, 404],
    [member.cookie, documentId, 101],
    [member.cookie, closedId, 101],
    [member.cookie, other.projectId, 404],
    [guest.cookie, documentId, 101],
    [guest.cookie, closedId, 404],
    [guest.cookie, projectId, 404],
    [stranger.cookie, documentId, 404],
    [stranger.cookie, other.documentId, 101],
    [stranger.cookie, 'nothing-has-this-id', 404],
    [nobody, documentId, 401],
  ]
  const all = Array.from({ length: 4 }, () => expected).flat()
  const upgrades = await Promise.all(all.map(([cookie, roomId]) => upgrade(cookie, roomId)))
  expect(upgrades.map(({ status }) => status)).toEqual(all.map(([, , status]) => status))
  for (const { socket } of upgrades) socket.terminate()
})

test('rule 8: when a document is removed, all who are in its room are decided on together, and nobody else is sent away', async () => {
  const { owner, member, stranger, projectId, documentId } = await people()
  const other = await createDocument(stranger)
  const enterTimes = (person: Person, roomId: string) =>
    Promise.all(Array.from({ length: 10 }, () => upgrade(person.cookie, roomId)))
  const concerned = (await Promise.all([enterTimes(owner, documentId), enterTimes(owner, projectId)])).flat()
  const readers = await enterTimes(member, documentId)
  const others = await enterTimes(stranger, other.documentId)
  const closed: number[] = []
  for (const { socket } of concerned) socket.on('close', (code) => closed.push(code))
  const { statements } = await statementsOf(async () => {
    await owner.ask('DELETE', `/api/documents/${documentId}`)
    await until('the rooms of the document to close', () => closed.length >= 10)
  })
  expect(closed.length).toBe(10)
  expect(statements.filter((text) => text.includes('unnest(')).length).toBeLessThan(10)
  await until('the reader to be sent away', () => readers.every(({ socket }) => socket.readyState === 3))
  expect(others.every(({ socket }) => socket.readyState === WebSocket.OPEN)).toBe(true)
  for (const { socket } of [...concerned, ...others]) socket.terminate()
})
