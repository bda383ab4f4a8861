import { describe, expect, test } from 'vitest'
import type { Counter } from '../../../shared/rules/counter.ts'

/** What every implementation of the `Counter` port keeps. `open` gives one in which nothing is counted yet. */
export function counterContract(implementation: string, open: () => Counter): void {
  describe(`counter: ${implementation}`, () => {
    const start = 1_000_000

    test('a bucket starts full, refuses without taking when too little is left, and fills as time goes on', () => {
      const bucket = open().buckets('tries').use('li', 2, 4)
      expect(bucket.take(start, 3)).toBe(true)
      expect(bucket.take(start, 2)).toBe(false)
      expect(bucket.waitMs(start, 2)).toBe(500)
      expect(bucket.take(start + 499, 2)).toBe(false)
      expect(bucket.take(start + 500, 2)).toBe(true)
      expect(bucket.has(start + 500)).toBe(false)
      expect(bucket.has(start + 1_000)).toBe(true)
    })

    test('a bucket never holds more than it may, however long nobody comes or whatever is given back', () => {
      const bucket = open().buckets('tries').use('li', 2, 4)
      expect(bucket.take(start + 3_600_000, 5)).toBe(false)
      bucket.giveBack(10)
      expect(bucket.take(start + 3_600_000, 5)).toBe(false)
      expect(bucket.take(start + 3_600_000, 4)).toBe(true)
      bucket.giveBack(3)
      expect(bucket.take(start + 3_600_000, 3)).toBe(true)
    })

    test('what happened already is a debt: nothing is left until it is filled', () => {
      const bucket = open().buckets('tries').use('li', 2, 4)
      bucket.overdraw(start, 6)
      expect(bucket.waitMs(start)).toBe(1_000)
      expect(bucket.take(start + 1_499)).toBe(false)
      expect(bucket.take(start + 1_500)).toBe(true)
    })

    test('whoever asks by one name and key counts in one bucket; another name or key is another', () => {
      const counter = open()
      expect(counter.buckets('tries').use('li', 1, 2).take(start, 2)).toBe(true)
      expect(counter.buckets('tries').use('li', 1, 2).take(start)).toBe(false)
      expect(counter.buckets('tries').use('bo', 1, 2).take(start)).toBe(true)
      expect(counter.buckets('visits').use('li', 1, 2).take(start)).toBe(true)
    })

    test('thousands of keys that are used a little make nobody’s used one full again', () => {
      const tries = open().buckets('tries')
      tries.use('much', 0.001, 10).take(start, 10)
      for (let at = 0; at < 12_000; at++) tries.use(`little ${at}`, 0.001, 10).take(start)
      expect(tries.use('much', 0.001, 10).take(start)).toBe(false)
    })

    test('a window begins with a key’s first time, counts it until it is over, and then begins anew', () => {
      const windows = open().windows('requests', 60_000)
      const counted = (key: string, now: number) => ({ ...windows.count(key, now) })
      expect(counted('a', start)).toEqual({ count: 1, until: start + 60_000 })
      expect(counted('b', start + 50_000)).toEqual({ count: 1, until: start + 110_000 })
      expect(counted('a', start + 59_999)).toEqual({ count: 2, until: start + 60_000 })
      expect(counted('a', start + 60_000)).toEqual({ count: 1, until: start + 120_000 })
      expect(counted('b', start + 109_999)).toEqual({ count: 2, until: start + 110_000 })
      expect(counted('b', start + 1_000_000)).toEqual({ count: 1, until: start + 1_060_000 })
    })

    test('a clock that is put back keeps nobody counted for longer than a window', () => {
      const windows = open().windows('requests', 60_000)
      for (let time = 0; time < 5; time++) windows.count('a', start)
      expect(windows.count('a', start - 3_600_000)).toEqual({ count: 1, until: start - 3_540_000 })
    })

    test('windows of one name count together, and of another apart', () => {
      const counter = open()
      counter.windows('requests', 60_000).count('a', start)
      expect(counter.windows('requests', 60_000).count('a', start).count).toBe(2)
      expect(counter.windows('floods', 60_000).count('a', start).count).toBe(1)
    })
  })
}
