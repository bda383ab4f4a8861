import { formatCharactersAt } from '../../shared/text/format-characters.ts'

/**
 * How many characters of a text, as JSON of the document schema, nobody sees: each string by itself, as it is printed,
 * as what stands in a run of its own has no neighbours there.
 */
export function hiddenIn(content: unknown): number {
  let count = 0
  const left = [content]
  while (left.length > 0) {
    const one = left.pop()
    if (typeof one === 'string') count += formatCharactersAt(one).length
    else if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) left.push(inner)
  }
  return count
}
