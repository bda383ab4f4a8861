import { expect, test } from 'vitest'
import { createFairQueue } from '../../server/conversions/fair-queue.ts'
import { Refusal } from '../../shared/errors.ts'

/** Work that ends when it is told to. */
function openWork(inTurn: ReturnType<typeof createFairQueue>) {
  const begun: { name: string; end: () => void; fail: () => void }[] = []
  const ask = (source: string, name: string, signal?: AbortSignal) =>
    inTurn(
      source,
      () =>
        new Promise<string>((resolve, reject) =>
          begun.push({ name, end: () => resolve(name), fail: () => reject(new Error(name)) }),
        ),
      signal,
    )
  return { begun, ask, names: () => begun.map(({ name }) => name) }
}
const settle = () => new Promise((resolve) => setImmediate(resolve))

test('so many run at once, and sources take turns whatever one of them asks for', async () => {
  const { begun, ask, names } = openWork(
    createFairQueue({ atOnce: 2, waiting: 100, waitingPerSource: 50, eachMs: 80 }),
  )
  const flood = Array.from({ length: 20 }, (_, at) => ask('flood', `flood ${at}`))
  const late = ask('somebody', 'somebody')
  await settle()
  expect(names()).toEqual(['flood 0', 'flood 1'])
  begun[0]!.end()
  await settle()
  begun[1]!.end()
  await settle()
  expect(names()).toEqual(['flood 0', 'flood 1', 'flood 2', 'somebody'])
  for (let at = 2; at < 21; at++) {
    begun[at]!.end()
    await settle()
  }
  expect(await late).toBe('somebody')
  expect(await Promise.all(flood)).toHaveLength(20)
})

test('what would wait behind too much is refused with the seconds, and work that fails frees its place', async () => {
  const { begun, ask, names } = openWork(
    createFairQueue({ atOnce: 1, waiting: 3, waitingPerSource: 2, eachMs: 1_000 }),
  )
  const first = ask('a', 'a0')
  const waiting = [ask('a', 'a1'), ask('a', 'a2')]
  const refused = { code: 'too_many_requests', params: { seconds: 2 } }
  await expect(ask('a', 'a3')).rejects.toMatchObject(refused)
  await expect(ask('a', 'a3')).rejects.toBeInstanceOf(Refusal)
  waiting.push(ask('b', 'b0'))
  await expect(ask('b', 'b1')).rejects.toMatchObject({ code: 'too_many_requests', params: { seconds: 3 } })
  begun[0]!.fail()
  await expect(first).rejects.toThrow('a0')
  for (const at of [1, 2, 3]) {
    await settle()
    begun[at]!.end()
  }
  await Promise.all(waiting)
  expect(names()).toEqual(['a0', 'a1', 'b0', 'a2'])
})

test('four sources that fill the queue do not close it to a fifth: the last of the longest line makes room', async () => {
  const { begun, ask, names } = openWork(
    createFairQueue({ atOnce: 1, waiting: 8, waitingPerSource: 2, eachMs: 80 }),
  )
  const refused: string[] = []
  const running = ask('first', 'first')
  const floods = ['a', 'b', 'c', 'd'].flatMap((source) =>
    [0, 1].map((at) => {
      const name = `${source}${at}`
      return ask(source, name).catch(() => refused.push(name))
    }),
  )
  const fifth = ask('e', 'e0')
  await settle()
  expect(refused).toEqual(['a1'])
  // whoever asks for as much as the others is refused as they are
  await expect(ask('e', 'e1')).rejects.toMatchObject({ code: 'too_many_requests' })
  for (let at = 0; at < 9; at++) {
    begun[at]!.end()
    await settle()
  }
  await Promise.all([running, fifth, ...floods])
  expect(names()).toEqual(['first', 'a0', 'b0', 'c0', 'd0', 'e0', 'b1', 'c1', 'd1'])
})

test('what nobody waits for any more is not begun, and leaves its place to others', async () => {
  const { begun, ask, names } = openWork(
    createFairQueue({ atOnce: 1, waiting: 1, waitingPerSource: 1, eachMs: 80 }),
  )
  const [early, given] = [new AbortController(), new AbortController()]
  const running = ask('a', 'running', early.signal)
  const abandoned = ask('a', 'abandoned', given.signal)
  given.abort()
  await expect(abandoned).rejects.toBe(given.signal.reason)
  const next = ask('a', 'next')
  await settle()
  // what has begun is done
  early.abort()
  begun[0]!.end()
  expect(await running).toBe('running')
  await settle()
  begun[1]!.end()
  expect(await next).toBe('next')
  expect(names()).toEqual(['running', 'next'])
  await expect(ask('a', 'too late', given.signal)).rejects.toBe(given.signal.reason)
})
