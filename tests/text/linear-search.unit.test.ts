import fc from 'fast-check'
import { expect, test } from 'vitest'
import { standsBetween } from '../../shared/text/linear-search.ts'

const word = fc.stringMatching(/^[ab]{0,12}$/)

test('finds what stands at one of the characters, and nothing else', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[ab]{0,40}$/),
      word,
      fc.integer({ min: -5, max: 45 }),
      fc.integer({ min: -5, max: 45 }),
      (text, words, first, last) => {
        let stands = false
        for (let at = Math.max(0, first); at <= last; at++)
          stands ||= words !== '' && text.startsWith(words, at)
        expect(standsBetween(text, words, first, last)).toBe(stands)
      },
    ),
    { numRuns: 2_000 },
  )
})
