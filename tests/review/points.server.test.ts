import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { Thread } from '../../shared/review.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { codeOf, newClientId } from '../helpers/access/points-of.ts'

let server: RunningServer
let owner: Person, worker: Person, colleague: Person, stranger: Person
let projectId: string

beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
  worker = await createPerson(server.url, '王师傅')
  colleague = await createPerson(server.url, '陈工')
  stranger = await createPerson(server.url, 'Stranger')
  ;({ projectId } = await createDocument(owner))
  await join(owner, worker, projectId, 'manufacture', 'reviewer')
  await join(owner, colleague, projectId, 'manufacture', 'reviewer')
})
afterAll(() => server.close())

const path = () => `/api/projects/${projectId}/threads`
const raise = (person: Person, more: object = {}) =>
  person.ask<{ thread: Thread }>('POST', path(), {
    id: newClientId(),
    commentId: newClientId(),
    anchor: { type: 'project' },
    body: '浇口位置要改。',
    ...more,
  })
const change = (person: Person, id: string, fields: object) =>
  person.ask<{ thread: Thread }>('PATCH', `${path()}/${id}`, fields)
const changeAll = (person: Person, threadIds: string[], fields: object) =>
  person.ask<{ threads: Thread[] }>('PATCH', path(), { threadIds, change: fields })
const listed = async () => (await owner.get<{ threads: Thread[] }>(path())).threads

const raiseThree = async () =>
  Promise.all([raise(worker), raise(worker), raise(owner)]).then((all) =>
    all.map(({ body }) => body.thread.id),
  )

describe('what is known of a point', () => {
  test('a point of the whole project is raised with category, assignee and due date', async () => {
    const { status, body } = await raise(worker, {
      category: 'gate',
      assigneeId: owner.user.id,
      dueOn: '2026-12-24',
      kind: 'problem',
    })
    expect(status).toBe(201)
    expect(body.thread).toMatchObject({
      category: 'gate',
      assignee: { userId: owner.user.id, name: 'Lin Yue', side: 'design' },
      dueOn: '2026-12-24',
      kind: 'problem',
    })
    expect(await listed()).toContainEqual(body.thread)
  })

  test('who raised it and editors change it, each change counts, and null takes a value away', async () => {
    const { thread } = (await raise(worker, { category: 'draft', dueOn: '2026-12-24' })).body
    const fields = { severity: 'must', kind: 'question', category: 'wall', tooling: 'steelSafe', stage: 'T1' }
    const mine = await change(worker, thread.id, fields)
    expect(mine.body.thread).toMatchObject({ ...fields, changes: 1 })
    const theirs = await change(owner, thread.id, { assigneeId: worker.user.id, dueOn: null, tooling: null })
    expect(theirs.body.thread).toMatchObject({
      assignee: { name: '王师傅' },
      dueOn: null,
      tooling: null,
      stage: 'T1',
      changes: 2,
    })
    const same = await change(owner, thread.id, { assigneeId: worker.user.id })
    expect(same.body.thread.changes).toBe(2)
  })

  test('another reviewer does not change it', async () => {
    const { thread } = (await raise(worker)).body
    expect(codeOf(await change(colleague, thread.id, { severity: 'note' }))).toBe('not_allowed')
    expect(codeOf(await change(colleague, thread.id, { category: 'wall' }))).toBe('not_allowed')
  })

  test('its severity and kind are for the side that raised it, also to an owner of the other', async () => {
    const { thread } = (await raise(worker, { severity: 'must', kind: 'problem' })).body
    for (const fields of [{ severity: 'note' }, { kind: 'idea' }, { severity: 'note', category: 'wall' }]) {
      expect(codeOf(await change(owner, thread.id, fields))).toBe('severity_not_yours')
      expect(codeOf(await changeAll(owner, [thread.id], fields))).toBe('severity_not_yours')
    }
    expect((await listed()).find(({ id }) => id === thread.id)).toEqual(thread)
    const others = {
      severity: 'must',
      category: 'wall',
      assigneeId: owner.user.id,
      dueOn: '2026-12-24',
      stage: 'T0',
      tooling: 'steelCut',
    }
    const { assigneeId: _, ...kept } = others
    expect((await change(owner, thread.id, others)).body.thread).toMatchObject(kept)
    const editor = await createPerson(server.url, '周工')
    await join(owner, editor, projectId, 'manufacture', 'editor')
    const weighed = await change(editor, thread.id, { severity: 'should', kind: 'question' })
    expect(weighed.body.thread).toMatchObject({ severity: 'should', kind: 'question' })
    expect((await change(worker, thread.id, { severity: 'note' })).body.thread.severity).toBe('note')
  })

  test('the assignee may say that it is answered', async () => {
    const { thread } = (await raise(worker, { assigneeId: colleague.user.id })).body
    expect((await change(colleague, thread.id, { state: 'answered' })).body.thread.state).toBe('answered')
    expect(codeOf(await change(colleague, thread.id, { state: 'open' }))).toBe('not_allowed')
  })

  test.each([
    ['a due date in 1900', { dueOn: '1900-01-01' }],
    ['a day that does not exist', { dueOn: '2026-02-30' }],
    ['words for a date', { dueOn: 'soon' }],
    ['a category of no list', { category: 'colour' }],
    ['a stage of no list', { stage: 'T9' }],
    ['other words for the tool', { tooling: 'soft' }],
    ['another severity', { severity: 'urgent' }],
  ])('%s is refused, on raising and on changing, and nothing is kept', async (_what, fields) => {
    const before = await listed()
    expect(codeOf(await raise(worker, fields))).toBe('invalid_input')
    expect(codeOf(await change(worker, before[0]!.id, fields))).toBe('invalid_input')
    expect(await listed()).toEqual(before)
  })

  test('a stranger cannot be its assignee', async () => {
    const before = await listed()
    expect(codeOf(await raise(worker, { assigneeId: stranger.user.id }))).toBe('not_found')
    expect(codeOf(await change(worker, before[0]!.id, { assigneeId: stranger.user.id }))).toBe('not_found')
    expect(await listed()).toEqual(before)
  })

  test('it does not become a proposal', async () => {
    const { thread } = (await raise(worker)).body
    expect(codeOf(await change(worker, thread.id, { kind: 'proposal' }))).toBe('invalid_input')
  })

  test('who has left the project is nobody’s assignee any more', async () => {
    const leaving = await createPerson(server.url, 'Leaving')
    await join(owner, leaving, projectId, 'design', 'reviewer')
    const { thread } = (await raise(worker, { assigneeId: leaving.user.id })).body
    expect((await leaving.ask('DELETE', `/api/projects/${projectId}/members/me`)).status).toBe(204)
    expect((await listed()).find(({ id }) => id === thread.id)!.assignee).toBeNull()
  })
})

describe('many points at once', () => {
  test('an editor assigns them in one go, and all hear of each', async () => {
    const ids = await raiseThree()
    const heard: RoomEvent[] = []
    const listener = await listenForEvents(worker, projectId, (event) => heard.push(event))
    const { status, body } = await changeAll(owner, ids, { assigneeId: worker.user.id, dueOn: '2026-12-01' })
    expect([status, body.threads.length]).toEqual([200, 3])
    expect(
      body.threads.every(({ assignee, dueOn }) => assignee?.name === '王师傅' && dueOn === '2026-12-01'),
    ).toBe(true)
    await until(
      'three events',
      () => heard.filter(({ type }) => type === 'thread.saved').length === 3 || null,
    )
    listener.close()
  })

  test('one that is refused keeps all as they were', async () => {
    const ids = await raiseThree()
    expect(codeOf(await changeAll(worker, ids, { severity: 'must' }))).toBe('not_allowed')
    expect(codeOf(await changeAll(owner, ids, { severity: 'must' }))).toBe('severity_not_yours')
    expect(codeOf(await changeAll(owner, ids, { state: 'settled' }))).toBe('settle_not_yours')
    expect(codeOf(await changeAll(owner, [...ids, 'unknown'], { severity: 'must' }))).toBe('not_found')
    const after = (await listed()).filter(({ id }) => ids.includes(id))
    expect(after.map(({ severity, state, changes }) => [severity, state, changes])).toEqual(
      ids.map(() => ['should', 'open', 0]),
    )
  })

  test('none, or more than 500, is no request', async () => {
    expect(codeOf(await changeAll(owner, [], { severity: 'must' }))).toBe('invalid_input')
    const many = Array.from({ length: 501 }, newClientId)
    expect(codeOf(await changeAll(owner, many, { severity: 'must' }))).toBe('invalid_input')
  })

  test('two people who change the same points at once both succeed', async () => {
    const ids = await raiseThree()
    const replies = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        changeAll(owner, index % 2 ? ids : ids.toReversed(), { category: index % 2 ? 'wall' : 'gate' }),
      ),
    )
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
  })
})
