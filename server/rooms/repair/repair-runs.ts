import * as Y from 'yjs'
import { heaviestCharacter, TextRuns } from '../../../shared/document/text-runs.ts'

/** Where a browser may begin a new line and nobody sees anything. */
const breakOpportunity = '\u200b'

/** So many characters are weighed at one go. */
const stepCharacters = 64

/**
 * Puts break opportunities, which are not seen, into the runs of a block that are over `limit`, so that everybody can
 * lay it out again. True when there was such a run.
 */
export function breakRuns(block: Y.XmlFragment, limit: number): boolean {
  if (!hasLongRun(block, limit)) return false
  const runs = new TextRuns()
  for (const child of block.toArray()) {
    if (child instanceof Y.XmlText) breakText(child, runs, limit)
    else runs.end()
  }
  return true
}

function hasLongRun(block: Y.XmlFragment, limit: number): boolean {
  const texts = block.toArray().filter((child) => child instanceof Y.XmlText)
  if (texts.reduce((sum, { length }) => sum + length, 0) * heaviestCharacter <= limit) return false
  const runs = new TextRuns()
  for (const child of block.toArray()) {
    if (!(child instanceof Y.XmlText)) {
      runs.end()
      continue
    }
    runs.add(wordsOf(child))
    if (Math.max(runs.closed ?? 0, runs.inner, runs.open) > limit) return true
  }
  return false
}

function breakText(text: Y.XmlText, runs: TextRuns, limit: number): void {
  const words = wordsOf(text)
  const places: number[] = []
  let from = 0
  while (from < words.length) {
    let to = Math.min(from + stepCharacters, words.length)
    // not between the halves of a character
    if (isLowHalf(words.charCodeAt(to))) to++
    if (runs.open + (to - from) * heaviestCharacter > limit) {
      places.push(from)
      runs.end()
    }
    runs.add(words.slice(from, to))
    from = to
  }
  for (const place of places.toReversed()) text.insert(place, breakOpportunity)
}

const isLowHalf = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff

/** A text that holds nothing but words. */
const wordsOf = (text: Y.XmlText): string =>
  (text.toDelta() as { insert: unknown }[])
    .map(({ insert }) => (typeof insert === 'string' ? insert : ''))
    .join('')
