import { describe, expect, test } from 'vitest'
import { TurnLines } from '../../shared/rules/turn-lines.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

interface Item {
  network: string
  person: string
  number: number
}

const taken = (lines: TurnLines<string>, ...may: ((item: string) => boolean)[]) => [...lines.next(...may)]
const any = () => true

test('networks take turns, and so do the people of each; of one person what came first is first', () => {
  const lines = new TurnLines<string>()
  for (const name of ['a1', 'a2', 'a3']) lines.add('one', 'ada', name)
  lines.add('one', 'bo', 'b1')
  lines.add('two', 'cem', 'c1')
  expect(taken(lines, any)).toEqual(['a1', 'c1', 'b1', 'a2', 'a3'])
  expect(lines.isEmpty).toBe(true)
})

test('what may not begin keeps its place; what is behind it waits too, or goes past it', () => {
  for (const mayOvertake of [false, true]) {
    const lines = new TurnLines<string>({ mayOvertake })
    for (const name of ['long', 'short']) lines.add('one', 'ada', name)
    lines.add('one', 'bo', 'b1')
    lines.add('two', 'cem', 'c1')
    expect(taken(lines, (name) => name !== 'long')).toEqual(
      mayOvertake ? ['short', 'c1', 'b1'] : ['b1', 'c1'],
    )
    expect(lines.nextOf('one', any)).toBe('long')
  }
})

test('of several conditions what meets the first goes before what meets only the next', () => {
  const lines = new TurnLines<string>()
  for (const name of ['a1', 'b1', 'c1']) lines.add('one', name, name)
  const isFirst = (name: string) => name === 'c1'
  expect(taken(lines, isFirst, any)).toEqual(['c1', 'a1', 'b1'])
})

test('what is taken out is not there any more, and nobody’s turn is another for it', () => {
  const lines = new TurnLines<string>()
  for (const name of ['a1', 'a2']) lines.add('one', 'ada', name)
  lines.add('two', 'bo', 'b1')
  expect(lines.remove('one', 'ada', 'a1')).toBe(true)
  expect(lines.remove('one', 'ada', 'a1')).toBe(false)
  expect(lines.remove('three', 'ada', 'a1')).toBe(false)
  expect([lines.countOf('one', 'ada'), lines.has('two'), lines.has('three')]).toEqual([1, true, false])
  expect(taken(lines, any)).toEqual(['a2', 'b1'])
})

/** The same in a slow way: all in one list, and since when each network and each person of it stands where it does. */
class SlowLines {
  readonly items: Item[] = []
  private readonly since = new Map<string, number>()
  private clock = 0
  private readonly mayOvertake: boolean

  constructor(mayOvertake: boolean) {
    this.mayOvertake = mayOvertake
  }

  add(item: Item): void {
    this.items.push(item)
    for (const name of namesOf(item)) if (!this.since.has(name)) this.since.set(name, this.clock++)
  }

  remove(item: Item): void {
    this.items.splice(this.items.indexOf(item), 1)
    this.forgetWhoIsGone(item)
  }

  next(...mayBegin: ((item: Item) => boolean)[]): Item | undefined {
    for (const network of this.inOrder(this.items.map((item) => item.network))) {
      for (const may of mayBegin) {
        const near = this.items.filter((item) => item.network === network)
        for (const name of this.inOrder(near.map((item) => namesOf(item)[1]))) {
          const own = near.filter((item) => namesOf(item)[1] === name)
          const found = (this.mayOvertake ? own : own.slice(0, 1)).find(may)
          if (!found) continue
          for (const one of namesOf(found)) this.since.set(one, this.clock++)
          this.remove(found)
          return found
        }
      }
    }
    return undefined
  }

  private inOrder(names: string[]): string[] {
    return [...new Set(names)].sort((one, other) => this.since.get(one)! - this.since.get(other)!)
  }

  private forgetWhoIsGone(item: Item): void {
    const left = new Set(this.items.flatMap(namesOf))
    for (const name of namesOf(item)) if (!left.has(name)) this.since.delete(name)
  }
}

const namesOf = ({ network, person }: Item): [network: string, person: string] => [
  network,
  `${network} ${person}`,
]

describe('whatever waits, may begin and is taken out', () => {
  const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31))

  for (const mayOvertake of [false, true]) {
    test(`it begins in the order of turns${mayOvertake ? ', also past what may not' : ''}`, () => {
      const random = seededRandom(seed)
      const lines = new TurnLines<Item>({ mayOvertake })
      const slow = new SlowLines(mayOvertake)
      let begun = 0
      for (let number = 0; number < 3_000; number++) {
        const act = random.below(10)
        if (act < 6) {
          const item = { network: `n${random.below(4)}`, person: `p${random.below(5)}`, number }
          lines.add(item.network, item.person, item)
          slow.add(item)
        } else if (act < 7 && slow.items.length > 0) {
          const item = random.pick(slow.items)
          expect(lines.remove(item.network, item.person, item), `seed ${seed}`).toBe(true)
          slow.remove(item)
        } else {
          // some of them, as places are; what may not begin is the same as long as it is asked for more
          const [divisor, favoured] = [2 + random.below(4), `p${random.below(5)}`]
          const may = (item: Item) => item.number % divisor > 0
          const conditions = random.chance(0.5)
            ? [may]
            : [(item: Item) => item.person === favoured && may(item), may]
          let places = random.below(8)
          for (const item of lines.next(...conditions)) {
            expect(item, `seed ${seed}`).toBe(slow.next(...conditions))
            begun++
            if (--places <= 0) break
          }
          if (places > 0) expect(slow.next(...conditions), `seed ${seed}`).toBeUndefined()
        }
        const left = [...lines.lines()].flatMap(({ items }) => items)
        expect(left.length, `seed ${seed}`).toBe(slow.items.length)
      }
      expect(begun, `seed ${seed}`).toBeGreaterThan(300)
    })
  }
})
