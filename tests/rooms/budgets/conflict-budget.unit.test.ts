import { expect, test, vi } from 'vitest'
import { ConflictBudget } from '../../../server/rooms/budgets/conflict-budget.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { range } from '../../helpers/rooms/kept-text.ts'

const limits = { ...defaultLimits, conflictSteps: 1_000, conflictStepsPerSecond: 0 }
const change = { conflictSteps: 1_000, movedItems: 0 }

test('what a person may cost in all documents together is bounded, however many there are', () => {
  const budget = new ConflictBudget(limits)
  const taken = Array.from({ length: 50 }, (_, room) => budget.take(`room ${room}`, 'ada', change))
  expect(taken.filter(Boolean)).toHaveLength(6)
  expect(budget.take('room 0', 'bo', change)).toBe(true)
})

test('what is refused costs nothing, and what was taken is given back everywhere', () => {
  const budget = new ConflictBudget({ ...limits, movedItems: 10, movedItemsPerSecond: 0 })
  for (let at = 0; at < 20; at++) {
    expect(budget.take('room', 'ada', { conflictSteps: 1_000, movedItems: 1_000 })).toBe(false)
  }
  for (let at = 0; at < 20; at++) {
    expect(budget.take(`room ${at}`, 'ada', change)).toBe(true)
    budget.giveBack(`room ${at}`, 'ada', change)
  }
})

test('many documents make nobody be forgotten who costs others at this moment', () => {
  const budget = new ConflictBudget(limits)
  for (let at = 0; at < 6; at++) budget.take(`room ${at}`, 'ada', change)
  for (let at = 0; at < 12_000; at++) {
    budget.take(`room ${at}`, `person ${at % 3_000}`, change)
    if (at % 100 === 0) expect(budget.take('room 7', 'ada', change)).toBe(false)
  }
})

test('new client ids come at a pace, in each document: thousands at once would make each letter of everybody dear', () => {
  const now = vi.spyOn(performance, 'now').mockReturnValue(0)
  const budget = new ConflictBudget({ ...limits, clientIdsAtOnce: 100, clientIdsPerHour: 60 })
  const withIds = (count: number) => ({ ...change, conflictSteps: 0, clientIds: range(count) })
  expect(budget.take('room', 'ada', withIds(64))).toBe(true)
  expect(budget.take('room', 'ada', withIds(64))).toBe(false)
  expect(budget.take('other room', 'ada', withIds(64))).toBe(true)
  expect(budget.take('room', 'bo', withIds(64))).toBe(true)
  budget.giveBack('room', 'ada', withIds(64))
  expect(budget.take('room', 'ada', withIds(100))).toBe(true)
  now.mockReturnValue(3_600_000)
  expect([61, 60].map((count) => budget.take('room', 'ada', withIds(count)))).toEqual([false, true])
  now.mockRestore()
})
