import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { errors, type ErrorCode } from '../../shared/errors.ts'
import { createDocument, createPerson, join, openRoom, password, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until, withinSeconds } from '../helpers/until.ts'
import { enter, makeLink } from '../helpers/access/guest-people.ts'

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

/** With which code the guest's open socket is closed within a second of the change. */
async function closedBy(change: (given: Case) => Promise<unknown>, given: Case): Promise<number> {
  const { provider } = openRoom(given.guest, given.documentId)
  let closedWith: number | undefined
  provider.on('connection-close', (event) => {
    closedWith ??= event?.code
    provider.shouldConnect = false
  })
  await until('the room to open', () => provider.synced)
  await change(given)
  const code = await withinSeconds(1, 'the socket to close', () => closedWith)
  provider.destroy()
  return code
}

test.each(changes)('rule 8: when %s, the open socket closes within a second', async (_what, change, code) => {
  const [owner, guest] = [await createPerson(server.url), await createPerson(server.url)]
  const { projectId, documentId } = await createDocument(owner)
  await join(owner, guest, projectId, 'manufacture', 'editor')
  expect(await closedBy(change, { owner, guest, projectId, documentId })).toBe(errors[code].close)
})

const newPlaces: [string, (given: Case) => Promise<unknown>, ErrorCode][] = [
  [
    'takes a link into another document',
    async ({ owner, guest, projectId }) => {
      const other = { kind: 'spec', title: 'Shade' }
      const { id } = await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, other)
      const { token } = await makeLink(owner, projectId, [id])
      return enter(server.url, { token }, guest.cookie)
    },
    'access_ended',
  ],
  [
    'joins as one who only reads',
    ({ owner, guest, projectId }) => join(owner, guest, projectId, 'manufacture', 'viewer'),
    'access_changed',
  ],
]

test.each(newPlaces)(
  'rule 8: when a guest who writes %s, the open socket closes',
  async (_what, change, code) => {
    const [owner, guest] = [await createPerson(server.url), await createPerson(server.url)]
    const { projectId, documentId } = await createDocument(owner)
    const { token } = await makeLink(owner, projectId, [documentId], { role: 'editor' })
    await enter(server.url, { token }, guest.cookie)
    expect(await closedBy(change, { owner, guest, projectId, documentId })).toBe(errors[code].close)
  },
)
