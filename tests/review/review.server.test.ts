import { eq } from 'drizzle-orm'
import * as Y from 'yjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { anchorOf, type TextAnchor } from '../../shared/anchors/anchors.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import { textField } from '../../shared/document/text-field.ts'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { Thread } from '../../shared/review.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { comments } from '../../server/review/tables.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { codeOf, newClientId } from '../helpers/access/points-of.ts'

let server: RunningServer
let owner: Person, reviewer: Person, foreman: Person, viewer: Person, stranger: Person
let projectId: string, documentId: string
let doc: Y.Doc
let anchor: TextAnchor
const rooms: { provider: { destroy(): void } }[] = []

beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
  reviewer = await createPerson(server.url, '王师傅')
  foreman = await createPerson(server.url, '张厂长')
  viewer = await createPerson(server.url, 'Guest')
  stranger = await createPerson(server.url, 'Stranger')
  ;({ projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'spec',
  }))
  await join(owner, reviewer, projectId, 'manufacture', 'reviewer')
  await join(owner, foreman, projectId, 'manufacture', 'editor')
  await join(owner, viewer, projectId, 'manufacture', 'viewer')
  const room = openRoom(reviewer, documentId)
  rooms.push(room)
  doc = room.doc
  anchor = await until('the text to arrive', () => anchorAtStart(documentId))
})
afterAll(async () => {
  for (const { provider } of rooms) provider.destroy()
  await server.close()
})

const anchorAtStart = (of: string) =>
  anchorOf(layOutText(doc.getXmlFragment(textField)), of, { from: 1, to: 8 })
const raise = (more: object = {}) => ({
  id: newClientId(),
  commentId: newClientId(),
  anchor,
  severity: 'must',
  body: '壁厚 1.8 mm 会缩水。',
  ...more,
})
const path = () => `/api/projects/${projectId}/threads`
const post = (person: Person, body: object, to = path()) => person.ask<{ thread: Thread }>('POST', to, body)

describe('raising a point', () => {
  test('a reviewer raises one without the right to write, stamped with name and side, and all hear of it', async () => {
    const heard: RoomEvent[] = []
    const listener = await listenForEvents(owner, documentId, (event) => heard.push(event))
    const { status, body } = await post(reviewer, raise())
    expect(status).toBe(201)
    expect(body.thread).toMatchObject({
      state: 'open',
      severity: 'must',
      author: { userId: reviewer.user.id, name: '王师傅', side: 'manufacture' },
      comments: [{ body: '壁厚 1.8 mm 会缩水。', author: { name: '王师傅' } }],
    })
    const event = await until('the event', () => heard.find(({ type }) => type === 'thread.saved'))
    expect(event).toEqual({ type: 'thread.saved', thread: body.thread })
    listener.close()
    const { threads } = await viewer.get<{ threads: Thread[] }>(`/api/resources/${documentId}/threads`)
    expect(threads).toContainEqual(body.thread)
  })

  test('the same request sent five times at once counts once', async () => {
    const request = raise()
    const replies = await Promise.all(Array.from({ length: 5 }, () => post(reviewer, request)))
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
    expect(new Set(replies.map(({ body }) => body.thread.number)).size).toBe(1)
  })

  test('another person cannot use its id', async () => {
    const request = raise()
    await post(reviewer, request)
    const reply = await post(owner, request)
    expect([reply.status, codeOf(reply)]).toEqual([409, 'id_taken'])
  })

  test('twenty at once get twenty numbers in a row', async () => {
    const before = (await owner.get<{ threads: Thread[] }>(path())).threads.length
    const replies = await Promise.all(Array.from({ length: 20 }, () => post(reviewer, raise())))
    expect(replies.map((reply) => (reply.status === 201 ? 201 : [reply.status, codeOf(reply)]))).toEqual(
      Array.from({ length: 20 }, () => 201),
    )
    const numbers = replies.map(({ body }) => body.thread.number).sort((a, b) => a - b)
    expect(numbers).toEqual(Array.from({ length: 20 }, (_, index) => before + 1 + index))
  })

  test.each([
    ['garbage', { start: 'AAAA' }],
    ['nothing', { start: '', end: '' }],
    ['text that never was', { start: '' }],
    ['no words', { quote: '  ' }],
  ])('an anchor on %s is refused and nothing is kept', async (what, change) => {
    const strange = new Y.Doc()
    const text = new Y.XmlText('elsewhere')
    strange.getXmlFragment(textField).insert(0, [text])
    const elsewhere = anchorOf(layOutText(strange.getXmlFragment(textField)), documentId, { from: 0, to: 4 })!
    const request = raise({
      anchor: { ...anchor, ...change, ...(what === 'text that never was' && { start: elsewhere.start }) },
    })
    const reply = await post(reviewer, request)
    expect([reply.status, codeOf(reply)]).toEqual([400, 'anchor_invalid'])
    const { threads } = await owner.get<{ threads: Thread[] }>(path())
    expect(threads.some(({ id }) => id === request.id)).toBe(false)
  })

  test.each(['quote', 'before', 'after', 'start', 'end'])(
    'an anchor whose %s holds a NUL or half a character is refused with the name of the field',
    async (field) => {
      for (const words of ['a\u0000b', '\ud83d', '\udca1 b']) {
        const request = raise({ anchor: { ...anchor, [field]: words } })
        const { status, body } = await post(reviewer, request)
        expect([status, (body as unknown as { error: object }).error]).toEqual([
          400,
          expect.objectContaining({ code: 'invalid_input', params: { field: `anchor.${field}` } }),
        ])
        const { threads } = await owner.get<{ threads: Thread[] }>(path())
        expect(threads.some(({ id }) => id === request.id)).toBe(false)
      }
    },
  )

  test('an anchor in a document of another project is unknown', async () => {
    const other = await createDocument(stranger)
    const reply = await post(reviewer, raise({ anchor: { ...anchor, documentId: other.documentId } }))
    expect([reply.status, codeOf(reply)]).toEqual([404, 'not_found'])
  })

  test('a viewer may not, and for a stranger there is no such project', async () => {
    expect((await post(viewer, raise())).status).toBe(403)
    expect((await post(stranger, raise())).status).toBe(404)
    expect((await stranger.ask('GET', path())).status).toBe(404)
  })
})

describe('answering and closing', () => {
  const raised = async (by = reviewer) => (await post(by, raise())).body.thread
  const reply = (person: Person, id: string, commentId = newClientId(), body = '好的。') =>
    post(person, { id: commentId, body }, `${path()}/${id}/comments`)
  const set = (person: Person, id: string, state: string, reason?: string) =>
    person.ask<{ thread: Thread }>('PATCH', `${path()}/${id}`, { state, reason })

  test('replies keep their order; one sent twice counts once, another person cannot use its id', async () => {
    const { id } = await raised()
    const commentId = newClientId()
    await reply(owner, id, commentId, 'first')
    await reply(owner, id, commentId, 'first')
    await reply(reviewer, id, undefined, 'second')
    expect(codeOf(await reply(reviewer, id, commentId))).toBe('id_taken')
    const { threads } = await owner.get<{ threads: Thread[] }>(path())
    const thread = threads.find((one) => one.id === id)!
    expect(thread.comments.map(({ body }) => body)).toEqual(['壁厚 1.8 mm 会缩水。', 'first', 'second'])
  })

  test('an editor of its side settles it with a reason; who raised it opens it again', async () => {
    const { id } = await raised()
    expect(codeOf(await set(foreman, id, 'settled'))).toBe('reason_required')
    const settled = await set(foreman, id, 'settled', 'Checked on the sample.')
    expect(settled.body.thread).toMatchObject({
      state: 'settled',
      closedBy: { name: '张厂长', side: 'manufacture' },
      closedReason: 'Checked on the sample.',
    })
    const opened = await set(reviewer, id, 'open')
    expect(opened.body.thread).toMatchObject({ state: 'open', closedBy: null, closedAt: null })
  })

  test('the other side does not settle it, not even an owner, and may answer it', async () => {
    const { id } = await raised()
    expect(codeOf(await set(owner, id, 'settled', 'We think so.'))).toBe('settle_not_yours')
    expect((await set(owner, id, 'answered')).body.thread.state).toBe('answered')
  })

  test('who raised it settles it; another reviewer may not', async () => {
    const second = await createPerson(server.url, 'Chen')
    await join(owner, second, projectId, 'manufacture', 'reviewer')
    const { id } = await raised()
    expect(codeOf(await set(second, id, 'settled'))).toBe('settle_not_yours')
    expect((await set(reviewer, id, 'settled')).status).toBe(200)
  })

  test('declining is an editor’s and needs a reason, which is kept', async () => {
    const { id } = await raised()
    expect(codeOf(await set(reviewer, id, 'declined', 'Not needed.'))).toBe('not_allowed')
    expect(codeOf(await set(owner, id, 'declined'))).toBe('reason_required')
    expect(codeOf(await set(owner, id, 'declined', '  '))).toBe('reason_required')
    const { body } = await set(owner, id, 'declined', 'The tool exists already.')
    expect(body.thread).toMatchObject({ state: 'declined', closedReason: 'The tool exists already.' })
  })

  test('closed one way is not closed another way; settling twice keeps the first name', async () => {
    const { id } = await raised()
    await set(foreman, id, 'settled', 'Measured.')
    expect(codeOf(await set(owner, id, 'declined', 'no'))).toBe('thread_closed')
    const again = await set(reviewer, id, 'settled')
    expect(again.body.thread.closedBy?.name).toBe('张厂长')
  })

  test('a reply to a closed point is kept and leaves it closed', async () => {
    const { id } = await raised()
    await set(reviewer, id, 'settled')
    const { status, body } = await reply(owner, id)
    expect([status, body.thread.state, body.thread.comments.length]).toEqual([201, 'settled', 2])
  })

  test('replies and settling at the same moment lose nothing, and the counts tell the newest copy', async () => {
    const { id } = await raised()
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => reply(reviewer, id)),
      set(reviewer, id, 'settled'),
    ])
    const newest = answers
      .map(({ body }) => body.thread)
      .sort((one, other) => other.changes - one.changes)[0]!
    expect([newest.comments.length, newest.state, newest.changes]).toEqual([9, 'settled', 9])
  })

  test('a point of another project is unknown', async () => {
    const { id } = await raised()
    const other = await createDocument(stranger)
    const there = `/api/projects/${other.projectId}/threads/${id}`
    expect((await stranger.ask('PATCH', there, { state: 'settled' })).status).toBe(404)
    expect((await post(stranger, { id: newClientId(), body: 'x' }, `${there}/comments`)).status).toBe(404)
  })
})

test('a draft point goes on beginning with what it was begun with when the clock of the database is put back', async () => {
  const begun = await post(reviewer, raise({ draft: true }))
  const { id, comments: written } = begun.body.thread
  const isOpening = eq(comments.id, written[0]!.id)
  const inAnHour = new Date(Date.now() + 3_600_000)
  await server.database.update(comments).set({ createdAt: inAnHour }).where(isOpening)
  const ids = [newClientId(), newClientId()]
  for (const replyId of ids)
    await post(reviewer, { id: replyId, body: '1.8 mm', draft: true }, `${path()}/${id}/comments`)
  const { body } = await reviewer.ask<{ threads: Thread[] }>('GET', `/api/resources/${documentId}/threads`)
  const shown = body.threads.find((one) => one.id === id)!
  expect(shown.comments.map((comment) => comment.id)).toEqual([written[0]!.id, ...ids])
})
