import { afterEach, expect, test, vi } from 'vitest'
import { deviceRecords } from '../../web/sync/unsent/device-records.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A browser's database, of which `hangs` never answers; `closed` counts what was let go. */
function device(hangs: 'open' | 'transaction') {
  const state = { closed: 0, aborted: 0, answer: () => {} }
  const transaction = Object.assign(new EventTarget(), {
    objectStore: () => ({ put: () => ({}) }),
    abort: () => void state.aborted++,
  })
  const database = { transaction: () => transaction, close: () => void state.closed++ }
  vi.stubGlobal('indexedDB', {
    open: () => {
      const request = Object.assign(new EventTarget(), { result: database })
      state.answer = () => void request.dispatchEvent(new Event('success'))
      if (hangs !== 'open') queueMicrotask(state.answer)
      return request
    },
  })
  return state
}

test.each(['open', 'transaction'] as const)(
  'storage whose %s never answers keeps nobody waiting: nothing was kept, and it is closed',
  async (hangs) => {
    vi.useFakeTimers()
    const state = device(hangs)
    const putting = deviceRecords<{ id: string }>('records', 'words').put({ id: 'one' })
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await putting).toBe(false)
    // a database that opens after all is closed as well
    if (hangs === 'open') {
      state.answer()
      await vi.advanceTimersByTimeAsync(0)
    }
    expect([state.closed, state.aborted]).toEqual([1, hangs === 'open' ? 0 : 1])
  },
)
