import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../../server/open-server.ts'
import { errors, type ErrorCode } from '../../../shared/errors.ts'
import { createDocument, createPerson, join, openRoom, password, type Person } from '../../helpers/people.ts'
import { startServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

interface Case {
  owner: Person
  guest: Person
  projectId: string
  documentId: string
}

const changes: [string, (given: Case) => Promise<unknown>, ErrorCode][] = [
  [
    'the role is lowered',
    ({ owner, guest, projectId }) =>
      owner.ask('PATCH', `/api/projects/${projectId}/members/${guest.user.id}`, { role: 'viewer' }),
    'access_changed',
  ],
  [
    'the member is removed',
    ({ owner, guest, projectId }) =>
      owner.ask('DELETE', `/api/projects/${projectId}/members/${guest.user.id}`),
    'access_ended',
  ],
  [
    'the member leaves',
    ({ guest, projectId }) => guest.ask('DELETE', `/api/projects/${projectId}/members/me`),
    'access_ended',
  ],
  [
    'the project is archived',
    ({ owner, projectId }) => owner.ask('PATCH', `/api/projects/${projectId}`, { phase: 'archived' }),
    'access_changed',
  ],
  [
    'the document is removed',
    ({ owner, documentId }) => owner.ask('DELETE', `/api/documents/${documentId}`),
    'access_ended',
  ],
  ['the session ends', ({ guest }) => guest.ask('DELETE', '/api/sessions/current'), 'access_ended'],
  [
    'the password changes',
    ({ guest }) =>
      guest.ask('PUT', '/api/accounts/me/password', { current: password, next: 'short lamps cast none' }),
    'access_ended',
  ],
]

test.each(changes)('rule 8: when %s, the open socket closes within a second', async (_what, change, code) => {
  const [owner, guest] = [await createPerson(server.url), await createPerson(server.url)]
  const { projectId, documentId } = await createDocument(owner)
  await join(owner, guest, projectId, 'manufacture', 'editor')
  const { provider } = openRoom(guest, documentId)
  let closedWith: number | undefined
  provider.on('connection-close', (event) => {
    closedWith ??= event?.code
    provider.shouldConnect = false
  })
  await until('the room to open', () => provider.synced)
  await change({ owner, guest, projectId, documentId })
  await until('the socket to close', () => closedWith, 1)
  provider.destroy()
  expect(closedWith).toBe(errors[code].close)
})
