import type { Node } from '@tiptap/pm/model'
import { placeOf, spotOf, type TextAnchor } from './anchors.ts'
import { readKeptList } from '../document/kept-content.ts'
import type { TextLayout } from '../document/text-layout.ts'
import { standsBetween } from '../text/linear-search.ts'
import { plainOf } from './replacement-text.ts'
import type { Replacement } from '../review.ts'
import type { Place } from './anchor-context.ts'

/** A proposal's passage as it is now, compared with what it was raised on. */
export interface Fit {
  /**
   * `fits`: the words are still those that it would replace. `stands`: what it proposes is there already.
   * `changed`: somebody wrote in the passage. `removed`: there is nothing left to replace.
   */
  kind: 'fits' | 'stands' | 'changed' | 'removed'
  /** The words that stand there now. */
  text: string
}

const evened = (text: string) => text.replace(/\s+/g, ' ').trim()

/** How a proposal fits the text: `quote` is what it was raised on, `place` where that stands now. */
export function fitOf(doc: Node, place: Place | null, quote: string, replacement: Replacement): Fit {
  if (!place || place.to > doc.content.size) return { kind: 'removed', text: '' }
  const text = textIn(doc, place, '')
  if (stands(doc, place, quote, replacement)) return { kind: 'stands', text }
  return { kind: evened(text) === evened(quote) ? 'fits' : 'changed', text }
}

/** The words between two positions. A formula or a picture counts as one sign that no quotation has. */
export const textIn = (doc: Node, { from, to }: Place, lineBreak: string): string =>
  doc.textBetween(from, to, '\n', (leaf) => (leaf.type.name === 'hardBreak' ? lineBreak : '\uFFFC'))

/**
 * True when the replacement is in the text: in place of the quotation, or around it, as when words were only added
 * to it and the quotation is still found inside.
 */
function stands(doc: Node, place: Place, quote: string, replacement: Replacement): boolean {
  const wanted = plainOf(replacement)
  if (wanted === '') return false
  const text = textIn(doc, place, '\n')
  if (evened(wanted) === evened(quote)) {
    // the same words in another form
    const asked = readKeptList(doc.type.schema, replacement)
    return evened(text) === evened(wanted) && asked.eq(doc.slice(place.from, place.to).content)
  }
  const $from = doc.resolve(place.from)
  if (!$from.sameParent(doc.resolve(place.to))) return evened(text) === evened(wanted)
  if (text === '') return false
  const block = textIn(doc, { from: $from.start(), to: $from.end() }, '\n')
  const at = $from.parentOffset
  return standsBetween(block, wanted, at - (wanted.length - text.length), at)
}

/**
 * Whether a proposal stands in a text, where it was raised: its words elsewhere prove nothing. Null when neither it nor
 * what it replaces is found there any more.
 */
export function isWrittenIn(
  root: Node,
  layout: TextLayout,
  anchor: TextAnchor,
  replacement: Replacement,
): boolean | null {
  const { kind } = fitOf(root, placeOf(layout, anchor), anchor.quote, replacement)
  if (kind === 'stands') return true
  if (kind === 'fits') return false
  const wanted = plainOf(replacement)
  if (wanted === '') return kind === 'removed' ? true : null
  return standsAround(root, spotOf(layout, anchor), wanted) ? true : null
}

/** True when words stand in a block so that they hold a spot, or touch it: its own were deleted. */
function standsAround(root: Node, spot: Place | null, words: string): boolean {
  if (!spot || spot.to > root.content.size) return false
  const [$from, $to] = [root.resolve(spot.from), root.resolve(spot.to)]
  if (!$from.sameParent($to) || !$from.parent.isTextblock) return false
  const block = textIn(root, { from: $from.start(), to: $from.end() }, '\n')
  return standsBetween(block, words, $to.parentOffset - words.length, $from.parentOffset)
}
