import { afterEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { deviceKeeps } from '../../web/sync/unsent/device-keeps.ts'
import { openLocalCopy } from '../../web/sync/unsent/local-copy.ts'
import { openUpdateStore } from '../../web/sync/unsent/update-store.ts'
import { until } from '../helpers/until.ts'
import { fakeStorage, fakeStore } from '../helpers/web/fake-storage.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

function browser() {
  const local = fakeStorage()
  const store = fakeStore()
  const open = async (doc = new Y.Doc(), session = fakeStorage().storage) => ({
    doc,
    copy: await openLocalCopy({
      session,
      userId: 'u',
      roomId: 'r',
      doc,
      openStore: store.open,
      storage: local.storage,
    }),
  })
  return { local, store, open }
}
const write = (doc: Y.Doc, words: string) => doc.getText('t').insert(0, words)

test('two tabs have a count each: one that is saved leaves the other’s', async () => {
  const { open } = browser()
  const [one, other] = [await open(), await open()]
  one.copy.noteUnsent(3, 11, new Map([[11, 4]]))
  other.copy.noteUnsent(2, 12)
  other.copy.noteUnsent(0, 0)
  expect(other.copy.others.get().changes).toBe(3)
  one.copy.close()
  const third = await open()
  expect(third.copy.unsent).toEqual({
    changes: 3,
    authored: [{ client: 11, to: 0 }],
    from: new Map([[11, 4]]),
  })
  expect(third.copy.others.get().changes).toBe(0)
})

test('what a tab that was closed left is the next one’s, words and count, once', async () => {
  const { open, local } = browser()
  const one = await open()
  write(one.doc, 'unsent')
  one.copy.noteUnsent(1, one.doc.clientID)
  one.copy.close()
  const next = await open()
  expect(next.doc.getText('t').toString()).toBe('unsent')
  expect(next.copy.unsent.changes).toBe(1)
  next.copy.noteUnsent(0, 0)
  expect([...local.kept.keys()]).toEqual([])
})

test('a page that ended without a word, as when its tab is reloaded or dropped, left its changes to the next one in that tab', async () => {
  const { open } = browser()
  const { storage: session } = fakeStorage()
  const one = await open(new Y.Doc(), session)
  const other = await open()
  other.copy.noteUnsent(2, 12)
  write(one.doc, 'unsent')
  one.copy.noteUnsent(3, 11)
  await until('them to be kept', () => one.copy.kept.get() === 3)
  const next = await open(new Y.Doc(), session)
  expect(next.copy.unsent.changes).toBe(3)
  expect(next.doc.getText('t').toString()).toBe('unsent')
  next.copy.noteUnsent(0, 0)
  // that of another tab, which is open, is its own
  expect(next.copy.others.get().changes).toBe(2)
})

test('no change is called kept before the browser has it, in this tab or another, nor while it keeps nothing', async () => {
  const { open, store } = browser()
  const page = new EventTarget()
  vi.stubGlobal('window', page)
  const [one, other] = [await open(), await open()]
  const kept = () => {
    page.dispatchEvent(Object.assign(new Event('storage'), { key: null }))
    return [one.copy.kept.get(), other.copy.others.get()]
  }
  write(one.doc, 'first ')
  one.copy.noteUnsent(1, 11)
  await until('the first to be kept', () => one.copy.kept.get() === 1)
  let arrive = () => {}
  store.slow = new Promise((resolve) => (arrive = resolve))
  write(one.doc, 'second ')
  one.copy.noteUnsent(2, 11)
  expect(kept()).toEqual([1, { changes: 2, kept: 1 }])
  arrive()
  await until('the second to be kept', () => one.copy.kept.get() === 2)
  expect(kept()).toEqual([2, { changes: 2, kept: 2 }])
  store.fails = true
  write(one.doc, 'third ')
  await until('the store to fail', () => !one.copy.keeps.get())
  one.copy.noteUnsent(3, 11)
  expect(kept()).toEqual([2, { changes: 3, kept: 2 }])
  one.copy.close()
})

test('what is kept only after its page was left gives no sign of life', async () => {
  const { open, local, store } = browser()
  const one = await open()
  let arrive = () => {}
  store.slow = new Promise((resolve) => (arrive = resolve))
  write(one.doc, 'unsent')
  one.copy.noteUnsent(1, one.doc.clientID)
  one.copy.close()
  const next = await open()
  expect(next.copy.unsent.changes).toBe(1)
  next.copy.noteUnsent(0, 0)
  arrive()
  await until('it to be kept', () => store.kept.length === 1)
  expect([...local.kept.keys()]).toEqual([])
})

test('a page that was left gives no sign of life, whatever it still hears: what it left stays the others’', async () => {
  const { open, local } = browser()
  const page = new EventTarget()
  vi.stubGlobal('window', page)
  const one = await open()
  one.copy.noteUnsent(3, 11)
  vi.unstubAllGlobals()
  page.dispatchEvent(new Event('pagehide'))
  page.dispatchEvent(Object.assign(new Event('storage'), { key: null }))
  const other = await open()
  expect([other.copy.unsent.changes, other.copy.others.get().changes]).toEqual([3, 0])
  page.dispatchEvent(Object.assign(new Event('storage'), { key: null }))
  expect([...local.kept.keys()]).toHaveLength(1)
  page.dispatchEvent(new Event('pageshow'))
  expect(other.copy.others.get().changes).toBe(0)
})

test('blocked local storage never throws, and its "none" is not believed', async () => {
  const { open, local } = browser()
  local.break()
  const { copy } = await open()
  expect(() => copy.noteUnsent(1, 1)).not.toThrow()
  expect(copy.knowsUnsent).toBe(false)
  copy.close()
})

test('over the quota nothing throws within Yjs, it is told, and once there is room the whole is kept', async () => {
  const { open, store } = browser()
  const { doc, copy } = await open()
  expect(copy.keeps.get()).toBe(true)
  vi.useFakeTimers()
  store.fails = true
  expect(() => write(doc, 'lost? ')).not.toThrow()
  await vi.advanceTimersByTimeAsync(0)
  expect(copy.keeps.get()).toBe(false)
  expect(deviceKeeps.get(), 'nothing says that this device keeps it').toBe(false)
  write(doc, 'no. ')
  store.fails = false
  await vi.advanceTimersByTimeAsync(11_000)
  expect(copy.keeps.get()).toBe(true)
  expect(deviceKeeps.get()).toBe(true)
  copy.close()
  vi.useRealTimers()
  const next = await open()
  expect(next.doc.getText('t').toString()).toBe('no. lost? ')
})

test('of a browser that keeps nothing only texts that are open tell, and not one that was left while it was being kept', async () => {
  const { open, store } = browser()
  const [failing, other] = [await open(), await open()]
  vi.useFakeTimers()
  store.fails = true
  write(failing.doc, 'lost? ')
  await vi.advanceTimersByTimeAsync(0)
  expect(deviceKeeps.get()).toBe(false)
  // what another text keeps is no help to this one
  store.fails = false
  write(other.doc, 'kept')
  await vi.advanceTimersByTimeAsync(0)
  expect(deviceKeeps.get()).toBe(false)
  failing.copy.close()
  expect(deviceKeeps.get()).toBe(true)
  // its store is closed under what is on its way into it
  store.fails = true
  write(other.doc, 'on its way ')
  other.copy.close()
  await vi.advanceTimersByTimeAsync(11_000)
  expect(deviceKeeps.get()).toBe(true)
})

/**
 * A copy whose store has what is added a moment later, as a browser's: each is let in by hand. A word failed, and the
 * whole waits to be kept again.
 */
async function keptAgainByHand() {
  const { local, store } = browser()
  const waiting: (() => void)[] = []
  const openStore = async () => {
    const made = await store.open()
    const add = (update: Uint8Array) =>
      new Promise<number>((resolve, reject) => {
        waiting.push(() => void made.add(update).then(resolve, reject))
      })
    return { ...made, add }
  }
  const settle = async () => {
    for (const letIn of waiting.splice(0)) {
      letIn()
      await vi.advanceTimersByTimeAsync(0)
    }
  }
  const doc = new Y.Doc()
  const given = { session: fakeStorage().storage, userId: 'u', roomId: 'r', storage: local.storage }
  const copy = await openLocalCopy({ ...given, doc, openStore })
  store.fails = true
  write(doc, 'one ')
  await settle()
  expect(copy.keeps.get()).toBe(false)
  store.fails = false
  await vi.advanceTimersByTimeAsync(10_000)
  return { doc, copy, given, store, waiting, settle }
}

test('W11: while the whole is kept twice at once, what is typed when the first is done is kept behind the second', async () => {
  vi.useFakeTimers()
  const { doc, copy, given, store, waiting, settle } = await keptAgainByHand()
  write(doc, 'two ')
  const [whole, second] = waiting.splice(0)
  store.fails = true
  second!()
  await vi.advanceTimersByTimeAsync(0)
  store.fails = false
  await vi.advanceTimersByTimeAsync(10_000)
  // the whole once more, while the first of it hangs
  expect(waiting).toHaveLength(1)
  whole!()
  await vi.advanceTimersByTimeAsync(0)
  write(doc, 'three ')
  await settle()
  expect(copy.keeps.get()).toBe(true)
  copy.close()
  const next = new Y.Doc()
  await openLocalCopy({ ...given, doc: next, openStore: store.open })
  expect(next.getText('t').toString()).toBe('three two one ')
})

test.each(['a word', 'many words, of which one is not kept'])(
  'R4: what is typed while the whole is kept again (%s) is kept behind it',
  async (kind) => {
    vi.useFakeTimers()
    const { doc, copy, given, store, waiting, settle } = await keptAgainByHand()
    expect(waiting).toHaveLength(1)
    write(doc, 'two ')
    if (kind === 'a word') await settle()
    else {
      write(doc, 'three ')
      const [whole, second, third] = waiting.splice(0)
      store.fails = true
      second!()
      await vi.advanceTimersByTimeAsync(0)
      store.fails = false
      whole!()
      third!()
      await vi.advanceTimersByTimeAsync(0)
      // one is missing, so that what comes on top of it could not be read
      expect(copy.keeps.get()).toBe(false)
      await vi.advanceTimersByTimeAsync(10_000)
      await settle()
    }
    expect(copy.keeps.get()).toBe(true)
    write(doc, 'last ')
    await settle()
    copy.close()
    const next = new Y.Doc()
    await openLocalCopy({ ...given, doc: next, openStore: store.open })
    expect(next.getText('t').toString()).toBe(doc.getText('t').toString())
  },
)

test('a long copy is put together into one', async () => {
  const { open, store } = browser()
  const { doc, copy } = await open()
  for (let at = 0; at < 500; at++) write(doc, 'x')
  await until('one update', () => store.kept.length === 1)
  copy.close()
  expect((await open()).doc.getText('t').toString()).toHaveLength(500)
})

test('a tab that gives up its text keeps what comes in its place, at once or not at all', async () => {
  const { open, store } = browser()
  const { doc, copy } = await open()
  write(doc, 'refused')
  copy.noteUnsent(1, doc.clientID)
  store.fails = true
  const anew = Y.encodeStateAsUpdate(docWith('anew'))
  expect(await copy.replaceWith(anew, 1, 12)).toBe(false)
  expect(store.kept).toHaveLength(1)
  store.fails = false
  expect(await copy.replaceWith(anew, 1, 12)).toBe(true)
  // nothing that is written into the text that was given up comes back
  write(doc, 'late')
  copy.close()
  const next = await open()
  expect(next.doc.getText('t').toString()).toBe('anew')
  expect(next.copy.unsent).toMatchObject({ changes: 1, authored: [{ client: 12, to: 0 }] })
})

test('V15: a replacement that is told as not done, and was done all the same, loses nothing of this tab’s', async () => {
  const { open, store } = browser()
  const { doc, copy } = await open()
  write(doc, 'before. ')
  await until('it to be kept', () => store.kept.length > 0)
  store.isLate = true
  expect(await copy.replaceWith(Y.encodeStateAsUpdate(docWith('anew')), 1, 12)).toBe(false)
  const words = async () => (await open()).doc.getText('t').toString()
  await until('this tab’s words to be kept again', async () => (await words()).includes('before. '))
  expect(copy.keeps.get()).toBe(true)
})

test('what is written while a replacement fails is kept: the copy has no gap', async () => {
  const { open, store } = browser()
  const { doc, copy } = await open()
  write(doc, 'before. ')
  const replacing = copy.replaceWith(Y.encodeStateAsUpdate(docWith('anew')), 1, 12)
  store.fails = true
  write(doc, 'meanwhile. ')
  const failing = expect(replacing).resolves.toBe(false)
  // as a disk that has room again at once
  store.onFailure = () => (store.fails = false)
  await failing
  write(doc, 'after. ')
  await until('all of it to be kept', async () => (await open()).doc.getText('t').length === 26)
  expect(copy.keeps.get()).toBe(true)
})

test('after a replacement nothing more is kept, which is told; the count is of what came in its place', async () => {
  const { open } = browser()
  const { doc, copy } = await open()
  write(doc, 'refused')
  copy.noteUnsent(1, doc.clientID)
  expect(await copy.replaceWith(Y.encodeStateAsUpdate(docWith('anew')), 2, 12)).toBe(true)
  expect(copy.keeps.get()).toBe(true)
  write(doc, 'late')
  copy.noteUnsent(5, doc.clientID)
  expect(copy.keeps.get()).toBe(false)
  copy.close()
  expect((await open()).copy.unsent).toMatchObject({ changes: 2, authored: [{ client: 12, to: 0 }] })
})

test('a store that never opened has nothing to give up, and cannot keep what would come in its place', async () => {
  const { open, store } = browser()
  vi.useFakeTimers()
  store.refuses = true
  const { copy } = await open()
  expect(await copy.replaceWith(null, 0, 0)).toBe(true)
  const other = await open()
  expect(await other.copy.replaceWith(Y.encodeStateAsUpdate(docWith('anew')), 1, 12)).toBe(false)
})

test('other open tabs lose nothing by a tab that gives up its text: their counts and all their words stay', async () => {
  const { open, local } = browser()
  const page = new EventTarget()
  vi.stubGlobal('window', page)
  const other = await open()
  vi.unstubAllGlobals()
  write(other.doc, 'before')
  await until('it to be kept', async () => (await open()).doc.getText('t').length === 6)
  const one = await open()
  write(one.doc, 'refused')
  write(other.doc, 'after, ')
  other.copy.noteUnsent(2, 11)
  let told: string | null = null
  local.onChange = (key) => (told ??= key)
  expect(await one.copy.replaceWith(null, 0, 0)).toBe(true)
  one.copy.close()
  page.dispatchEvent(Object.assign(new Event('storage'), { key: told }))
  other.copy.noteUnsent(2, 11)
  other.copy.close()
  await until('all its words', async () => (await open()).doc.getText('t').toString() === 'after, before')
})

const docWith = (words: string) => {
  const doc = new Y.Doc()
  write(doc, words)
  return doc
}

test('blocked IndexedDB does not load for ever', async () => {
  vi.stubGlobal('indexedDB', { open: () => ({ addEventListener() {} }) })
  await expect(openUpdateStore('d', 50)).rejects.toThrow('does not answer')
  vi.stubGlobal('indexedDB', {
    open() {
      throw new DOMException('denied', 'SecurityError')
    },
  })
  await expect(openUpdateStore('d', 50)).rejects.toThrow('denied')
})
