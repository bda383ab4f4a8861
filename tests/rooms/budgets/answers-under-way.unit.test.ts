import { expect, test } from 'vitest'
import { AnswersUnderWay } from '../../../server/rooms/budgets/answers-under-way.ts'

const limits = {
  answerBytesPerPerson: 10,
  answerBytesPerNetwork: 20,
  answerBytesAtOnce: 60,
  answerMs: 1_000,
}

function start() {
  let now = 0
  const begun: string[] = []
  const broken: string[] = []
  const ends = new Map<string, () => void>()
  const answers = new AnswersUnderWay(limits, () => now)
  const end = (name: string) => ends.get(name)!()
  return {
    answers,
    begun,
    broken,
    end,
    pass: (ms: number) => void (now += ms),
    ask: (network: string, userId: string, bytes: number, name = userId) =>
      answers.take(
        { network, userId },
        bytes,
        () => {
          broken.push(name)
          end(name)
        },
        (over) => {
          begun.push(name)
          ends.set(name, over)
        },
      ),
  }
}

const later = () => new Promise((done) => setImmediate(done))

test('a person has one long answer at a time, and others of the network go past who waits', async () => {
  const { ask, begun, end } = start()
  ask('a', 'ada', 9, 'first')
  ask('a', 'ada', 9, 'second')
  ask('a', 'bo', 9)
  ask('a', 'cem', 9)
  end('first')
  end('first')
  await later()
  expect(begun).toEqual(['first', 'bo', 'second'])
  end('second')
  await later()
  expect(begun.slice(3)).toEqual(['cem'])
})

test('networks that hold much leave half of all to those that hold nothing; one alone may be larger', async () => {
  const { ask, begun, end } = start()
  for (const network of ['a', 'b', 'c', 'd']) {
    ask(network, `${network}1`, 10)
    ask(network, `${network}2`, 10)
  }
  ask('e', 'eva', 10)
  expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'd1', 'eva'])
  for (const name of begun) end(name)
  await later()
  expect(begun.slice(6).toSorted()).toEqual(['b2', 'c2', 'd2'])
  for (const name of begun.slice(6)) end(name)
  await later()
  ask('f', 'fay', 900)
  expect(begun.at(-1)).toBe('fay')
})

test('what takes too long is broken off where somebody waits who has nothing, and only there', () => {
  const { answers, ask, broken, pass } = start()
  ask('a', 'ada', 10)
  ask('a', 'bo', 10)
  pass(2_000)
  answers.look()
  ask('a', 'ada', 10, 'again')
  answers.look()
  ask('b', 'bea', 10)
  expect(broken).toEqual([])
  ask('c', 'cem', 10)
  ask('d', 'dot', 60)
  answers.look()
  expect(broken).toEqual(['ada'])
})

test('whoever holds answers and waits for more does not hide those behind them who have nothing', () => {
  const { answers, ask, begun, broken, pass } = start()
  ask('a', 'ada', 30)
  ask('a', 'bo', 30)
  ask('a', 'ada', 30, 'ada again')
  ask('a', 'cem', 30)
  pass(2_000)
  answers.look()
  expect(broken).toContain('ada')
  expect(begun).not.toContain('ada again')
})
