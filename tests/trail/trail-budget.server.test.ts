import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { unchecked } from '../../server/http/access-recheck.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { appendTrail } from '../../server/trail/append.ts'
import { trailHeads } from '../../server/trail/tables.ts'
import type { Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { openScene, readTrail, type Scene } from '../helpers/signoff/trail-scene.ts'

let server: RunningServer
/** Where people may do more in an hour. */
let busy: RunningServer
beforeAll(async () => {
  server = await startServer({ limits: { trailBytesPerHour: 16_000, projectTrailBytes: 40_000 } })
  busy = await startServer({ limits: { trailBytesPerHour: 120_000, projectTrailBytes: 40_000 } })
})
afterAll(() => Promise.all([server.close(), busy.close()]))

const ask = async (by: Person, method: string, path: string, body?: object) => {
  const reply = await by.ask<{ error?: { code: string; params: unknown } }>(method, path, body)
  return reply.body?.error ? `${reply.status} ${reply.body.error.code}` : reply.status
}
const thread = () => ({ id: newId(), commentId: newId(), anchor: { type: 'project' }, body: '壁厚?' })
const bytesOf = async ({ projectId }: Scene, on = server): Promise<number> => {
  const [head] = await on.database.select().from(trailHeads).where(eq(trailHeads.projectId, projectId))
  return head!.bytes
}
/** What the entries are as they were hashed. */
const linesOf = async ({ owner, path }: Scene) =>
  Buffer.byteLength((await owner.ask<string>('GET', `${path}/trail.jsonl`)).body.replaceAll('\n', ''))

/** Past the budget, as nobody asked for it. */
const fill = ({ projectId }: Scene, on = busy) => {
  const actor = { userId: 'u', name: 'Lin', side: 'design' } as const
  const acts = Array.from({ length: 150 }, () => ({ actor, action: 'member.joined' }) as const)
  return unchecked(on.database).transaction((tx) => appendTrail(tx, projectId, acts))
}

test('§3 one person fills a trail by so much in an hour; others go on, and what is refused is not done', async () => {
  const scene = await openScene(server)
  const { owner, maker, path } = scene
  const replies: (number | string)[] = []
  // each is some 450 bytes
  for (let raised = 0; raised < 40 && !replies.includes('429 too_many_requests'); raised++) {
    replies.push(await ask(maker, 'POST', `${path}/threads`, thread()))
  }
  expect(replies.at(-1)).toBe('429 too_many_requests')
  expect(replies.length).toBeGreaterThan(10)
  expect(await ask(owner, 'POST', `${path}/threads`, thread())).toBe(201)
  const { threads } = await owner.get<{ threads: unknown[] }>(`${path}/threads`)
  // all but the refused one, and the owner's
  expect(threads).toHaveLength(replies.length)
  expect(await bytesOf(scene)).toBe(await linesOf(scene))
})

test('§3 a change of many points is one entry, which names each of them', async () => {
  const scene = await openScene(server)
  const { owner, path } = scene
  const raised = [await scene.raise(owner), await scene.raise(owner), await scene.raise(owner)]
  const written = await scene.written(async () => {
    await owner.ask('PATCH', `${path}/threads/${raised[0]!.id}`, { category: 'gate' })
    const change = { threadIds: raised.map(({ id }) => id), change: { category: 'wall' } }
    expect(await ask(owner, 'PATCH', `${path}/threads`, change)).toBe(200)
  })
  const [, one, two] = written
  // what was different before is said by itself
  const named = [one, two].map((entry) => [entry!.subject.thread, entry!.subject.threads, entry!.details])
  const of = ({ id, number }: (typeof raised)[number]) => ({ id, number })
  expect(written).toHaveLength(3)
  expect(named).toContainEqual([of(raised[0]!), undefined, { category: { from: 'gate', to: 'wall' } }])
  expect(named).toContainEqual([
    undefined,
    [of(raised[1]!), of(raised[2]!)],
    { category: { from: null, to: 'wall' } },
  ])
})

test('§3 a full trail refuses what is new in words; signing, withdrawing, taking away and removing go on', async () => {
  const scene = await openScene(busy)
  const { owner, maker, path, projectId } = scene
  const { revision } = await owner.post<{ revision: { id: string } }>(`${path}/revisions`, {
    description: '',
  })
  await fill(scene)
  const before = await readTrail(owner, projectId)
  const full = '409 trail_full'
  expect(await ask(owner, 'POST', `${path}/threads`, thread())).toBe(full)
  expect(await ask(maker, 'POST', `${path}/threads`, thread())).toBe(full)
  expect(await ask(owner, 'POST', `${path}/documents`, { kind: 'brief', title: 'Brief' })).toBe(full)
  expect(await ask(owner, 'POST', `${path}/invites`, { side: 'design', role: 'viewer' })).toBe(full)
  expect(await ask(owner, 'GET', `${path}/threads.csv`)).toBe(200)
  expect(await ask(owner, 'POST', `${path}/revisions/${revision.id}/withdraw`)).toBe(200)
  expect(await ask(owner, 'DELETE', `${path}/members/${maker.user.id}`)).toBe(204)
  const after = await readTrail(owner, projectId)
  expect(after.slice(before.length).map(({ action }) => action)).toEqual([
    'points.exported',
    'revision.withdrawn',
    'member.removed',
  ])
  expect((await scene.check()).brokenAt).toBeNull()
})

test('§3 at a full trail what was raised is brought to its end, and nothing is begun again', async () => {
  const scene = await openScene(busy)
  const { owner, maker, path } = scene
  const anchor = { type: 'project' }
  const [settled, declined, own] = [
    await scene.raise(owner),
    await scene.raise(maker),
    await scene.raise(maker, { anchor }),
  ]
  await fill(scene)
  const at = ({ id }: { id: string }) => `${path}/threads/${id}`
  expect(await ask(owner, 'PATCH', at(settled), { category: 'wall' })).toBe('409 trail_full')
  expect(await ask(owner, 'PATCH', at(settled), { state: 'answered' })).toBe('409 trail_full')
  expect(await ask(owner, 'PATCH', at(settled), { state: 'settled' })).toBe(200)
  expect(await ask(owner, 'PATCH', at(settled), { state: 'open' })).toBe('409 trail_full')
  expect(await ask(owner, 'PATCH', at(declined), { state: 'declined', reason: 'too thin' })).toBe(200)
  expect(await ask(maker, 'DELETE', `${at(own)}/comments/${own.commentId}`)).toBe(200)
  expect((await scene.check()).brokenAt).toBeNull()
})

test('§3 at a full trail nobody adds to it without end by what can be repeated, and what ends goes on', async () => {
  const scene = await openScene(busy)
  const { owner, maker, path } = scene
  const raised = await scene.raise(maker)
  await fill(scene)
  const before = await bytesOf(scene, busy)
  const replies: (number | string)[] = []
  for (let taken = 0; taken < 40 && !replies.includes('429 too_many_requests'); taken++) {
    replies.push(await ask(owner, 'GET', `${path}/threads.csv`))
  }
  expect(replies.slice(0, 3)).toEqual([200, 200, 200])
  expect(replies.at(-1)).toBe('429 too_many_requests')
  // of what an hour allows a sixteenth, half of it at once
  expect((await bytesOf(scene, busy)) - before).toBeLessThan(120_000 / 16)
  expect(await ask(maker, 'PATCH', `${path}/threads/${raised.id}`, { state: 'settled' })).toBe(200)
})
