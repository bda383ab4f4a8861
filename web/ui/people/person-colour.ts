import type { Side } from '../../../shared/permissions.ts'

/** Hues of each side's family; white text on every one of them reads at 4.5 : 1 or more. */
const families: Record<Side, readonly string[]> = {
  design: ['#3F51B5', '#2C64B0', '#5B45B5', '#3A6694', '#4757C9', '#6C4BA6'],
  manufacture: ['#A66000', '#8C5A12', '#97501C', '#7C6200', '#A85414', '#80552E'],
}

/** The colour a person has everywhere: carets, pins, comments, marks. The side gives the family, the id the hue. */
export function personColour(userId: string, side: Side): string {
  let sum = 0
  for (const character of userId) sum = (sum * 31 + character.charCodeAt(0)) >>> 0
  const family = families[side]
  return family[sum % family.length]!
}

/** Two signs that stand for a name: the last two of a Chinese one, else the first letters of first and last word. */
export function initials(name: string): string {
  const letters = [...name.trim()]
  if (/\p{Script=Han}/u.test(name)) return letters.slice(-2).join('')
  const words = name.trim().split(/\s+/)
  const last = words.length > 1 ? ([...words.at(-1)!][0] ?? '') : ''
  return ((letters[0] ?? '?') + last).toUpperCase()
}
