import type { Storage } from '../../../web/sync/unsent/unsent-counts.ts'
import type { UpdateStore } from '../../../web/sync/unsent/update-store.ts'

/** A browser's local storage; `break` makes every call throw, as blocked storage does. `onChange` hears of each key. */
export function fakeStorage() {
  const kept = new Map<string, string>()
  let isBroken = false
  const act = <Value>(value: () => Value): Value => {
    if (isBroken) throw new DOMException('denied', 'SecurityError')
    return value()
  }
  const storage: Storage = {
    get length() {
      return act(() => kept.size)
    },
    key: (at) => act(() => [...kept.keys()][at] ?? null),
    getItem: (key) => act(() => kept.get(key) ?? null),
    setItem: (key, value) =>
      act(() => {
        kept.set(key, value)
        made.onChange(key)
      }),
    removeItem: (key) => act(() => void kept.delete(key)),
  }
  const made = { storage, kept, break: () => (isBroken = true), onChange: (_key: string) => {} }
  return made
}

/**
 * Updates as several tabs of one browser share them. `fails` makes adding fail, as over the quota, of which `onFailure`
 * hears; adding waits for `slow`; `isLate` has a replacement told as not done that is done; `refuses` makes opening fail, `unreadable`
 * reading.
 */
export function fakeStore() {
  const kept: { key: number; update: Uint8Array }[] = []
  let next = 1
  const state = {
    fails: false,
    isLate: false,
    hangs: false,
    refuses: false,
    unreadable: false,
    slow: null as Promise<void> | null,
    onFailure: () => {},
    kept,
  }
  const open = async (): Promise<UpdateStore> => {
    if (state.hangs) await new Promise(() => {})
    if (state.refuses) throw new DOMException('denied', 'SecurityError')
    const add = (update: Uint8Array) => {
      if (state.fails) {
        state.onFailure()
        throw new DOMException('full', 'QuotaExceededError')
      }
      kept.push({ key: next, update })
      return next++
    }
    return {
      load: async (after = 0) => {
        if (state.unreadable) throw new Error('the browser’s storage does not answer')
        const found = kept.filter(({ key }) => key > after)
        return { updates: found.map(({ update }) => update), last: found.at(-1)?.key ?? after }
      },
      add: async (update) => {
        if (state.slow) await state.slow
        return add(update)
      },
      replace: async ({ upTo, keys }, update) => {
        const key = update && add(update)
        kept.splice(0, kept.length, ...kept.filter((one) => one.key > upTo && !keys.includes(one.key)))
        if (state.isLate) throw new Error('the browser’s storage does not answer')
        return key
      },
      clear: async () => void kept.splice(0),
      close: () => {},
    }
  }
  return Object.assign(state, { open })
}
