import { afterEach, expect, test, vi } from 'vitest'
import type { RecoveredWords } from '../../web/sync/recovered/recovered-words.ts'
import { fakeStorage } from '../helpers/web/fake-storage.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.doUnmock('../../web/sync/unsent/device-records.ts')
  vi.resetModules()
})

/** A device: its local storage, and the larger one; what is opened after `reload` knows only what they keep. */
function device() {
  const local = fakeStorage()
  const large = new Map<string, RecoveredWords>()
  let isFull = false
  const { storage } = local
  vi.stubGlobal('localStorage', {
    ...storage,
    get length() {
      return storage.length
    },
    setItem(key: string, value: string) {
      if (isFull) throw new DOMException('full', 'QuotaExceededError')
      storage.setItem(key, value)
    },
  })
  vi.doMock('../../web/sync/unsent/device-records.ts', () => ({
    deviceRecords: () => ({
      put: async (one: RecoveredWords) => !!large.set(one.id, one),
      all: async () => [...large.values()],
      delete: async (id: string) => void large.delete(id),
    }),
  }))
  return {
    large,
    kept: local.kept,
    fill: () => (isFull = true),
    reload: async () => {
      vi.resetModules()
      const { recoveredWords } = await import('../../web/sync/recovered/recovered-words.ts')
      return recoveredWords('li', 'text')
    },
  }
}

test('words that were changed while the local storage is full are those that stand after a reload', async () => {
  const { fill, reload } = device()
  const shelf = await reload()
  const { id } = await shelf.keep('came in the end\nnever came', 'text_run_too_long')
  fill()
  await shelf.change(id, 'never came')
  const again = await reload()
  await vi.waitFor(() => expect(again.words.get()).toMatchObject([{ id, words: 'never came' }]))
})

test('when every word came in the end, nothing is left to be dismissed, now or after a reload', async () => {
  const { reload, kept, large } = device()
  const shelf = await reload()
  const { id } = await shelf.keep('came in the end', 'text_run_too_long')
  await shelf.change(id, '')
  expect(shelf.words.get()).toEqual([])
  expect([kept.size, large.size]).toEqual([0, 0])
  // of a deletion there never were words: that it was not taken is still to be told
  const deletion = await shelf.keep('', 'text_run_too_long')
  await shelf.change(deletion.id, '')
  expect(shelf.words.get()).toHaveLength(1)
})

test('W5: what two tabs lose while one record stands is kept twice, and neither takes the other’s', async () => {
  const { reload } = device()
  await (await reload()).keepRemoved('before')
  const [one, other] = [await reload(), await reload()]
  await one.keepRemoved('first of one')
  await other.keepRemoved('of the other')
  await one.keepRemoved('second of one')
  const again = await reload()
  expect(
    again.words
      .get()
      .map(({ words }) => words)
      .sort(),
  ).toEqual(['before', 'first of one\nsecond of one', 'of the other'])
})

test('W5: what was dismissed in another tab is not written anew with what is lost later', async () => {
  const { reload } = device()
  const one = await reload()
  await one.keepRemoved('dismissed')
  const other = await reload()
  other.dismiss(other.words.get()[0]!.id)
  await one.keepRemoved('later')
  expect((await reload()).words.get()).toMatchObject([{ words: 'later' }])
})

test('W5: of two losses at once in a full local storage each is kept', async () => {
  const { fill, reload } = device()
  const shelf = await reload()
  await shelf.keepRemoved('before')
  fill()
  await Promise.all([shelf.keepRemoved('first'), shelf.keepRemoved('second')])
  expect(shelf.words.get()).toMatchObject([{ words: 'before\nfirst\nsecond' }])
  const again = await reload()
  await vi.waitFor(() => expect(again.words.get()).toMatchObject([{ words: 'before\nfirst\nsecond' }]))
})
