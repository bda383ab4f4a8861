import * as buffer from 'lib0/buffer'
import * as Y from 'yjs'
import type { Anchor } from './review.ts'
import type { TextLayout } from './document/text-layout.ts'

export type TextAnchor = Extract<Anchor, { type: 'text' }>

/** A range of a document in ProseMirror positions; `to` is behind the last character. */
export interface Place {
  from: number
  to: number
}

/** Characters kept from either side of the quotation, so that the same words elsewhere are not mistaken for it. */
export const contextLength = 32
/** Fewer characters of context than this prove nothing, unless the document begins or ends there. */
export const provingLength = 8
export const quoteLength = 2_000

/** Words without white space, which edits of blocks add and take away. */
export const bare = (text: string) => text.replace(/\s+/g, '')

/**
 * Anchors the characters between two ProseMirror positions: by the identity of the first and the last of them, by
 * the words, and by what stands around them. Null when there is no text between.
 */
export function anchorOf(layout: TextLayout, documentId: string, { from, to }: Place): TextAnchor | null {
  const touched = layout.runs.filter((run) => run.at < to && run.at + run.length > from)
  const first = touched[0]
  const last = touched.at(-1)
  if (!first || !last) return null
  const words = layout.words()
  const quote = words.between(from, to)
  if (bare(quote) === '') return null
  const start = Y.createRelativePositionFromTypeIndex(first.text, Math.max(0, from - first.at), 0)
  const end = Y.createRelativePositionFromTypeIndex(last.text, Math.min(last.length, to - last.at), -1)
  return {
    type: 'text',
    documentId,
    start: encode(start),
    end: encode(end),
    quote: quote.slice(0, quoteLength),
    ...contextOf(layout, { from, to }),
  }
}

/** What stands just before and behind a place. */
export function contextOf(layout: TextLayout, { from, to }: Place): { before: string; after: string } {
  const words = layout.words()
  const first = words.index(from) - contextLength
  const last = words.index(to) + contextLength
  return {
    before: words.between(first < 0 ? 0 : words.position(first), from).slice(-contextLength),
    after: words
      .between(to, last < words.bare.length ? words.position(last) : layout.size)
      .slice(0, contextLength),
  }
}

/**
 * Where an anchored text stands now, or null when it was removed. Both ends alive: between them. An end gone: the
 * same words in the same surroundings, if there is exactly one such place (a block that was split, joined, moved or
 * brought back by an undo has new characters in Yjs). Else what is left of it. Never other text.
 */
export function placeOf(layout: TextLayout, anchor: TextAnchor): Place | null {
  const start = endOf(layout, anchor.start)
  const end = endOf(layout, anchor.end)
  const between = start && end && start.at < end.at ? { from: start.at, to: end.at } : null
  if (between && start?.alive && end?.alive) return between
  return (
    sameWords(layout, anchor) ?? (between && isRest(layout, anchor, between, start, end) ? between : null)
  )
}

/**
 * True when both ends of the anchor are characters of this document, in their order: what the server asks of an
 * anchor before it keeps it.
 */
export function anchorHolds(layout: TextLayout, anchor: TextAnchor): boolean {
  const start = endOf(layout, anchor.start)
  const end = endOf(layout, anchor.end)
  return start !== null && end !== null && start.at <= end.at && bare(anchor.quote) !== ''
}

interface End {
  at: number
  /** The character itself is there, not only the place where it was. */
  alive: boolean
}

function endOf(layout: TextLayout, encoded: string): End | null {
  const position = decode(encoded)
  if (!position?.item) return null
  // what an undo brought back is followed in the undoing browser only: all must see the same, so none follows it
  const absolute = Y.createAbsolutePositionFromRelativePosition(position, layout.doc, false)
  const run = absolute && layout.runOf(absolute.type)
  if (!run) return null
  return { at: run.at + absolute.index, alive: !Y.getItem(layout.doc.store, position.item).deleted }
}

/**
 * An end that is gone leaves a range whose remaining text may be somebody's insertion. It counts as the anchored
 * text while the other end is alive, or while it is at least half of the quoted characters, in their order.
 */
function isRest(layout: TextLayout, anchor: TextAnchor, place: Place, start: End | null, end: End | null) {
  if (start?.alive || end?.alive) return true
  const rest = bare(layout.words().between(place.from, place.to))
  const quote = bare(anchor.quote)
  return rest.length * 2 >= quote.length && isSubsequence(rest, quote)
}

function isSubsequence(part: string, whole: string): boolean {
  let at = -1
  for (const character of part) {
    at = whole.indexOf(character, at + 1)
    if (at < 0) return false
  }
  return true
}

/** The one place where the quoted words stand in the surroundings they were quoted from. White space is ignored. */
function sameWords(layout: TextLayout, anchor: TextAnchor): Place | null {
  const words = layout.words()
  const quote = bare(anchor.quote)
  if (anchor.quote.length >= quoteLength || quote === '') return null
  const before = bare(anchor.before ?? '')
  const after = bare(anchor.after ?? '')
  const found: { at: number; sides: number }[] = []
  for (let at = words.bare.indexOf(quote); at >= 0; at = words.bare.indexOf(quote, at + 1)) {
    const behind = at + quote.length
    const left = words.bare.endsWith(before, at) && (before.length >= provingLength || at === before.length)
    const right =
      words.bare.startsWith(after, behind) &&
      (after.length >= provingLength || behind + after.length === words.bare.length)
    if (left || right) found.push({ at, sides: Number(left) + Number(right) })
  }
  const whole = found.filter((candidate) => candidate.sides === 2)
  const only = whole.length > 0 ? whole : found
  if (only.length !== 1) return null
  const { at } = only[0]!
  return { from: words.position(at), to: words.position(at + quote.length - 1) + 1 }
}

export const encode = (position: Y.RelativePosition) => buffer.toBase64(Y.encodeRelativePosition(position))

export function decode(encoded: string): Y.RelativePosition | null {
  try {
    return Y.decodeRelativePosition(buffer.fromBase64(encoded))
  } catch {
    return null
  }
}
