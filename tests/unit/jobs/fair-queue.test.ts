import { expect, test } from 'vitest'
import { createFairQueue } from '../../../server/jobs/fair-queue.ts'
import { Refusal } from '../../../shared/errors.ts'

/** Work that ends when it is told to. */
function openWork(inTurn: ReturnType<typeof createFairQueue>) {
  const begun: { name: string; end: () => void; fail: () => void }[] = []
  const ask = (source: string, name: string) =>
    inTurn(
      source,
      () =>
        new Promise<string>((resolve, reject) =>
          begun.push({ name, end: () => resolve(name), fail: () => reject(new Error(name)) }),
        ),
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
    await settle() // oxlint-disable-line no-await-in-loop -- one frees the place of the next
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
  await expect(ask('c', 'c0')).rejects.toMatchObject({ code: 'too_many_requests', params: { seconds: 3 } })
  begun[0]!.fail()
  await expect(first).rejects.toThrow('a0')
  for (const at of [1, 2, 3]) {
    await settle() // oxlint-disable-line no-await-in-loop -- one frees the place of the next
    begun[at]!.end()
  }
  await Promise.all(waiting)
  expect(names()).toEqual(['a0', 'a1', 'b0', 'a2'])
})
