import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { createPerson, join, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { makeLink } from '../helpers/access/guest-people.ts'
import { openScene, type Scene } from '../helpers/signoff/trail-scene.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(() => server.close())

describe('many at once', () => {
  test('thirty acts of all kinds give one chain without a gap, and none of them fails', async () => {
    const scene = await openScene(server)
    const { owner, maker, path, documentId } = scene
    const threads = await Promise.all(Array.from({ length: 6 }, () => scene.raise(maker)))
    const before = (await scene.trail()).length
    const ids = threads.map(({ id }) => id)
    const say = (by: Person, id: string) =>
      by.post(`${path}/threads/${id}/comments`, { id: newId(), body: '2.5 mm' })
    const mark = (threadIds: string[], category: string) =>
      owner.ask('PATCH', `${path}/threads`, { threadIds, change: { category } })
    const review = { id: newId(), decision: 'changes', summary: '再看' }
    const done = await Promise.allSettled([
      ...ids.flatMap((id) => [say(owner, id), say(maker, id)]),
      ...Array.from({ length: 6 }, () => scene.raise(maker)),
      mark(ids, 'wall'),
      mark(ids.toReversed(), 'wall'),
      owner.post(`${path}/invites`, { side: 'design', role: 'viewer' }),
      owner.post(`${path}/documents`, { kind: 'brief', title: 'Brief' }),
      owner.post(`/api/documents/${documentId}/versions`, { name: 'one' }),
      owner.post(`/api/documents/${documentId}/versions`, { name: 'two' }),
      owner.ask('PATCH', `/api/documents/${documentId}`, { title: 'Lamp 2' }),
      owner.ask('PATCH', path, { name: 'Lamp 2' }),
      maker.post(`${path}/reviews`, review),
      owner.get(`${path}/threads.csv`),
      owner.post(`${path}/revisions`, { description: '' }),
      makeLink(owner, scene.projectId, [documentId]),
    ])
    expect(done.filter(({ status }) => status === 'rejected')).toEqual([])
    const entries = await scene.trail()
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1))
    // each of the twelve replies, six points, one change of six (once), and ten single acts
    expect(entries.length - before).toBe(12 + 6 + 1 + 10)
    expect((await scene.check()).brokenAt).toBeNull()
  })

  test('changes of many points at once, whose news go to the same people in another order, all succeed', async () => {
    const scene = await openScene(server)
    const { owner, projectId, path } = scene
    const people = await Promise.all(Array.from({ length: 4 }, () => createPerson(server.url)))
    await Promise.all(people.map((person) => join(owner, person, projectId, 'design', 'editor')))
    const raised = await Promise.all([...people, ...people.toReversed()].map((person) => scene.raise(person)))
    const ids = raised.map(({ id }) => id)
    for (let round = 0; round < 12; round++) {
      // who has a digest waiting already is not queued again
      await server.database.execute(sql`delete from jobs`)
      const change = { state: round % 2 ? 'open' : 'answered' }
      const mark = (threadIds: string[]) => owner.ask('PATCH', `${path}/threads`, { threadIds, change })
      const replies = await Promise.all([
        mark(ids.slice(0, 3)),
        mark(ids.slice(3, 6)),
        owner.ask('PATCH', `${path}/threads/${ids[6]}`, {
          ...change,
          assigneeId: people[round % 4]!.user.id,
        }),
        owner.ask('PATCH', `${path}/threads/${ids[7]}`, { ...change, assigneeId: people[0]!.user.id }),
      ])
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    }
    expect((await scene.check()).brokenAt).toBeNull()
  })

  test('reviews are published while the same points are changed in bulk, and all of it succeeds', async () => {
    const scene = await openScene(server)
    const { owner, maker, path } = scene
    const points = await Promise.all(Array.from({ length: 16 }, () => scene.raise(owner)))
    const ids = points.map(({ id }) => id).toSorted()
    for (let round = 0; round < 10; round++) {
      // written in another order than that of the ids
      for (const id of ids.toReversed()) {
        await maker.post(`${path}/threads/${id}/comments`, { id: newId(), body: '好的。', draft: true })
      }
      const replies = await Promise.all([
        maker.ask('POST', `${path}/reviews`, { id: newId(), decision: 'comments' }),
        ...['wall', 'gate', 'cost'].map((category) =>
          owner.ask('PATCH', `${path}/threads`, { threadIds: ids, change: { category } }),
        ),
      ])
      expect(replies.map(({ status }) => status)).toEqual([201, 200, 200, 200])
    }
    const { threads } = await owner.get<{ threads: { comments: object[] }[] }>(`${path}/threads`)
    expect(threads.map(({ comments }) => comments.length)).toEqual(ids.map(() => 11))
    expect((await scene.check()).brokenAt).toBeNull()
  })

  test('of two who put a revision forward while others act, one does, and its entry says which acts it holds', async () => {
    const scene = await openScene(server)
    const { owner, maker, path } = scene
    const said = Promise.all(Array.from({ length: 8 }, () => scene.raise(maker)))
    const putForward = () =>
      owner.ask<{ revision?: { id: string } }>('POST', `${path}/revisions`, { description: '' })
    const replies = await Promise.all([putForward(), putForward()])
    await said
    expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409])
    const revision = replies.find(({ status }) => status === 201)!.body.revision!
    const { threads } = await owner.get<{ threads: unknown[] }>(`${path}/revisions/${revision.id}`)
    const entries = await scene.trail()
    const put = entries.find(({ action }) => action === 'revision.put_forward')!
    const held = entries.slice(0, put.details.stateAt as number)
    const raised = held.filter(({ action }) => action === 'thread.raised')
    expect(threads).toHaveLength(raised.length)
  })
})

describe('what leaves nothing', () => {
  let scene: Scene
  beforeAll(async () => void (scene = await openScene(server)))

  test('drafts, however often they are changed, until they are published', async () => {
    const { maker, path } = scene
    expect(
      await scene.written(async () => {
        const { id, commentId } = await scene.raise(maker, { draft: true })
        const own = `${path}/threads/${id}`
        await maker.ask('PATCH', own, { severity: 'must' })
        await maker.ask('PATCH', `${own}/comments/${commentId}`, { body: 'better' })
        await maker.post(`${own}/comments`, { id: newId(), body: 'and' })
        await maker.ask('DELETE', `${own}/comments/${commentId}`)
      }),
    ).toEqual([])
  })

  test('the same request sent again, and a change to what is so already', async () => {
    const { owner, maker, path } = scene
    const thread = { id: newId(), commentId: newId(), anchor: { type: 'project' }, body: '壁厚?' }
    const answer = { id: newId(), body: '2.5 mm' }
    const review = { id: newId(), decision: 'good' }
    const all = async () => {
      await maker.post(`${path}/threads`, thread)
      await owner.post(`${path}/threads/${thread.id}/comments`, answer)
      await owner.post(`${path}/reviews`, review)
      await owner.ask('PATCH', `${path}/threads/${thread.id}`, { state: 'answered' })
      await owner.ask('PATCH', path, { name: 'Lamp' })
      await owner.ask('PATCH', `/api/documents/${scene.documentId}`, { title: 'Lamp 2' })
      await owner.ask('PATCH', `${path}/members/${maker.user.id}`, { role: 'editor' })
    }
    expect(await scene.written(all)).toHaveLength(7)
    expect(await scene.written(all)).toEqual([])
  })

  test('what was refused', async () => {
    const { maker, path } = scene
    const refused = [
      ['PATCH', path, { name: 'Mine' }],
      ['POST', `${path}/invites`, { side: 'design', role: 'owner' }],
      ['POST', `${path}/threads/unknown/comments`, { id: newId(), body: 'x' }],
    ] as const
    expect(
      await scene.written(async () => {
        for (const [method, to, body] of refused) {
          expect((await maker.ask(method, to, body)).status).toBeGreaterThanOrEqual(400)
        }
      }),
    ).toEqual([])
  })
})
