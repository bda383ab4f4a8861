import { beforeEach, describe, expect, it, vi } from 'vitest'
import { ReadingBudget } from '../../../server/rooms/budgets/reading-budget.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { range } from '../../helpers/rooms/kept-text.ts'

const longText = 8_000_000
const { buildingFactor } = defaultLimits

let seconds = 0
const read = vi.fn(async () => new Uint8Array(1))
beforeEach(() => {
  seconds = 1
  vi.spyOn(performance, 'now').mockImplementation(() => seconds * 1_000)
})

describe('reliability 27: what one person asks for is bounded, and nobody honest waits longer than a second', () => {
  it('three texts of 8 MB are opened and written in within seconds', () => {
    const budget = new ReadingBudget(defaultLimits)
    for (const _ of range(3)) {
      for (const bytes of [longText, longText * buildingFactor]) {
        expect(budget.waitMs('ada')).toBeLessThanOrEqual(1_000)
        budget.charge('ada', bytes)
        seconds += 3
      }
    }
  })

  it.each([5_000_000, longText, defaultLimits.documentBytes])(
    'a text of %i bytes is written in all day, with pauses as short and as long as it stays built',
    (bytes) => {
      const budget = new ReadingBudget(defaultLimits)
      expect(budget.keepBuiltMs(bytes)).toBeGreaterThan(30_000)
      budget.charge('ada', bytes)
      for (const _ of range(200)) {
        expect(budget.waitMs('ada')).toBe(0)
        budget.charge('ada', bytes * buildingFactor)
        seconds += budget.keepBuiltMs(bytes) / 1_000
      }
    },
  )

  it('a short text is let go as soon as ever', () => {
    expect(new ReadingBudget(defaultLimits).keepBuiltMs(100_000)).toBeLessThan(10_000)
  })

  it('whoever uses up what is to spare for all takes nothing from who has their own', () => {
    const budget = new ReadingBudget(defaultLimits)
    let taken = 0
    for (const person of ['bo', 'cem', 'dan']) {
      while (budget.waitMs(person) === 0) {
        budget.charge(person, longText)
        taken += longText
      }
    }
    const { decodedBytes, spareDecodedBytes } = defaultLimits
    expect(taken).toBeLessThanOrEqual(3 * (decodedBytes + longText) + spareDecodedBytes)
    for (const person of ['bo', 'cem', 'dan']) expect(budget.waitMs(person)).toBeGreaterThan(0)
    expect(budget.waitMs('ada')).toBe(0)
    budget.charge('ada', longText * buildingFactor)
    expect(budget.waitMs('ada')).toBe(0)
  })

  it('V14: who goes away while they wait is not charged, and is waited for no longer', async () => {
    const budget = new ReadingBudget({
      ...defaultLimits,
      spareDecodedBytes: 1,
      spareDecodedBytesPerSecond: 1,
    })
    budget.charge('ada', 2 * defaultLimits.decodedBytes)
    const waitMs = budget.waitMs('ada')
    expect(waitMs).toBeGreaterThan(10_000)
    const leaving = new AbortController()
    const asked = [budget.begin('ada', 1_000, leaving.signal), budget.inTurn('ada', read, leaving.signal)]
    leaving.abort(new Error('gone'))
    for (const one of asked) await expect(one).rejects.toThrow('gone')
    await expect(budget.begin('ada', 1_000, leaving.signal)).rejects.toThrow('gone')
    expect(read).not.toHaveBeenCalled()
    expect(budget.waitMs('ada')).toBe(waitMs)
  })
})
