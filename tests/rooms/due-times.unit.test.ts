import { expect, test } from 'vitest'
import { DueTimes } from '../../server/rooms/due-times.ts'

test('what is due is taken once, and nothing before its time', () => {
  const due = new DueTimes<string>(5_400)
  due.set('late', 9_001)
  due.set('soon', 6_000)
  due.set('later', 12_000)
  expect(due.take(5_999)).toEqual([])
  expect(due.take(6_000)).toEqual(['soon'])
  expect(due.take(9_001)).toEqual([])
  expect(due.take(11_000)).toEqual(['late'])
  expect(due.take(60_000)).toEqual(['later'])
  expect(due.take(90_000)).toEqual([])
})

test('what is set again is due at its new time only', () => {
  const due = new DueTimes<string>(0)
  due.set('moved', 2_000)
  due.set('moved', 4_000)
  due.set('kept', 2_000)
  due.set('kept', 2_000)
  expect(due.take(3_000)).toEqual(['kept'])
  due.set('moved', 5_000)
  due.set('moved', 3_500)
  expect(due.take(4_000)).toEqual(['moved'])
  expect(due.take(10_000)).toEqual([])
})

test('what is set for a time that has passed is due at the next look', () => {
  const due = new DueTimes<string>(0)
  expect(due.take(8_000)).toEqual([])
  due.set('overdue', 3_000)
  expect(due.take(8_900)).toEqual([])
  expect(due.take(9_000)).toEqual(['overdue'])
})

test('what was deleted is not due', () => {
  const due = new DueTimes<string>(0)
  due.set('gone', 2_000)
  due.set('here', 2_000)
  due.delete('gone')
  due.delete('never set')
  expect(due.take(2_000)).toEqual(['here'])
  due.delete('here')
  due.set('gone', 3_000)
  expect(due.take(3_000)).toEqual(['gone'])
})
