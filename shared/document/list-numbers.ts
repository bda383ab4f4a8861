/** How an ordered list counts; what HTML's `<ol type>` takes. */
const countings = ['1', 'a', 'A', 'i', 'I'] as const
type Counting = (typeof countings)[number]

/** A list that begins elsewhere is shown from 1: browsers cut such numbers off, and no paper has room for them. */
const furthestStart = 999_999

/** Where an ordered list begins and how it counts, wherever it is shown: an attribute may hold much that says nothing. */
export interface ListNumbering {
  start: number
  counting: Counting
}

/** Reads a list's attributes, which may be anything that the schema takes. */
export function listNumbering(attrs: { start?: unknown; type?: unknown } = {}): ListNumbering {
  const start = Number.isInteger(attrs.start) ? (attrs.start as number) : 1
  const isShown = Math.abs(start) <= furthestStart
  return { start: isShown ? start : 1, counting: countings.find((one) => one === attrs.type) ?? '1' }
}

/**
 * What stands before each item of an ordered list: as browsers write it (CSS Counter Styles 3), so that paper and screen
 * call an item by the same name. Letters begin at 1, and Roman numerals end at 3,999; beyond stand digits.
 */
export function itemMarks({
  attrs,
  content = [],
}: {
  attrs?: object
  content?: readonly unknown[]
}): string[] {
  const { start, counting } = listNumbering(attrs)
  return content.map((_, index) => markOf(start + index, counting))
}

function markOf(number: number, counting: Counting): string {
  const isSmall = counting === 'a' || counting === 'i'
  const said = counting === '1' ? null : counting.toLowerCase() === 'a' ? lettersOf(number) : romanOf(number)
  if (said === null) return `${number}.`
  return `${isSmall ? said : said.toUpperCase()}.`
}

function lettersOf(number: number): string | null {
  if (number < 1) return null
  let letters = ''
  for (let left = number; left > 0; left = Math.floor((left - 1) / 26)) {
    letters = String.fromCodePoint(0x61 + ((left - 1) % 26)) + letters
  }
  return letters
}

const romanParts = [
  [1000, 'm'],
  [900, 'cm'],
  [500, 'd'],
  [400, 'cd'],
  [100, 'c'],
  [90, 'xc'],
  [50, 'l'],
  [40, 'xl'],
  [10, 'x'],
  [9, 'ix'],
  [5, 'v'],
  [4, 'iv'],
  [1, 'i'],
] as const

function romanOf(number: number): string | null {
  if (number < 1 || number > 3_999) return null
  let left = number
  let roman = ''
  for (const [value, sign] of romanParts) {
    while (left >= value) {
      roman += sign
      left -= value
    }
  }
  return roman
}
