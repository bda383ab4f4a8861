import type { TextLayout, Words } from '../document/text-layout.ts'
import type { Others } from '../review.ts'

// What stands around an anchored place, by which it is known again when its characters or its element are others.

/** A range of a document in ProseMirror positions; `to` is behind the last character. */
export interface Place {
  from: number
  to: number
}

/** Characters kept from either side of the quotation, so that the same words elsewhere are not mistaken for it. */
export const contextLength = 32
/** Fewer characters of context than this prove nothing, unless the document begins or ends there. */
export const provingLength = 8

/** Words without white space, which edits of blocks add and take away. */
export const bare = (text: string) => text.replace(/\s+/g, '')

/** What stands just before and behind a place. */
export function contextOf(layout: TextLayout, { from, to }: Place): { before: string; after: string } {
  const words = layout.words()
  const first = words.index(from) - contextLength
  const last = words.index(to) + contextLength
  return {
    before: wellFormed(words.between(first < 0 ? 0 : words.position(first), from).slice(-contextLength)),
    after: wellFormed(
      words
        .between(to, last < words.bare.length ? words.position(last) : layout.size)
        .slice(0, contextLength),
    ),
  }
}

/** Without the half of a character (of two UTF-16 units) that a cut left at an end. */
export const wellFormed = (cut: string): string => cut.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '')

/** Whether the text before and behind a stretch of the bare words still is what an anchor's was. Too little proves nothing. */
export type Sides = [before: boolean, behind: boolean]

/** What stood around an anchored place, without white space. */
export interface BareContext {
  before: string
  after: string
}

export const bareContext = ({ before, after }: { before?: string; after?: string }): BareContext => ({
  before: bare(before ?? ''),
  after: bare(after ?? ''),
})

/** The sides of the bare words from `at` to `behind`. */
export function sidesAt(words: Words, { before, after }: BareContext, at: number, behind: number): Sides {
  return [
    words.bare.endsWith(before, at) && (before.length >= provingLength || at === before.length),
    words.bare.startsWith(after, behind) &&
      (after.length >= provingLength || behind + after.length === words.bare.length),
  ]
}

export const countOthers = (sides: Sides[]): Others => ({
  same: sides.length,
  beside: sides.filter((of) => of.some(Boolean)).length,
  within: sides.filter((of) => of.every(Boolean)).length,
})

/**
 * Which of the places that say the same is the anchored one, moved: the only one with both its sides, or with one of
 * them, or the only one at all, where no other place was like that already when it was raised. Null when none is told.
 */
export function movedAmong<Found>(
  found: readonly Found[],
  sidesOf: (one: Found) => Sides,
  { others, proves }: { others?: Others; proves: boolean },
): Found | null {
  if (!others) return null
  const withSides = found.map((one) => ({ one, sides: sidesOf(one).filter(Boolean).length }))
  const within = withSides.filter(({ sides }) => sides === 2)
  if (within.length === 1 && others.within === 0) return within[0]!.one
  const beside = withSides.filter(({ sides }) => sides > 0)
  if (beside.length === 1 && others.beside === 0) return beside[0]!.one
  return found.length === 1 && others.same === 0 && proves ? found[0]! : null
}
