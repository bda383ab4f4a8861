import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { gathered } from '../../server/db/gathered.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

/** Answers each key by itself doubled, when it is told to. */
function twice() {
  const statements: { keys: number[]; answer(): void; fail(): void }[] = []
  const ask = gathered(
    (keys: number[]) =>
      new Promise<number[]>((resolve, reject) => {
        const answer = () => resolve(keys.map((key) => key * 2))
        statements.push({ keys, answer, fail: () => reject(new Error('away')) })
      }),
  )
  return { ask, statements }
}

test('what comes while a statement runs is asked together by the next, and each gets their own answer', async () => {
  const { ask, statements } = twice()
  const first = ask(1)
  const others = [ask(2), ask(3), ask(2)]
  expect(statements.map(({ keys }) => keys)).toEqual([[1]])
  statements[0]!.answer()
  expect(await first).toBe(2)
  expect(statements.map(({ keys }) => keys)).toEqual([[1], [2, 3, 2]])
  statements[1]!.answer()
  expect(await Promise.all(others)).toEqual([4, 6, 4])
})

test('a statement that fails does so for those in it, and the next is asked', async () => {
  const { ask, statements } = twice()
  const first = ask(1)
  const second = ask(2)
  statements[0]!.fail()
  await expect(first).rejects.toThrow('away')
  statements[1]!.answer()
  expect(await second).toBe(4)
  const third = ask(3)
  statements[2]!.answer()
  expect(await third).toBe(6)
})

test('behind a statement that takes long nobody waits', async () => {
  const { ask, statements } = twice()
  const first = ask(1)
  const second = ask(2)
  vi.advanceTimersByTime(300)
  const third = ask(3)
  expect(statements.map(({ keys }) => keys)).toEqual([[1], [2, 3]])
  statements[1]!.answer()
  expect(await Promise.all([second, third])).toEqual([4, 6])
  statements[0]!.answer()
  expect(await first).toBe(2)
})

test('of very many who ask at once some are asked about after the others', async () => {
  const { ask, statements } = twice()
  void ask(0)
  const others = Array.from({ length: 700 }, (_, key) => ask(key))
  statements[0]!.answer()
  await vi.waitFor(() => expect(statements.length).toBe(2))
  statements[1]!.answer()
  await vi.waitFor(() => expect(statements.length).toBe(3))
  statements[2]!.answer()
  expect(await Promise.all(others)).toEqual(others.map((_, key) => key * 2))
  expect(statements.map(({ keys }) => keys.length)).toEqual([1, 500, 200])
})
