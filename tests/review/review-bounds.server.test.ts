import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { notices } from '../../server/notify/tables.ts'
import type { RunningServer } from '../../server/open-server.ts'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { Thread } from '../../shared/review.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { newThread as point } from '../helpers/access/points-of.ts'

interface Place {
  owner: Person
  other: Person
  path: string
  documentId: string
}
const running: RunningServer[] = []
afterAll(() => Promise.all(running.map((server) => server.close())))

async function openPlace(server: RunningServer): Promise<Place> {
  const owner = await createPerson(server.url)
  const other = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp' })
  await join(owner, other, projectId, 'manufacture', 'reviewer')
  return { owner, other, path: `/api/projects/${projectId}`, documentId }
}

async function placeWith(limits: NonNullable<Parameters<typeof startServer>[0]>['limits']): Promise<Place> {
  const server = await startServer({ limits })
  running.push(server)
  return openPlace(server)
}

const said = async (by: Person, method: string, path: string, body?: object) => {
  const reply = await by.ask<{ error?: { code: string } }>(method, path, body)
  return reply.body?.error ? `${reply.status} ${reply.body.error.code}` : reply.status
}

test('§3 one person raises so many points of a project and an hour; others still raise theirs', async () => {
  const { owner, other, path } = await placeWith({ threadsPerPerson: 3, threadsPerHour: 10 })
  const raise = (by: Person, more?: object) => said(by, 'POST', `${path}/threads`, point(more))
  for (let raised = 0; raised < 3; raised++) {
    expect(await raise(other, { draft: raised === 2 })).toBe(201)
  }
  expect(await raise(other)).toBe('409 too_many_own_threads')
  expect(await raise(other, { draft: true })).toBe('409 too_many_own_threads')
  expect(await raise(owner)).toBe(201)
  // a second project has places of its own, and the hour is the same: five are gone with what was refused
  const { id } = await other.post<{ id: string }>('/api/projects', { name: 'Second' })
  expect(await said(other, 'POST', `/api/projects/${id}/threads`, point())).toBe('429 too_many_requests')
})

test('§3 what one person keeps to themself takes nobody’s place, and is so much at most', async () => {
  const { owner, other, path } = await placeWith({ threadsPerProject: 3, draftsPerPerson: 4 })
  const raise = (by: Person, more?: object) => said(by, 'POST', `${path}/threads`, point(more))
  const first = point()
  expect(await said(owner, 'POST', `${path}/threads`, first)).toBe(201)
  for (let begun = 0; begun < 4; begun++) {
    expect(await raise(other, { draft: true })).toBe(201)
  }
  expect(await raise(other, { draft: true })).toBe('409 too_many_drafts')
  const reply = { id: newId(), body: 'y', draft: true }
  expect(await said(other, 'POST', `${path}/threads/${first.id}/comments`, reply)).toBe('409 too_many_drafts')
  expect(await raise(owner, { draft: true })).toBe(201)
  expect(await raise(owner)).toBe(201)
  // published they would be too many: they stay as they are
  const review = { id: newId(), decision: 'comments' }
  expect(await said(other, 'POST', `${path}/reviews`, review)).toBe('409 too_many_threads')
  const { threads } = await other.get<{ threads: Thread[] }>(`${path}/threads`)
  expect(threads.filter(({ draft }) => draft)).toHaveLength(4)
})

test('a review of a resource that is none is refused, however it is named', async () => {
  const { owner, path } = await placeWith({})
  const publish = (resourceId: string) =>
    said(owner, 'POST', `${path}/reviews`, { id: newId(), resourceId, decision: 'comments' })
  expect(await publish('')).toBe('400 invalid_input')
  expect(await publish(newId())).toBe('404 not_found')
})

test('§3 drafts of several that fill a point together are published as far as it holds them', async () => {
  const { owner, other, path } = await placeWith({ commentsPerThread: 9 })
  const raised = point()
  await owner.post(`${path}/threads`, raised)
  const replies = `${path}/threads/${raised.id}/comments`
  const own: Record<'owner' | 'other', string[]> = { owner: [], other: [] }
  for (const [name, by] of Object.entries({ owner, other })) {
    for (let kept = 0; kept < 5; kept++) {
      const reply = { id: newId(), body: name, draft: true }
      expect(await said(by, 'POST', replies, reply)).toBe(201)
      own[name as 'owner' | 'other'].push(reply.id)
    }
  }
  const publish = (by: Person) => said(by, 'POST', `${path}/reviews`, { id: newId(), decision: 'comments' })
  expect(await publish(other)).toBe(201)
  expect(await publish(owner)).toBe('409 thread_full_for_drafts')
  for (const id of own.owner) {
    expect(await said(owner, 'DELETE', `${replies}/${id}`)).toBe(200)
  }
  const { threads } = await owner.get<{ threads: Thread[] }>(`${path}/threads`)
  expect(threads[0]!.comments.map(({ body }) => body)).toEqual([
    'x',
    ...Array.from({ length: 5 }, () => 'other'),
  ])
})

test('a draft is not settled: the trail would know nothing of it', async () => {
  const { owner, path } = await placeWith({})
  const raised = point({ draft: true, severity: 'must' })
  await owner.post(`${path}/threads`, raised)
  const settled = { state: 'settled', reason: 'measured' }
  expect(await said(owner, 'PATCH', `${path}/threads/${raised.id}`, settled)).toBe('400 invalid_input')
  expect(await said(owner, 'PATCH', `${path}/threads/${raised.id}`, { severity: 'note' })).toBe(200)
})

test('§3 a review of very many points that must be settled is told to many in few notices and mails', async () => {
  const server = await startServer()
  running.push(server)
  const { owner, other, path } = await openPlace(server)
  const [people, points] = [60, 40]
  await server.database.execute(sql`
    insert into users (id, email, name, locale, password_hash)
    select 'person-' || n, 'person-' || n || '@example.com', 'P', 'en', 'x' from generate_series(1, ${people}) n`)
  await server.database.execute(sql`
    insert into members (project_id, user_id, side, role)
    select ${path.split('/').at(-1)}, 'person-' || n, 'design', 'viewer' from generate_series(1, ${people}) n`)
  await server.database.execute(sql`
    with begun as (
      insert into threads (id, project_id, anchor, kind, severity, draft, author_id, author_name, author_side)
      select 'point-' || n, ${path.split('/').at(-1)}, '{"type": "project"}', 'comment', 'must', true,
        ${other.user.id}, 'Other', 'manufacture'
      from generate_series(1, ${points}) n returning id)
    insert into comments (id, thread_id, author_id, author_name, author_side, body, draft)
    select 'said-' || id, id, ${other.user.id}, 'Other', 'manufacture', 'x', true from begun`)
  expect(
    await said(other, 'POST', `${path}/reviews`, { id: newId(), decision: 'changes', summary: 'no' }),
  ).toBe(201)
  const { threads } = await owner.get<{ threads: Thread[] }>(`${path}/threads`)
  expect(threads.map(({ number }) => number)).toEqual(Array.from({ length: points }, (_, at) => at + 1))
  const toldTo = (id: string) => server.database.$count(notices, eq(notices.userId, id))
  expect(await toldTo('person-1')).toBe(20 + 1)
  const { rows } = await server.database.execute<{ mails: number }>(
    sql`select count(*)::int as mails from jobs where task->>'type' = 'mail'`,
  )
  expect(rows[0]!.mails).toBeLessThanOrEqual(5 * (people + 1))
})

test('§3 what reviews and reasons say is counted as comments are', async () => {
  const { owner, other, path } = await placeWith({ commentBytesPerHour: 40_000, projectCommentBytes: 33_000 })
  const review = (by: Person) =>
    said(by, 'POST', `${path}/reviews`, { id: newId(), decision: 'good', summary: 'x'.repeat(8_000) })
  expect(await review(other)).toBe(201)
  expect(await review(other)).toBe(201)
  expect(await review(other)).toBe('429 too_many_requests')
  const raised = point()
  await owner.post(`${path}/threads`, raised)
  expect(await review(owner)).toBe(201)
  const declined = { state: 'declined', reason: 'y'.repeat(2_000) }
  expect(await said(owner, 'PATCH', `${path}/threads/${raised.id}`, declined)).toBe(200)
  expect(await review(owner)).toBe('413 comments_full')
  const { reviews } = await owner.get<{ reviews: { summary: string; comments: number }[] }>(`${path}/reviews`)
  expect(reviews.map(({ summary }) => summary.length)).toEqual([8_000, 8_000, 8_000])
})

test('§3 of many who make documents or invitations at once, no more pass than there is place for', async () => {
  const { owner, path } = await placeWith({ documentsPerProject: 3, invitesPerProject: 2 })
  const eight = Array.from({ length: 8 })
  const make = () => said(owner, 'POST', `${path}/documents`, { kind: 'spec', title: 'Lamp' })
  const made = await Promise.all(eight.map(make))
  expect(made.filter((one) => one === 201)).toHaveLength(2)
  expect(new Set(made)).toEqual(new Set([201, '409 too_many_documents']))
  const invite = () => said(owner, 'POST', `${path}/invites`, { side: 'design', role: 'viewer' })
  const invited = await Promise.all(eight.map(invite))
  // one that join() made is used
  expect(invited.filter((one) => one === 201)).toHaveLength(1)
  const { invites } = await owner.get<{ invites: { id: string; usedBy: string | null }[] }>(`${path}/invites`)
  expect(await said(owner, 'DELETE', `${path}/invites/${invites.find((one) => !one.usedBy)!.id}`)).toBe(204)
  expect(await invite()).toBe(201)
})

test.each([
  ['a change', 'thread'],
  ['a review', 'review'],
] as const)(
  '§3 %s of a long point is told to others by its id, by which they read it',
  async (_what, kind) => {
    const { owner, other, path, documentId } = await openPlace(long)
    const raised = point({ body: 'x'.repeat(9_000) })
    await owner.post(`${path}/threads`, raised)
    const replies = `${path}/threads/${raised.id}/comments`
    for (let reply = 0; reply < 8; reply++) {
      await owner.post(replies, { id: newId(), body: 'y'.repeat(9_000) })
    }
    const heard: RoomEvent[] = []
    const listener = await listenForEvents(other, documentId, (event) => heard.push(event))
    if (kind === 'thread') {
      const { thread } = (
        await owner.ask<{ thread: Thread }>('PATCH', `${path}/threads/${raised.id}`, { severity: 'must' })
      ).body
      expect(thread).toMatchObject({ severity: 'must', comments: { length: 9 } })
    } else {
      await owner.post(replies, { id: newId(), body: 'z', draft: true })
      const review = { id: newId(), decision: 'good', summary: 'well' }
      const told = await owner.post<{ review: object; threads: Thread[] }>(`${path}/reviews`, review)
      expect(told).toMatchObject({ review: { summary: 'well', comments: 1 }, threads: [{ id: raised.id }] })
    }
    const expected = [{ type: 'threads.changed', threads: [{ id: raised.id, resourceId: null }] }]
    await until('the events', () => heard.length >= (kind === 'thread' ? 1 : 2))
    listener.close()
    // one that tells of the replies before may come late
    const told = heard.filter(({ type }) => type === 'threads.changed').map((one) => JSON.stringify(one))
    expect([...new Set(told)]).toEqual(expected.map((one) => JSON.stringify(one)))
    expect(JSON.stringify(heard).length).toBeLessThan(2_000)
    const { threads } = await other.get<{ threads: Thread[] }>(`${path}/threads?ids=${raised.id},${newId()}`)
    expect(threads.map(({ id, comments }) => [id, comments.length])).toEqual([
      [raised.id, kind === 'thread' ? 9 : 10],
    ])
  },
)

test('§3 of much that one person changes everybody is sent half a megabyte, then ids; what others change comes whole', async () => {
  const { owner, other, path, documentId } = await openPlace(long)
  const raised = point({ body: 'x'.repeat(9_000) })
  await other.post(`${path}/threads`, raised)
  const replies = `${path}/threads/${raised.id}/comments`
  for (let reply = 0; reply < 4; reply++) await other.post(replies, { id: newId(), body: 'y'.repeat(9_000) })
  const heard: RoomEvent[] = []
  const listener = await listenForEvents(owner, documentId, (event) => heard.push(event))
  const isIds = ({ type }: RoomEvent) => type === 'threads.changed'
  const wholeOf = (id: string) =>
    heard.filter((event) => event.type === 'thread.saved' && event.thread.id === id)
  const began = performance.now()
  for (let change = 0; change < 200 && !heard.some(isIds); change++) {
    const severity = change % 2 === 0 ? 'must' : 'note'
    await other.ask('PATCH', `${path}/threads/${raised.id}`, { severity })
  }
  await until('the ids', () => heard.some(isIds))
  const seconds = (performance.now() - began) / 1_000
  const whole = JSON.stringify(wholeOf(raised.id)).length
  expect(whole).toBeGreaterThan(0)
  // what they raised it with came before
  expect(whole).toBeLessThanOrEqual(524_288 + 65_536 * (seconds + 1))
  const small = point()
  await owner.post(`${path}/threads`, small)
  await until('the small one', () => wholeOf(small.id).length === 1)
  listener.close()
})

let long: RunningServer
beforeAll(async () => {
  long = await startServer()
  running.push(long)
})
