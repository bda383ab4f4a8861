import * as buffer from 'lib0/buffer'
import * as Y from 'yjs'
import type { TextLayout, Words } from '../document/text-layout.ts'
import type { Anchor } from '../review.ts'
import {
  bare,
  bareContext,
  contextOf,
  countOthers,
  movedAmong,
  provingLength,
  sidesAt,
  wellFormed,
  type Place,
} from './anchor-context.ts'

export type TextAnchor = Extract<Anchor, { type: 'text' }>

export const quoteLength = 2_000

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
  const quote = wellFormed(words.between(from, to).slice(0, quoteLength))
  if (bare(quote) === '') return null
  const start = Y.createRelativePositionFromTypeIndex(first.text, Math.max(0, from - first.at), 0)
  const end = Y.createRelativePositionFromTypeIndex(last.text, Math.min(last.length, to - last.at), -1)
  const context = contextOf(layout, { from, to })
  const own = words.index(from)
  const copies = occurrencesOf(words, bare(quote)).found.filter(({ at }) => at !== own)
  const around = bareContext(context)
  return {
    type: 'text',
    documentId,
    start: encode(start),
    end: encode(end),
    quote,
    ...context,
    others: countOthers(copies.map(({ at, behind }) => sidesAt(words, around, at, behind))),
  }
}

/**
 * Where an anchored text stands now, or null when it was removed. Both ends alive: between them. An end gone: the same
 * words at its own spot; what is left there, while what stood around it still does; else the same words elsewhere, when
 * they can only be those (a block that was split, joined, moved or brought back by an undo has new characters in Yjs).
 * Else what is left of it. Never other text.
 */
export function placeOf(layout: TextLayout, anchor: TextAnchor): Place | null {
  const [start, end] = endsOf(layout, anchor)
  const spot = spotBetween(start, end)
  const between = spot && spot.from < spot.to ? spot : null
  if (between && start?.alive && end?.alive) return between
  const words = layout.words()
  const quote = bare(anchor.quote)
  const isWhole = quote !== '' && anchor.quote.length < quoteLength - 1
  const { found, isAll } = isWhole ? occurrencesOf(words, quote) : { found: [], isAll: true }
  const placeIn = ({ at, behind }: Occurrence): Place => ({
    from: words.position(at),
    to: words.position(behind - 1) + 1,
  })
  const isHere = (one: Occurrence) =>
    isAtSpot(placeIn(one), start, end, found.length > (anchor.others?.same ?? 0))
  const here = start?.alive || end?.alive ? beside(words, quote, start, end) : found
  const back = isWhole ? here.find(isHere) : undefined
  if (back) return placeIn(back)
  const rest = between && isRest(layout, anchor, between, start, end) ? between : null
  const context = bareContext(anchor)
  const around = spot && sidesAt(words, context, words.index(spot.from), words.index(spot.to))
  // somebody wrote something else in its place: the same words elsewhere are a copy
  if (between && around?.every(Boolean)) return rest
  const sidesOf = ({ at, behind }: Occurrence) => sidesAt(words, context, at, behind)
  const proves = quote.length >= provingLength
  const moved = isAll ? movedAmong(found, sidesOf, { others: anchor.others, proves }) : null
  return moved ? placeIn(moved) : rest
}

const spotBetween = (start: End | null, end: End | null): Place | null =>
  start && end && start.at <= end.at ? { from: start.at, to: end.at } : null

/** Where an anchor's characters are or were, empty when they are all gone; null for another text's. */
export const spotOf = (layout: TextLayout, anchor: TextAnchor): Place | null =>
  spotBetween(...endsOf(layout, anchor))

/** Begins at the anchor's first character or ends at its last; with both gone, touches where they were. */
function isAtSpot({ from, to }: Place, start: End | null, end: End | null, isBack: boolean): boolean {
  if (start?.alive) return from === start.at
  if (end?.alive) return to === end.at
  return isBack && [start, end].some((one) => one !== null && from <= one.at && one.at <= to)
}

/**
 * True when both ends of the anchor are characters of this document, in their order, and where both are there, with
 * something between them: what the server asks of an anchor before it keeps it. What was deleted meanwhile is not known
 * any more, so the quotation is compared when a revision is put forward.
 */
export function anchorHolds(layout: TextLayout, anchor: TextAnchor): boolean {
  const [start, end] = endsOf(layout, anchor)
  if (!start || !end || start.at > end.at || bare(anchor.quote) === '') return false
  return start.at < end.at || !start.alive || !end.alive
}

interface End {
  at: number
  /** The character itself is there, not only the place where it was. */
  alive: boolean
}

/** An anchor's ends as Yjs has them: thousands of anchors are looked up again after each pause in writing. */
const decoded = new WeakMap<TextAnchor, (Y.RelativePosition | null)[]>()

function endsOf(layout: TextLayout, anchor: TextAnchor): [start: End | null, end: End | null] {
  const positions = decoded.get(anchor) ?? [decode(anchor.start), decode(anchor.end)]
  decoded.set(anchor, positions)
  return [endOf(layout, positions[0]!), endOf(layout, positions[1]!)]
}

function endOf(layout: TextLayout, position: Y.RelativePosition | null): End | null {
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

/** A stretch of the bare words. */
interface Occurrence {
  at: number
  behind: number
}

/**
 * Where the bare words say the same, the first of them: of more, none is told from the others by what stands around it,
 * and to look at each for each of hundreds of anchors takes seconds.
 */
interface Occurrences {
  found: Occurrence[]
  /** False: there may be more. */
  isAll: boolean
}

const mostOccurrences = 200
/** So many characters are looked for: `indexOf` takes up to the length of what it looks for at each character of a text. */
const soughtLength = 32

/** Looked for once for all anchors that quote the same. */
const occurrences = new WeakMap<Words, Map<string, Occurrences>>()

function occurrencesOf(words: Words, quote: string): Occurrences {
  const known = occurrences.get(words) ?? new Map<string, Occurrences>()
  occurrences.set(words, known)
  const before = known.get(quote)
  if (before) return before
  const found: Occurrence[] = []
  const sought = quote.slice(0, soughtLength)
  let looks = 0
  let at = quote === '' ? -1 : words.bare.indexOf(sought)
  for (; at >= 0 && looks < mostOccurrences; at = words.bare.indexOf(sought, at + 1), looks++) {
    if (words.bare.startsWith(quote, at)) found.push({ at, behind: at + quote.length })
  }
  const all = { found, isAll: at < 0 }
  known.set(quote, all)
  return all
}

/** The quotation where it begins at an anchor's first character or ends at its last. */
function beside(words: Words, quote: string, start: End | null, end: End | null): Occurrence[] {
  const at = start?.alive ? words.index(start.at) : end?.alive ? words.index(end.at) - quote.length : -1
  return at >= 0 && words.bare.startsWith(quote, at) ? [{ at, behind: at + quote.length }] : []
}

export const encode = (position: Y.RelativePosition) => buffer.toBase64(Y.encodeRelativePosition(position))

export function decode(encoded: string): Y.RelativePosition | null {
  try {
    return Y.decodeRelativePosition(buffer.fromBase64(encoded))
  } catch {
    return null
  }
}
