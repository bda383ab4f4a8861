import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { holdLock, waitingForLocks } from '../helpers/locks.ts'
import { enter, makeLink, startOf } from '../helpers/access/guest-people.ts'
import { codeOf, newClientId } from '../helpers/access/points-of.ts'
import { createDocument, createPerson } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

test('rule 8: a guest of two links says nothing in a document whose link was withdrawn while they waited', async () => {
  const owner = await createPerson(server.url)
  const { projectId, documentId: closing } = await createDocument(owner, {
    kind: 'spec',
    title: 'Shade',
    template: 'spec',
  })
  const path = `/api/projects/${projectId}`
  const { id: staying } = await owner.post<{ id: string }>(`${path}/documents`, {
    kind: 'spec',
    title: 'Base',
    template: 'spec',
  })
  const first = await makeLink(owner, projectId, [staying])
  const { guest } = await enter(server.url, { token: first.token, name: 'Wang' })
  const second = await makeLink(owner, projectId, [closing, staying])
  await enter(server.url, { token: second.token }, guest!.cookie)
  const raise = async (documentId: string) => {
    const thread = {
      id: newClientId(),
      commentId: newClientId(),
      anchor: await startOf(server, documentId),
      body: 'How thick is the wall?',
    }
    await owner.post(`${path}/threads`, thread)
    return thread.id
  }
  const threadId = await raise(closing)
  const free = await holdLock(server.database, 'select 1 from threads where id = $1 for update', [threadId])
  const reply = (to: string, id = newClientId()) =>
    guest!.ask('POST', `${path}/threads/${to}/comments`, { id, body: 'three' })
  const waiting = reply(threadId)
  await until('the reply to wait', async () => (await waitingForLocks(server.database)) > 0)
  expect((await owner.ask('DELETE', `${path}/guest-links/${second.link.id}`)).status).toBe(204)
  await free()
  const refused = await waiting
  expect([refused.status, codeOf(refused)]).toEqual([503, 'being_changed'])
  expect(JSON.stringify(refused.body)).not.toContain('wall')
  // asked once more, it is not theirs
  expect((await reply(threadId)).status).toBe(404)
  const { threads } = await owner.get<{ threads: { comments: { body: string }[] }[] }>(
    `/api/resources/${closing}/threads`,
  )
  expect(threads.flatMap(({ comments }) => comments.map(({ body }) => body))).toEqual([
    'How thick is the wall?',
  ])
  // what the other link opens stays
  expect((await reply(await raise(staying))).status).toBe(201)
})
