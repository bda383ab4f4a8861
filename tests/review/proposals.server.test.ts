import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { anchorOf, type TextAnchor } from '../../shared/anchors/anchors.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import { textField } from '../../shared/document/text-field.ts'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { Thread } from '../../shared/review.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { codeOf, newClientId } from '../helpers/access/points-of.ts'

let server: RunningServer
let owner: Person, editor: Person, reviewer: Person, viewer: Person, stranger: Person
let projectId: string, documentId: string
let anchor: TextAnchor

beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
  editor = await createPerson(server.url, '周工')
  reviewer = await createPerson(server.url, '王师傅')
  viewer = await createPerson(server.url, 'Guest')
  stranger = await createPerson(server.url, 'Stranger')
  ;({ projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'spec',
  }))
  await join(owner, editor, projectId, 'manufacture', 'editor')
  await join(owner, reviewer, projectId, 'manufacture', 'reviewer')
  await join(owner, viewer, projectId, 'manufacture', 'viewer')
  const { provider, doc } = openRoom(reviewer, documentId)
  anchor = await until('the text to arrive', () =>
    anchorOf(layOutText(doc.getXmlFragment(textField)), documentId, { from: 1, to: 8 }),
  )
  provider.destroy()
})
afterAll(() => server.close())

const text = (words: string, ...marks: object[]) => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks }),
})
const link = (href: unknown) => ({ type: 'link', attrs: { href } })
const proposal = (replacement: unknown = [text('壁厚 2.5 mm')], more: object = {}) => ({
  id: newClientId(),
  commentId: newClientId(),
  anchor,
  kind: 'proposal',
  body: '1.8 mm 会缩水。',
  replacement,
  ...more,
})
const path = () => `/api/projects/${projectId}/threads`
const raise = (person: Person, body: object = proposal()) =>
  person.ask<{ thread: Thread }>('POST', path(), body)
const accept = (person: Person, { id, changes }: Thread, attempt?: string) =>
  person.ask<{ thread: Thread }>('POST', `${path()}/${id}/accept`, { changes, attempt })
const change = (person: Person, thread: Thread, to: object) =>
  person.ask<{ thread: Thread }>('PATCH', `${path()}/${thread.id}`, to)
const firstTextOf = (doc: Y.Doc) => {
  const texts = [...doc.getXmlFragment(textField).createTreeWalker((node) => node instanceof Y.XmlText)]
  return texts[0] as Y.XmlText
}
const raised = async () => (await raise(reviewer)).body.thread

describe('a proposal is raised', () => {
  test('by a reviewer, who may not write the text; all hear of it', async () => {
    const heard: RoomEvent[] = []
    const listener = await listenForEvents(owner, documentId, (event) => heard.push(event))
    const { status, body } = await raise(reviewer)
    expect(status).toBe(201)
    expect(body.thread).toMatchObject({
      kind: 'proposal',
      state: 'open',
      accepted: false,
      replacement: [{ type: 'text', text: '壁厚 2.5 mm' }],
      author: { name: '王师傅', side: 'manufacture' },
    })
    const event = await until('the event', () => heard.find(({ type }) => type === 'thread.saved'))
    expect(event).toEqual({ type: 'thread.saved', thread: body.thread })
    listener.close()
  })

  test('with marks, formulas, whole paragraphs, or nothing: then the text is to go', async () => {
    const inline = [
      text('Ra 0.8', link('https://example.com'), { type: 'bold' }),
      { type: 'hardBreak' },
      { type: 'inlineMath', attrs: { latex: 'x^2' } },
    ]
    const blocks = [
      { type: 'paragraph', content: [text('One')] },
      { type: 'paragraph', content: [text('Two')] },
    ]
    for (const wanted of [inline, blocks, []]) {
      const { status, body } = await raise(reviewer, proposal(wanted))
      expect(status).toBe(201)
      expect(body.thread.replacement).toMatchObject(wanted)
    }
  })

  test('without what the schema does not know', async () => {
    const strange = {
      ...text('ok', { type: 'link', attrs: { href: 'https://example.com', onclick: 'x()' } }),
      onload: 1,
    }
    const { body } = await raise(reviewer, proposal([strange]))
    expect(body.thread.replacement).toEqual([text('ok', link('https://example.com'))])
  })

  test.each([
    ['no replacement', undefined, 400, 'replacement_invalid'],
    [
      'an unknown node',
      [{ type: 'iframe', attrs: { src: 'https://example.com' } }],
      400,
      'replacement_invalid',
    ],
    ['an unknown mark', [text('x', { type: 'blink' })], 400, 'replacement_invalid'],
    ['a block that is no paragraph', [{ type: 'heading', attrs: { level: 1 } }], 400, 'replacement_invalid'],
    ['words and blocks mixed', [text('x'), { type: 'paragraph' }], 400, 'replacement_invalid'],
    [
      'an unknown node inside',
      [{ type: 'paragraph', content: [{ type: 'video' }] }],
      400,
      'replacement_invalid',
    ],
    ['an empty text', [{ type: 'text', text: '' }], 400, 'replacement_invalid'],
    [
      'a formula that is no text',
      [{ type: 'inlineMath', attrs: { latex: { a: 1 } } }],
      400,
      'replacement_invalid',
    ],
    ['a script link', [text('press', link('javascript:alert(1)'))], 400, 'replacement_link'],
    ['a hidden script link', [text('press', link(' java\nscript:alert(1)'))], 400, 'replacement_link'],
    [
      'a link of 2,001 characters',
      [text('x', link(`https://x.cn/${'x'.repeat(1_988)}`))],
      400,
      'replacement_link',
    ],
    ['a NUL', [text('a\u0000b')], 400, 'invalid_input'],
    ['half a character', [text('\ud83d')], 400, 'invalid_input'],
    ['a link that is no text', [text('press', link({ href: 1 }))], 400, 'replacement_link'],
    [
      'a picture of nobody',
      [{ type: 'imageFile', attrs: { sha256: 'a'.repeat(64) } }],
      400,
      'replacement_picture',
    ],
    [
      'a picture from elsewhere',
      [{ type: 'imageFile', attrs: { sha256: 'https://example.com/a.png' } }],
      400,
      'replacement_picture',
    ],
    ['65 KB', [text('x'.repeat(65_536))], 413, 'replacement_too_large'],
    ['5 MB', [text('壁'.repeat(1_700_000))], 413, 'too_large'],
    ['no list', { type: 'text' }, 400, 'invalid_input'],
  ])('not with %s: a clear code, and nothing is kept', async (_what, replacement, status, code) => {
    const request = { ...proposal(), replacement }
    const reply = await raise(reviewer, request)
    expect([reply.status, codeOf(reply)]).toEqual([status, code])
    const { threads } = await owner.get<{ threads: Thread[] }>(path())
    expect(threads.some(({ id }) => id === request.id)).toBe(false)
  })

  test('not on the whole project, and not as a comment', async () => {
    for (const more of [{ anchor: { type: 'project' } }, { kind: 'comment' }]) {
      expect(codeOf(await raise(reviewer, proposal(undefined, more)))).toBe('replacement_invalid')
    }
  })

  test('not by a viewer or a stranger', async () => {
    expect((await raise(viewer)).status).toBe(403)
    expect((await raise(stranger)).status).toBe(404)
  })
})

describe('a proposal is accepted', () => {
  test('by an editor of any side, who is stamped beside who proposed it', async () => {
    const { status, body } = await accept(owner, await raised())
    expect(status).toBe(200)
    expect(body.thread).toMatchObject({
      state: 'settled',
      accepted: true,
      author: { name: '王师傅', side: 'manufacture' },
      closedBy: { userId: owner.user.id, name: 'Lin Yue', side: 'design' },
    })
  })

  test('not by its author without the right to write, nor by a viewer, nor by a stranger', async () => {
    const thread = await raised()
    expect((await accept(reviewer, thread)).status).toBe(403)
    expect((await accept(viewer, thread)).status).toBe(403)
    expect((await accept(stranger, thread)).status).toBe(404)
    const other = await createDocument(stranger)
    const elsewhere = `/api/projects/${other.projectId}/threads/${thread.id}/accept`
    expect((await stranger.ask('POST', elsewhere, { changes: 0 })).status).toBe(404)
  })

  /** Of these replies, exactly those to one of the two editors say that it is accepted, all of them the same. */
  const expectOneWinner = (replies: Awaited<ReturnType<typeof accept>>[], thread: Thread) => {
    const won = replies.filter(({ status }) => status === 200).map(({ body }) => body.thread)
    expect(won.length).toBeGreaterThan(0)
    for (const one of won) {
      expect(one).toMatchObject({ closedBy: won[0]!.closedBy, changes: thread.changes + 1 })
    }
    for (const [index, reply] of replies.entries()) {
      const isWinner = won[0]!.closedBy!.userId === (index % 2 ? owner : editor).user.id
      const expected = isWinner ? [200, undefined] : [409, 'thread_closed']
      expect([reply.status, codeOf(reply)]).toEqual(expected)
    }
  }
  const acceptAtOnce = (thread: Thread) => {
    const attempts = [newClientId(), newClientId()]
    return Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        accept(index % 2 ? owner : editor, thread, attempts[index % 2]),
      ),
    )
  }

  test('by one of two who accept at once, however often each asks: the other is refused', async () => {
    const thread = await raised()
    expectOneWinner(await acceptAtOnce(thread), thread)
  })

  test('again, when the text did not follow: only by who saw the last acceptance, and by one of them', async () => {
    const thread = await raised()
    const first = (await accept(owner, thread)).body.thread
    expect(codeOf(await accept(editor, thread))).toBe('thread_closed')
    expectOneWinner(await acceptAtOnce(first), first)
  })

  test('once, when the reply was lost and it is asked again: no second entry, no second notice', async () => {
    const thread = await raised()
    const attempt = newClientId()
    const first = await accept(owner, thread, attempt)
    const told = async () => [
      (await owner.get<{ entries: object[] }>(`/api/projects/${projectId}/trail?limit=50`)).entries,
      (await reviewer.get<{ notices: object[] }>('/api/notices')).notices,
    ]
    const before = await told()
    expect(await accept(owner, thread, attempt)).toEqual(first)
    await reviewer.post(`${path()}/${thread.id}/comments`, { id: newClientId(), body: '谢谢。' })
    const said = await told()
    expect(said[0]).toHaveLength(before[0]!.length + 1)
    const again = await accept(owner, thread, attempt)
    expect(again.body.thread).toMatchObject({ accepted: true, changes: 2 })
    expect(codeOf(await accept(editor, thread))).toBe('thread_closed')
    expect(await told()).toEqual(said)
  })

  test('in one of two tabs of one person: the other is told that it is done, and the words are written once', async () => {
    const words = `壁厚 ${randomBytes(4).toString('hex')}`
    const thread = (await raise(reviewer, proposal([text(words)]))).body.thread
    const tabs = [openRoom(owner, documentId), openRoom(owner, documentId)]
    await until('both tabs to have the text', () => tabs.every(({ provider }) => provider.synced))
    // neither hears of the other's words before it has its own answer
    const answers = await Promise.all(tabs.map(() => accept(owner, thread, newClientId())))
    const codes = answers.map((answer) => codeOf(answer) ?? answer.status)
    expect(codes.toSorted()).toEqual([200, 'proposal_accepted'])
    for (const [index, { doc }] of tabs.entries()) {
      if (answers[index]!.status === 200) firstTextOf(doc).insert(0, words)
    }
    const said = ({ doc }: { doc: Y.Doc }) => doc.getXmlFragment(textField).toString().split(words).length - 1
    await until('both to show the words', () => tabs.every((tab) => said(tab) > 0))
    expect(tabs.map(said)).toEqual([1, 1])
    for (const { provider } of tabs) provider.destroy()
  })

  test('not by a second attempt without a name', async () => {
    const thread = await raised()
    await accept(owner, thread)
    expect(codeOf(await accept(owner, thread))).toBe('proposal_accepted')
  })

  test('not when it was declined, and not when it is no proposal', async () => {
    const thread = await raised()
    expect(codeOf(await change(owner, thread, { state: 'declined' }))).toBe('reason_required')
    const { body } = await change(owner, thread, { state: 'declined', reason: 'The tool exists.' })
    expect(body.thread).toMatchObject({
      state: 'declined',
      accepted: false,
      closedReason: 'The tool exists.',
    })
    expect(codeOf(await accept(owner, body.thread))).toBe('thread_closed')
    const { replacement: _none, ...comment } = proposal([], { kind: 'comment' })
    expect(codeOf(await accept(owner, (await raise(reviewer, comment)).body.thread))).toBe('invalid_input')
  })

  test('and is no longer accepted once it is opened again', async () => {
    const thread = await raised()
    await accept(owner, thread)
    const { body } = await change(owner, thread, { state: 'open' })
    expect(body.thread).toMatchObject({ state: 'open', accepted: false, closedBy: null })
  })
})
