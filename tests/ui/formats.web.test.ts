import { describe, expect, it } from 'vitest'
import type { Side } from '../../shared/permissions.ts'
import { formatsOf, regional } from '../../web/ui/language/formats.ts'
import { initials, personColour } from '../../web/ui/people/person-colour.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const ago = (seconds: number) => new Date(now - seconds * 1000).toISOString()

describe('relative times', () => {
  it.each([
    [180, '3 minutes ago', '3分钟前'],
    [7_200, '2 hours ago', '2小时前'],
    [86_400, 'yesterday', '昨天'],
  ])('%i seconds ago read "%s" and "%s"', (seconds, english, chinese) => {
    expect(formatsOf('en').ago(ago(seconds), now)).toBe(english)
    expect(formatsOf('zh-CN').ago(ago(seconds), now)).toBe(chinese)
  })

  it('12.21: what has happened is never to come, however slow this device’s clock', () => {
    for (const seconds of [59, 0, -1, -180, -86_400])
      expect(formatsOf('en').ago(ago(seconds), now)).toBeNull()
  })

  it('read forwards for what is to come', () => {
    expect(formatsOf('en').relative(ago(-14 * 86_400), now)).toBe('in 2 weeks')
  })
})

it('12.21: dates are as the reader’s region writes them', () => {
  expect(regional('en', ['de', 'en-GB', 'en-US'])).toBe('en-GB')
  expect(regional('en', ['de-DE', 'fr'])).toBe('en')
  expect(regional('zh-CN', ['zh-TW', 'en-GB'])).toBe('zh-CN')
  expect(formatsOf('en-GB').date(ago(0))).toBe('10 Mar 2026')
})

it.each(['en', 'zh-CN'])('a size that is something never reads as nothing, in %s', (locale) => {
  const { size } = formatsOf(locale)
  const numbers = [0, 1, 40_000, 999_000, 2_540_000].map((bytes) => size(bytes).replace(/[^\d.]/g, ''))
  expect(numbers).toEqual(['0', '1', '40', '999', '2.5'])
})

describe('a person', () => {
  it.each([
    ['Lin Wei', 'LW'],
    ['ada', 'A'],
    ['陈国强', '国强'],
    ['', '?'],
  ])('named %s is marked %s', (name, mark) => expect(initials(name)).toBe(mark))

  it('keeps one colour, in the family of their side, that white text can be read on', () => {
    const design = colours('design')
    const manufacture = colours('manufacture')
    expect([...design].filter((colour) => manufacture.has(colour))).toEqual([])
    for (const colour of [...design, ...manufacture])
      expect(contrastWithWhite(colour)).toBeGreaterThanOrEqual(4.5)
    expect(personColour('user-1', 'design')).toBe(personColour('user-1', 'design'))
  })
})

function colours(side: Side): Set<string> {
  return new Set(Array.from({ length: 200 }, (_, index) => personColour(`user-${index}`, side)))
}

/** WCAG 2.2 contrast ratio. */
function contrastWithWhite(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)
}

it.each([
  ['en', /^Mar \d+, 2026, \d+:\d\d:05 [AP]M \([^)]+\)$/],
  ['zh-CN', /^2026年3月\d+日 \d\d:\d\d:05（[^）]+）$/],
])('a moment to the second ends with its zone, in %s', (locale, shown) => {
  expect(formatsOf(locale).zoned('2026-03-10T12:00:05Z').replaceAll(/\s/g, ' ')).toMatch(shown)
})
