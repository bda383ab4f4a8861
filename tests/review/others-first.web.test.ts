import { expect, test } from 'vitest'
import { othersFirst } from '../../web/review/reviewer/use-reviewer.ts'

const people = ['me', 'Lin', 'Zhou'].map((userId) => ({ userId }))

test('whom a comment can name begins with the others: Enter after @ never names oneself', () => {
  expect(othersFirst(people, 'me').map(({ userId }) => userId)).toEqual(['Lin', 'Zhou', 'me'])
  expect(othersFirst(people, 'not here')).toEqual(people)
})
