import { expect, test } from 'vitest'
import { leaveForOthers } from '../../shared/rules/fair-share.ts'

const limit = 20_000

/** What each of so many people comes to, one after the other, who take as much as they get, one by one. */
function taken(people: number): number[] {
  let held = 0
  return Array.from({ length: people }, () => {
    let own = 0
    try {
      for (; held < limit; own++, held++) leaveForOthers({ held, own, added: 1, limit })
    } catch {
      // no more for this one
    }
    return own
  })
}

test('V19: whoever comes first has three quarters at most, and each of those who fill the rest half of what is left', () => {
  expect(taken(5)).toEqual([15_000, 2_501, 1_250, 625, 313])
})

test('V19: four, or ten, who take all that they get keep nobody from adding something', () => {
  for (const people of [4, 10]) {
    const held = taken(people).reduce((sum, own) => sum + own, 0)
    expect(() => leaveForOthers({ held, own: 0, added: 1, limit })).not.toThrow()
  }
})
