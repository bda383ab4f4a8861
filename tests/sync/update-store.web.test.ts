import { afterEach, expect, test, vi } from 'vitest'
import { openUpdateStore } from '../../web/sync/unsent/update-store.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A browser's database whose transactions never answer by themselves. */
function hanging() {
  const begun: { transaction: EventTarget; isAborted: boolean }[] = []
  const database = Object.assign(new EventTarget(), {
    close: () => {},
    transaction: () => {
      const one = { isAborted: false, transaction: new EventTarget() }
      begun.push(one)
      const store = { add: () => ({ result: 1 }), delete: () => ({}), clear: () => ({}) }
      const abort = () => {
        one.isAborted = true
        one.transaction.dispatchEvent(new Event('abort'))
      }
      return Object.assign(one.transaction, { objectStore: () => store, abort, error: null })
    },
  })
  vi.stubGlobal('IDBKeyRange', { upperBound: () => ({}), lowerBound: () => ({}) })
  vi.stubGlobal('indexedDB', {
    open: () => {
      const request = Object.assign(new EventTarget(), { result: database })
      queueMicrotask(() => void request.dispatchEvent(new Event('success')))
      return request
    },
  })
  return begun
}

test('V15: what a blocked storage did not do in time is told as not done, and is not done later either', async () => {
  vi.useFakeTimers()
  const begun = hanging()
  const store = await openUpdateStore('copy', 1_000)
  const replacing = store.replace({ upTo: 3, keys: [4] }, new Uint8Array(2))
  const told = expect(replacing).rejects.toThrow('does not answer')
  await vi.advanceTimersByTimeAsync(10_000)
  await told
  expect(begun.map(({ isAborted }) => isAborted)).toEqual([true])
})

test('V15: what is done in time is not given up', async () => {
  vi.useFakeTimers()
  const begun = hanging()
  const store = await openUpdateStore('copy', 1_000)
  const adding = store.add(new Uint8Array(2))
  await vi.advanceTimersByTimeAsync(1_000)
  begun[0]!.transaction.dispatchEvent(new Event('complete'))
  expect(await adding).toBe(1)
  await vi.advanceTimersByTimeAsync(20_000)
  expect(begun[0]!.isAborted).toBe(false)
})
