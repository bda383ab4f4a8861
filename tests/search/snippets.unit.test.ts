import { expect, test } from 'vitest'
import { snippetOf, termsOf, wantedIn } from '../../server/search/terms.ts'

const matchOf = (text: string, query: string) => snippetOf(text, wantedIn(query, termsOf(query))).match

test('a hit leads to where all that was asked for stands together, where it does', () => {
  const text = 'Fan speed 1 is slow. Speed 12 and speed 13 are fast.'
  expect(matchOf(text, 'speed 13')).toBe('speed 13')
  expect(matchOf(text, '  SPEED   13 ')).toBe('speed 13')
  expect(matchOf(text, '13 speed')).toBe('speed')
  expect(matchOf(text, 'slow')).toBe('slow')
})
