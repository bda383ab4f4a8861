import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { CommentEdit, PublishedReview, Thread } from '../../shared/review.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { codeOf, newClientId, threadsOf } from '../helpers/access/points-of.ts'

/** Comments of a point here. */
const atMost = 12

let server: RunningServer
let owner: Person, reviewer: Person, other: Person, stranger: Person
let projectId: string, documentId: string

beforeAll(async () => {
  server = await startServer({ limits: { commentsPerThread: atMost } })
  owner = await createPerson(server.url, 'Lin Yue')
  reviewer = await createPerson(server.url, '王师傅')
  other = await createPerson(server.url, 'Chen')
  stranger = await createPerson(server.url, 'Stranger')
  ;({ projectId, documentId } = await createDocument(owner))
  await join(owner, reviewer, projectId, 'manufacture', 'reviewer')
  await join(owner, other, projectId, 'manufacture', 'reviewer')
})
afterAll(() => server.close())

const { path, raise, reply, at } = threadsOf(() => projectId)
const edit = (by: Person, where: string, body: string) => by.ask<{ thread: Thread }>('PATCH', where, { body })
const publish = (by: Person, more: object) =>
  by.ask<{ review: PublishedReview; threads: Thread[] }>('POST', `/api/projects/${projectId}/reviews`, {
    id: newClientId(),
    resourceId: documentId,
    decision: 'comments',
    summary: '',
    ...more,
  })
const seen = async (by: Person) => (await by.get<{ threads: Thread[] }>(path())).threads
test('a point takes so many comments and no more; others’ drafts do not count, and what was sent is not refused', async () => {
  const { thread } = (await raise(reviewer)).body
  for (let count = 1; count < 5; count++) await reply(other, thread.id, { body: 'later', draft: true })
  const answered = async (by: Person, said: object = { body: '好的。' }) => {
    const { status, body } = await reply(by, thread.id, said)
    return codeOf({ body }) ?? status
  }
  for (let count = 1; count < 9; count++) expect(await answered(owner)).toBe(201)
  // V19: the last quarter is for those who said less than what is left
  expect(await answered(owner)).toBe('own_share_full')
  const newcomer = await createPerson(server.url, 'Zhou')
  await join(owner, newcomer, projectId, 'design', 'reviewer')
  expect([await answered(newcomer), await answered(newcomer)]).toEqual([201, 201])
  const last = { id: newClientId(), body: 'last' }
  expect(await answered(reviewer, last)).toBe(201)
  for (const more of [{ body: 'one more' }, { body: 'one more', draft: true }]) {
    expect(await answered(owner, more)).toBe('too_many_comments')
  }
  expect(await answered(reviewer, last)).toBe(201)
  const kept = (await seen(owner)).find(({ id }) => id === thread.id)!
  expect([kept.comments.length, kept.changes]).toEqual([atMost, atMost - 1])
  // V4: the drafts found room when they were written, and the point is full by now
  const refused = await publish(other, { resourceId: undefined })
  expect([refused.status, codeOf(refused)]).toEqual([409, 'thread_full_for_drafts'])
  const still = (await seen(other)).find(({ id }) => id === thread.id)!
  expect(still.comments.filter(({ draft }) => draft)).toHaveLength(4)
})

describe('editing and withdrawing an own comment', () => {
  test('an edit is marked, and what was said before can be read', async () => {
    const { thread } = (await raise(reviewer)).body
    const edited = await edit(reviewer, at(thread), '壁厚 2.0 mm 也会缩水。')
    expect(edited.body.thread.changes).toBe(thread.changes + 1)
    expect(edited.body.thread.comments[0]).toMatchObject({
      body: '壁厚 2.0 mm 也会缩水。',
      editedAt: expect.any(String),
    })
    const { edits } = await owner.get<{ edits: CommentEdit[] }>(`${at(thread)}/edits`)
    expect(edits.map(({ body }) => body)).toEqual(['壁厚 1.8 mm 会缩水。'])
    const same = await edit(reviewer, at(thread), '壁厚 2.0 mm 也会缩水。')
    expect(same.body.thread.changes).toBe(thread.changes + 1)
  })

  test('a withdrawn one keeps its place without its words; others cannot read them in its history', async () => {
    const { thread } = (await raise(reviewer)).body
    await edit(reviewer, at(thread), 'second')
    const withdrawn = await reviewer.ask<{ thread: Thread }>('DELETE', at(thread))
    expect(withdrawn.body.thread.comments[0]).toMatchObject({
      body: '',
      content: null,
      withdrawnAt: expect.any(String),
    })
    expect((await owner.get<{ edits: CommentEdit[] }>(`${at(thread)}/edits`)).edits).toEqual([])
    const own = await reviewer.get<{ edits: CommentEdit[] }>(`${at(thread)}/edits`)
    expect(own.edits.map(({ body }) => body)).toEqual(['壁厚 1.8 mm 会缩水。', 'second'])
    expect(codeOf(await edit(reviewer, at(thread), 'again'))).toBe('comment_withdrawn')
  })

  test('withdrawn again, as the reply was lost, it stays as it is: no second entry in the trail', async () => {
    const { thread } = (await raise(reviewer)).body
    const trail = () => owner.get<{ entries: object[] }>(`/api/projects/${projectId}/trail`)
    const first = await reviewer.ask<{ thread: Thread }>('DELETE', at(thread))
    const before = await trail()
    expect(await reviewer.ask('DELETE', at(thread))).toEqual(first)
    await reviewer.ask('PATCH', `${path()}/${thread.id}`, { state: 'settled' })
    const settled = await trail()
    expect((await reviewer.ask('DELETE', at(thread))).status).toBe(200)
    expect(await trail()).toEqual(settled)
    expect(settled.entries.length).toBe(before.entries.length + 1)
    expect(codeOf(await owner.ask('DELETE', at(thread)))).toBe('not_allowed')
  })

  test('never another’s, not even an owner', async () => {
    const { thread } = (await raise(reviewer)).body
    for (const person of [owner, other]) {
      expect(codeOf(await edit(person, at(thread), 'forged'))).toBe('not_allowed')
      expect(codeOf(await person.ask('DELETE', at(thread)))).toBe('not_allowed')
    }
    expect((await stranger.ask('DELETE', at(thread))).status).toBe(404)
    const second = (await raise(reviewer)).body.thread
    expect(codeOf(await edit(reviewer, at(thread, second.comments[0]!.id), 'x'))).toBe('not_found')
  })

  test('of a settled point no word is changed', async () => {
    const { thread } = (await raise(reviewer)).body
    await reviewer.ask('PATCH', `${path()}/${thread.id}`, { state: 'settled' })
    expect(codeOf(await edit(reviewer, at(thread), 'never said that'))).toBe('thread_closed')
    expect(codeOf(await reviewer.ask('DELETE', at(thread)))).toBe('thread_closed')
  })
})

describe('drafts and reviews', () => {
  test('U29: a project counts the points that are pending: open or answered, not settled, declined or drafts', async () => {
    const pending = async () => {
      const { projects } = await owner.get<{ projects: { id: string; openThreads: number }[] }>(
        '/api/projects',
      )
      return projects.find(({ id }) => id === projectId)!.openThreads
    }
    const before = await pending()
    const { thread } = (await raise(reviewer)).body
    await raise(reviewer, { draft: true })
    const counted: number[] = []
    for (const state of ['answered', 'settled', 'open'] as const) {
      await reviewer.ask('PATCH', `${path()}/${thread.id}`, { state })
      counted.push((await pending()) - before)
    }
    expect(counted).toEqual([1, 0, 1])
  })

  test('a draft is there for its author alone: no list, no count, no event, no gap in the numbers', async () => {
    const heard: RoomEvent[] = []
    const listener = await listenForEvents(owner, documentId, (event) => heard.push(event))
    const open = (await raise(owner)).body.thread
    const counts = async () =>
      (await owner.get<{ projects: { id: string; openThreads: number }[] }>('/api/projects')).projects
    const before = [await seen(owner), await counts()]

    const draft = (await raise(reviewer, { body: 'secret', draft: true })).body.thread
    expect(draft).toMatchObject({ draft: true, number: 0, comments: [{ draft: true }] })
    const answered = await reply(reviewer, open.id, { body: 'secret too', draft: true })
    expect(answered.body.thread.comments.at(-1)).toMatchObject({ body: 'secret too', draft: true })
    expect(answered.body.thread.changes).toBe(open.changes)

    expect([await seen(owner), await counts()]).toEqual(before)
    expect((await seen(reviewer)).map(({ id }) => id)).toContain(draft.id)
    for (const [method, where] of [
      ['POST', `${path()}/${draft.id}/comments`],
      ['PATCH', `${path()}/${draft.id}`],
      ['DELETE', `${path()}/${draft.id}/comments/${draft.comments[0]!.id}`],
      ['GET', `${path()}/${draft.id}/comments/${draft.comments[0]!.id}/edits`],
      ['DELETE', `${path()}/${open.id}/comments/${answered.body.thread.comments.at(-1)!.id}`],
    ] as const) {
      const body =
        method === 'POST'
          ? { id: newClientId(), body: 'x' }
          : method === 'PATCH'
            ? { state: 'settled' }
            : undefined
      expect((await owner.ask(method, where, body)).status, `${method} ${where}`).toBe(404)
    }
    const linking = {
      content: {
        type: 'doc',
        content: [
          {
            type: 'paragraph',
            content: [{ type: 'pointLink', attrs: { threadId: draft.id, number: 1 } }],
          },
        ],
      },
    }
    expect(codeOf(await raise(owner, linking))).toBe('point_unknown')

    const next = (await raise(owner)).body.thread
    expect(next.number).toBe(open.number + 1)
    await until('the event of the next point', () =>
      heard.some((event) => event.type === 'thread.saved' && event.thread.id === next.id),
    )
    expect(JSON.stringify(heard)).not.toContain('secret')
    listener.close()

    const gone = await reviewer.ask<{ thread: Thread | null }>(
      'DELETE',
      `${path()}/${draft.id}/comments/${draft.comments[0]!.id}`,
    )
    expect(gone.body.thread).toBeNull()
    expect((await seen(reviewer)).some(({ id }) => id === draft.id)).toBe(false)
    await publish(reviewer, { decision: 'good' })
  })

  test('a review publishes them together, in one event, numbered as they were begun; sent twice, it counts once', async () => {
    const heard: RoomEvent[] = []
    const listener = await listenForEvents(owner, documentId, (event) => heard.push(event))
    const open = (await raise(owner)).body.thread
    const first = (await raise(reviewer, { body: 'first', draft: true })).body.thread
    await reply(reviewer, first.id, { body: 'more of the first' })
    const second = (await raise(reviewer, { body: 'second', draft: true })).body.thread
    await reply(reviewer, open.id, { body: 'an answer', draft: true })
    const others = (await raise(other, { body: 'not yet', draft: true })).body.thread

    expect(codeOf(await publish(reviewer, { decision: 'changes' }))).toBe('reason_required')
    const id = newClientId()
    const sent = await Promise.all(
      Array.from({ length: 3 }, () => publish(reviewer, { id, decision: 'changes', summary: '壁厚要改。' })),
    )
    for (const { status, body } of sent) {
      expect(status).toBe(201)
      expect(body.review).toMatchObject({
        id,
        decision: 'changes',
        summary: '壁厚要改。',
        comments: 4,
        author: { name: '王师傅', side: 'manufacture' },
      })
      expect(new Set(body.threads.map((one) => one.id))).toEqual(new Set([open.id, first.id, second.id]))
    }
    expect(codeOf(await publish(owner, { id, decision: 'good' }))).toBe('id_taken')

    const shown = new Map((await seen(owner)).map((thread) => [thread.id, thread]))
    expect([shown.get(first.id)!.number, shown.get(second.id)!.number]).toEqual([
      open.number + 1,
      open.number + 2,
    ])
    expect(shown.get(first.id)!.comments.map(({ body }) => body)).toEqual(['first', 'more of the first'])
    expect(shown.get(open.id)!.comments.at(-1)).toMatchObject({ body: 'an answer', draft: false })
    expect(shown.get(open.id)!.changes).toBe(open.changes + 1)
    expect(shown.has(others.id)).toBe(false)

    const event = await until('the review’s event', () => heard.find(({ type }) => type === 'review.saved'))
    expect(event).toMatchObject({ review: { id }, threads: { length: 3 } })
    listener.close()
    const { reviews } = await owner.get<{ reviews: PublishedReview[] }>(
      `/api/projects/${projectId}/reviews?resourceId=${documentId}`,
    )
    expect(reviews[0]!.id).toBe(id)
  })

  test('without drafts and words there is nothing to publish, unless all is good', async () => {
    expect(codeOf(await publish(owner, {}))).toBe('review_empty')
    expect((await publish(owner, { decision: 'good' })).status).toBe(201)
    const elsewhere = await createDocument(stranger)
    expect((await publish(owner, { resourceId: elsewhere.documentId, decision: 'good' })).status).toBe(404)
  })

  test('a draft is in no revision’s record', async () => {
    await raise(reviewer, { body: 'unripe thought', draft: true })
    const { revision } = await owner.post<{ revision: { id: string } }>(
      `/api/projects/${projectId}/revisions`,
      {
        description: '',
      },
    )
    const record = await reviewer.get(`/api/projects/${projectId}/revisions/${revision.id}`)
    expect(JSON.stringify(record)).not.toMatch(/unripe thought|not yet/)
  })
})
