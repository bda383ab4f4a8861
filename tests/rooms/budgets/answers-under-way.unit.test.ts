import { expect, test } from 'vitest'
import { AnswersUnderWay } from '../../../server/rooms/budgets/answers-under-way.ts'

const limits = {
  answerBytesPerPerson: 10,
  answerBytesPerNetwork: 20,
  answerBytesAtOnce: 60,
  shortAnswerBytes: 0,
  answerMs: 1_000,
  shortAnswersPerNetwork: 16,
  shortAnswersAtOnce: 64,
}

function start(other: Partial<typeof limits> = {}) {
  let now = 0
  const begun: string[] = []
  const broken: string[] = []
  const ends = new Map<string, () => void>()
  const answers = new AnswersUnderWay({ ...limits, ...other }, () => now)
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

test('who opens what is short does not stand behind those of their network who read what is long', async () => {
  const large = { answerBytesPerPerson: 32, answerBytesPerNetwork: 64, answerBytesAtOnce: 256 }
  const { ask, begun, end } = start({ ...large, shortAnswerBytes: 1 })
  for (const name of ['a1', 'a2', 'a3']) {
    ask('a', name, 22)
    for (const more of [1, 2, 3]) ask('a', name, 22, `${name} ${more}`)
  }
  ask('a', 'honest', 1)
  expect(begun).toEqual(['a1', 'a2', 'honest'])
  // whoever has something leaves half of the network's to those who have nothing
  ask('a', 'honest', 1, 'honest 2')
  expect(begun).not.toContain('honest 2')
  ask('a', 'other', 3)
  expect(begun).toContain('other')
  for (let at = 0; at < begun.length; at++) {
    end(begun[at]!)
    await later()
  }
  expect(begun).toHaveLength(15)
})

test('what is short goes past what is long of all networks together', () => {
  const { ask, begun } = start({ answerBytesPerNetwork: 30, answerBytesAtOnce: 40, shortAnswerBytes: 1 })
  for (const network of ['a', 'b', 'c']) for (const user of [1, 2]) ask(network, network + user, 10)
  expect(begun).toEqual(['a1', 'a2', 'b1'])
  ask('b', 'bea', 1)
  expect(begun.at(-1)).toBe('bea')
})

test('those of a network take turns, and who has nothing goes before who has', async () => {
  const { ask, begun, end } = start({
    answerBytesPerNetwork: 40,
    answerBytesPerPerson: 20,
    answerBytesAtOnce: 100,
  })
  for (const name of ['first', 'second', 'third', 'fourth', 'fifth']) ask('a', 'ada', 10, name)
  ask('a', 'bo', 30)
  ask('a', 'cem', 10)
  ask('a', 'cem', 10, 'cem again')
  expect(begun).toEqual(['first', 'second', 'cem'])
  end('first')
  await later()
  // ada has one under way, and waits for a place that she has not had
  expect(begun.slice(3)).toEqual([])
  end('second')
  await later()
  expect(begun.slice(3)).toEqual(['third'])
  end('third')
  await later()
  expect(begun.slice(4)).toEqual(['bo'])
})

test('who left stands in no line: nothing begins for them, and no answer of others is broken off', async () => {
  const { answers, ask, begun, broken, end, pass } = start()
  ask('a', 'ada', 20)
  const leave = ask('a', 'bo', 20)
  const leaveSecond = ask('a', 'bo', 20, 'bo again')
  ask('a', 'cem', 20)
  leave()
  leaveSecond()
  leave()
  end('ada')
  await later()
  expect(begun).toEqual(['ada', 'cem'])
  const leaveLine = ask('a', 'dora', 20)
  leaveLine()
  pass(limits.answerMs + 1)
  answers.look()
  expect(broken).toEqual([])
  // and whoever comes next finds no line
  end('cem')
  ask('a', 'eva', 20)
  expect(begun).toEqual(['ada', 'cem', 'eva'])
})
