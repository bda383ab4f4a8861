import * as encoding from 'lib0/encoding'
import { afterEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { messageType, syncStep } from '../../shared/wire/protocol.ts'
import { observable } from '../../web/sync/observable.ts'
import { openLocalCopy, type LocalCopy } from '../../web/sync/unsent/local-copy.ts'
import { UnsentStore } from '../../web/sync/unsent/unsent-store.ts'
import { fakeStorage, fakeStore } from '../helpers/web/fake-storage.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** The answer to the server's step 1: a frame that holds all that was written here. */
function answerOf(doc: Y.Doc): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.sync)
  encoding.writeVarUint(encoder, syncStep.step2)
  encoding.writeVarUint8Array(encoder, Y.encodeStateAsUpdate(doc))
  return encoding.toUint8Array(encoder)
}

test('what tabs that are gone left, what this one writes, and what others have is one number, kept until it is saved', () => {
  const doc = new Y.Doc()
  let adopt: Parameters<LocalCopy['onAdopted']>[0] = () => {}
  const noteUnsent = vi.fn<LocalCopy['noteUnsent']>()
  const copy = {
    unsent: { changes: 2, authored: [{ client: 7, to: 3 }], from: new Map([[7, 1]]) },
    others: observable({ changes: 3, kept: 3 }),
    kept: observable(2),
    unkept: 1,
    knowsUnsent: true,
    noteUnsent,
    onAdopted: (listener: typeof adopt) => void (adopt = listener),
  } as unknown as LocalCopy
  const onAdopted = vi.fn<() => void>()
  const store = new UnsentStore({ doc, copy, seed: undefined, onChange: () => {}, onAdopted })
  expect([store.changes, store.kept]).toEqual([5, 5])
  expect(store.authored).toEqual([{ client: 7, to: 3 }])

  doc.getText('words').insert(0, 'wall')
  store.changed(new Map())
  expect([store.changes, store.kept, store.unkept]).toEqual([6, 5, 1])
  expect(noteUnsent).toHaveBeenLastCalledWith(3, doc.clientID, store.begins)
  expect([...store.begins]).toEqual([
    [7, 1],
    [doc.clientID, 0],
  ])

  adopt(4, [{ client: 9, to: 2 }], new Map([[9, 0]]))
  expect([store.changes, onAdopted.mock.calls.length]).toEqual([10, 1])
  expect(store.isUnderUnknownId).toBe(true)

  store.acks.connectionBegins()
  expect(store.acks.mayLeave(answerOf(doc))).toBe(true)
  store.acks.saved(1)
  expect([store.changes, store.isSettled, store.isUnderUnknownId]).toEqual([3, false, false])
  expect([store.authored, [...store.begins]]).toEqual([[], []])
  expect(noteUnsent).toHaveBeenLastCalledWith(0, 0, store.begins)
})

/** Two tabs of one browser, and the store of the second one's text; `page` tells them of storage. */
async function twoTabs() {
  const page = new EventTarget()
  vi.stubGlobal('window', page)
  const local = fakeStorage()
  const kept = fakeStore()
  const open = async () => {
    const doc = new Y.Doc()
    const session = fakeStorage().storage
    const copy = await openLocalCopy({
      session,
      userId: 'u',
      roomId: 'r',
      doc,
      openStore: kept.open,
      storage: local.storage,
    })
    let answered = 0
    const unsent: UnsentStore = new UnsentStore({
      doc,
      copy,
      seed: undefined,
      onChange: () => {},
      // as a room does: the next answer holds all that is here, and the server has it
      onAdopted: () => answer(),
    })
    const answer = () => {
      answered++
      unsent.acks.connectionBegins()
      unsent.acks.mayLeave(answerOf(doc))
      unsent.acks.saved(1)
    }
    return { doc, copy, unsent, answer, words: () => doc.getText('t').toString(), answers: () => answered }
  }
  const leaveWords = async () => {
    const tab = await open()
    tab.doc.getText('t').insert(0, 'unsent words')
    tab.copy.noteUnsent(1, tab.doc.clientID)
    tab.copy.close()
  }
  const tell = () => page.dispatchEvent(Object.assign(new Event('storage'), { key: null }))
  return { kept, local, open, leaveWords, tell }
}

test('what a tab that is gone left is not saved, and not this one’s, until its words could be read', async () => {
  const { kept, local, open, leaveWords, tell } = await twoTabs()
  const { unsent, words, answer, answers } = await open()
  await leaveWords()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  kept.unreadable = true
  tell()
  await vi.waitFor(() => expect(unsent.isAllKnown).toBe(false))
  answer()
  expect([words(), unsent.changes, unsent.isSettled, unsent.isAllKnown]).toEqual(['', 1, false, false])
  expect([...local.kept.keys()]).toHaveLength(1)
  kept.unreadable = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect([words(), unsent.changes, unsent.isSettled, unsent.isAllKnown, answers()]).toEqual([
    'unsent words',
    0,
    true,
    true,
    2,
  ])
  expect([...local.kept.keys()]).toEqual([])
})

test('a copy that cannot be read when the page begins is not taken for none', async () => {
  const { kept, open, leaveWords } = await twoTabs()
  await leaveWords()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  kept.unreadable = true
  const { unsent, words, answer } = await open()
  answer()
  expect([words(), unsent.changes, unsent.isSettled, unsent.isAllKnown]).toEqual(['', 1, false, false])
  kept.unreadable = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect([words(), unsent.changes, unsent.isAllKnown]).toEqual(['unsent words', 0, true])
})
