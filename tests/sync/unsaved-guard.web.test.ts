import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import { expectUser } from '../../web/api.ts'
import { queueOf, sendFor } from '../../web/review/queue/queues.ts'
import { documentRoom } from '../../web/sync/room/room-address.ts'
import { openRoom } from '../../web/sync/room/room.ts'
import { addHolder, letGo, mayLose } from '../../web/sync/unsent/unsaved-guard.ts'
import { observable } from '../../web/sync/observable.ts'
import { recoveredWords } from '../../web/sync/recovered/recovered-words.ts'
import type { SaveState } from '../../web/sync/room/save-state.ts'
import { holderOf, holdsAlone, keepAtSessionEnd } from '../../web/sync/room/use-room.ts'

const confirm = vi.hoisted(() => vi.fn<() => Promise<boolean>>())
vi.mock('../../web/ui/feedback/confirm.tsx', () => ({ confirm }))
beforeEach(() => void confirm.mockReset())

const roomWith = (state: SaveState, changes: number, keeps: boolean, pictures = 0) => ({
  state: observable(state),
  unsent: () => changes,
  keepsLocally: observable(keeps),
  pictures: observable(pictures),
})

test('W4: what is typed while the link is being made is held alone where the browser keeps nothing', () => {
  expect(holdsAlone(roomWith({ kind: 'connecting' }, 3, false))).toBe(true)
  expect(holdsAlone(roomWith({ kind: 'connecting' }, 3, true))).toBe(false)
  expect(holdsAlone(roomWith({ kind: 'connecting' }, 0, false))).toBe(false)
  // all is sent, and not known to be there yet
  expect(holdsAlone(roomWith({ kind: 'saving' }, 0, false))).toBe(true)
  expect(holdsAlone(roomWith({ kind: 'saved' }, 0, false))).toBe(false)
})

test('a picture that is not sent yet is held alone, whatever the browser keeps', () => {
  expect(holdsAlone(roomWith({ kind: 'saved' }, 0, true, 1))).toBe(true)
})

test('W3: before all that the page holds goes, it is asked for what only this tab holds, once that had time to be saved', async () => {
  expect(await mayLose()).toBe(true)
  let isHeld = true
  const end = addHolder({ holdsAlone: () => isHeld, whenSaved: async () => void (isHeld = false) })
  expect(await mayLose()).toBe(true)
  expect(confirm).not.toHaveBeenCalled()

  const endOther = addHolder({ holdsAlone: () => true })
  for (const answer of [false, true]) {
    confirm.mockResolvedValueOnce(answer)
    expect(await mayLose()).toBe(answer)
  }
  expect(confirm).toHaveBeenCalledTimes(2)
  endOther()
  expect(await mayLose()).toBe(true)
  end()
})

test('W3: a session that ends asks nothing: words that only this tab holds are kept apart for who wrote them', async () => {
  const room = { ...roomWith({ kind: 'saving' }, 1, false), id: 'text', unsavedWords: () => 'half a page' }
  let id: string | undefined = 'li'
  expectUser({ id: () => id, onMismatch: () => {} })
  const shelf = () => recoveredWords('li', 'text').words.get()
  // left for another page, which asked
  keepAtSessionEnd(room, 'li')
  id = undefined
  keepAtSessionEnd({ ...room, keepsLocally: observable(true) }, 'li')
  keepAtSessionEnd(room, 'li')
  await vi.waitFor(() => expect(shelf()).toMatchObject([{ words: 'half a page', code: 'session_required' }]))
})

test('W3: a sign-out that was meant keeps no words of the text either', async () => {
  const room = {
    ...roomWith({ kind: 'offline', changes: 1, kept: 1 }, 1, false),
    id: 'on a shared computer',
    unsavedWords: () => 'half a page',
  }
  let id: string | undefined = 'li'
  expectUser({ id: () => id, onMismatch: () => {} })
  const end = addHolder(holderOf(room))
  confirm.mockResolvedValueOnce(true)
  expect(await mayLose()).toBe(true)
  expect(confirm).toHaveBeenCalledOnce()
  letGo()
  id = undefined
  const keep = vi.spyOn(recoveredWords('li', room.id), 'keep')
  keepAtSessionEnd(room, 'li')
  expect(keep).not.toHaveBeenCalled()
  end()
})

test('W3: words that another room wrote anew under an id of their own are unsaved words too, with what came since', async () => {
  const written = new Y.Doc()
  const block = new Y.XmlElement('paragraph')
  written.getXmlFragment(textField).insert(0, [block])
  const words = new Y.XmlText('half a page')
  block.insert(0, [words])
  const update = Y.encodeStateAsUpdate(written)
  const authored = [{ client: written.clientID, to: Y.getState(written.store, written.clientID) }]
  const room = await openRoom({
    room: documentRoom('anew'),
    userId: 'li',
    origin: 'http://127.0.0.1:1',
    WebSocket: Unreachable as unknown as typeof WebSocket,
    seed: { update, changes: 1, authored, attempts: 1, isKept: false, apart: null },
  })
  const first = room.doc.getXmlFragment(textField).get(0) as Y.XmlElement
  ;(first.get(0) as Y.XmlText).insert(11, ' and a line')
  expect(room.unsavedWords()).toBe('half a page and a line')
  room.close()
})

/** A socket that never opens. */
class Unreachable extends EventTarget {
  readonly OPEN = 1
  readonly CONNECTING = 0
  readyState = 0
  send() {}
  close() {}
}

const comment = (userId: string, id = 'comment') => ({
  id,
  threadId: 'thread',
  body: '壁厚',
  content: null,
  draft: false,
  author: { userId, name: '李', side: 'manufacture' as const },
})
const away = async () => {
  throw new TypeError('away')
}

describe('W3: comments that neither storage nor network kept', () => {
  beforeEach(() => void vi.stubGlobal('fetch', away))
  afterEach(() => {
    letGo()
    sendFor(null)
    vi.unstubAllGlobals()
  })

  test('wait in the tab when a session ends, and go with a sign-out that was meant', async () => {
    sendFor('li')
    queueOf('li', 'lamp').send(comment('li'))
    const { createdAt } = queueOf('li', 'lamp').items.get()[0]!
    sendFor(null)
    sendFor('somebody else')
    expect(queueOf('somebody else', 'lamp').items.get()).toEqual([])
    sendFor('li')
    expect(queueOf('li', 'lamp').items.get()).toMatchObject([{ id: 'comment', createdAt, isKept: false }])
    letGo()
    sendFor(null)
    sendFor('li')
    expect(queueOf('li', 'lamp').items.get()).toEqual([])
    expect(await mayLose()).toBe(true)
  })

  test("outlast another person's sign-out, who is not asked about them", async () => {
    sendFor('li')
    queueOf('li', 'lamp').send(comment('li'))
    sendFor(null)
    sendFor('anna')
    queueOf('anna', 'lamp').send(comment('anna', 'of Anna'))
    confirm.mockResolvedValueOnce(true)
    expect(await mayLose()).toBe(true)
    letGo()
    expect(await mayLose()).toBe(true)
    expect(confirm).toHaveBeenCalledOnce()
    sendFor(null)
    sendFor('li')
    expect(queueOf('li', 'lamp').items.get()).toMatchObject([{ id: 'comment' }])
    expect(queueOf('li', 'lamp').items.get()).toHaveLength(1)
  })

  test('are held no more once an answer that was under way at the end of the session says that they are there', async () => {
    let answer = (_said: Response) => {}
    const asked = vi.fn(() => new Promise<Response>((resolve) => (answer = resolve)))
    vi.stubGlobal('fetch', asked)
    sendFor('li')
    const box = queueOf('li', 'lamp')
    box.send(comment('li'))
    await vi.waitFor(() => expect(asked).toHaveBeenCalled())
    sendFor(null)
    answer(Response.json({ thread: { id: 'thread' } }, { status: 201 }))
    await vi.waitFor(() => expect(box.items.get()).toEqual([]))
    sendFor('li')
    expect(queueOf('li', 'lamp').items.get()).toEqual([])
    expect(asked).toHaveBeenCalledOnce()
  })
})
