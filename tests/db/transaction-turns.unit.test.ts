import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createTransactionTurns } from '../../server/db/transaction-turns.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const limits = {
  transactionsAtOncePerPerson: 2,
  transactionsAtOncePerProject: 100,
  transactionsAtOncePerNetwork: 100,
  transactionsAtOnce: 100,
  transactionsForOthers: 2,
}

/** Transactions that go on until they are ended, and which have begun, by name. */
function startTurns(given: Partial<typeof limits> = {}) {
  const run = createTransactionTurns({ ...limits, ...given })
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const place = (userId: string, network = 'one', projectId: string | null = null) => ({
    userId,
    network,
    projectId,
  })
  return {
    run,
    place,
    begun,
    ask: (name: string, ...of: Parameters<typeof place>) =>
      run(place(...of), () => {
        begun.push(name)
        return new Promise<void>((end) => ends.set(name, end))
      }),
    /** Ends one, and waits until what may begin for it has. */
    async end(name: string) {
      ends.get(name)!()
      await setImmediate()
    },
  }
}

test('of one person so many run at a time, the others in their order, and nobody else waits for them', async () => {
  const { ask, begun, end, run, place } = startTurns()
  const all = ['1', '2', '3', '4'].map((name) => ask(name, 'ada'))
  expect(await run(place('bo'), async () => 'bo')).toBe('bo')
  expect(begun).toEqual(['1', '2'])
  await end('2')
  expect(begun).toEqual(['1', '2', '3'])
  await end('1')
  expect(begun).toEqual(['1', '2', '3', '4'])
  await end('3')
  await end('4')
  await Promise.all(all)
})

test('the place of one that fails is given to the next', async () => {
  const { run, place } = startTurns({ transactionsAtOncePerPerson: 1 })
  const failing = run(place('ada'), () => Promise.reject(new Error('refused')))
  const next = run(place('ada'), async () => 'done')
  await expect(failing).rejects.toThrow('refused')
  expect(await next).toBe('done')
})

test('many people of one project do not keep another project’s waiting', async () => {
  const { ask, begun, end } = startTurns({ transactionsAtOncePerProject: 2 })
  void ['1', '2', '3'].map((name) => ask(name, `person ${name}`, 'one', 'lamp'))
  void ask('other', 'bo', 'one', 'torch')
  expect(begun).toEqual(['1', '2', 'other'])
  await end('other')
  expect(begun).toEqual(['1', '2', 'other'])
  await end('1')
  expect(begun).toEqual(['1', '2', 'other', '3'])
})

test('one network leaves room for another, whose first begins even where all are in use', async () => {
  const { ask, begun, end } = startTurns({ transactionsAtOncePerNetwork: 3, transactionsAtOnce: 4 })
  void ['1', '2', '3', '4'].map((name) => ask(name, `person ${name}`, 'one'))
  void ['5', '6'].map((name) => ask(name, `person ${name}`, 'two'))
  void ask('7', 'person 7', 'three')
  expect(begun).toEqual(['1', '2', '3', '5', '7'])
  // networks take turns: the one that has waited longest is first
  await end('1')
  await end('2')
  expect(begun).toEqual(['1', '2', '3', '5', '7', '4'])
  await end('3')
  expect(begun).toEqual(['1', '2', '3', '5', '7', '4', '6'])
})

test('within a network people take turns, however many somebody asked for before', async () => {
  const { ask, begun, end } = startTurns({ transactionsAtOncePerNetwork: 1 })
  void ['a1', 'a2', 'a3', 'a4'].map((name) => ask(name, 'ada'))
  void ask('b1', 'bo')
  for (const name of ['a1', 'a2', 'b1', 'a3']) await end(name)
  expect(begun).toEqual(['a1', 'a2', 'b1', 'a3', 'a4'])
})

test('whoever asks, however often and wherever: no bound is ever passed, and all run in the end', async () => {
  const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))
  const random = seededRandom(seed)
  const given = {
    transactionsAtOncePerPerson: 2,
    transactionsAtOncePerProject: 3,
    transactionsAtOncePerNetwork: 4,
    transactionsAtOnce: 5,
    transactionsForOthers: 2,
  }
  const run = createTransactionTurns(given)
  const now = new Map<string, number>()
  const count = (key: string, by: number) => {
    now.set(key, (now.get(key) ?? 0) + by)
    return now.get(key)!
  }
  const any = (many: number) => random.below(many)
  const asked = Array.from({ length: 500 }, () => {
    const place = { userId: `u${any(8)}`, network: `n${any(4)}`, projectId: any(3) ? `p${any(5)}` : null }
    return run(place, async () => {
      expect(count(place.userId, 1), `seed ${seed}`).toBeLessThanOrEqual(2)
      if (place.projectId) expect(count(place.projectId, 1), `seed ${seed}`).toBeLessThanOrEqual(3)
      expect(count(place.network, 1), `seed ${seed}`).toBeLessThanOrEqual(4)
      expect(count('all', 1), `seed ${seed}`).toBeLessThanOrEqual(5 + 2)
      for (let turns = any(4); turns > 0; turns--) await setImmediate()
      for (const key of [place.userId, place.network, place.projectId, 'all']) if (key) count(key, -1)
    })
  })
  await Promise.all(asked)
})
