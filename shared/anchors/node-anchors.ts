import * as Y from 'yjs'
import { decode, encode, quoteLength } from './anchors.ts'
import { schema } from '../document/schema.ts'
import type { Laid, TextLayout } from '../document/text-layout.ts'
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
  type BareContext,
  type Place,
  type Sides,
} from './anchor-context.ts'

export type NodeAnchor = Extract<Anchor, { type: 'node' }>
export type NodeKind = NodeAnchor['nodeType']

const mostAlike = 200

const cells = new Set(['tableCell', 'tableHeader'])

/** What an element is to an anchor; null for what none can point at, such as a table's row. */
function kindOf({ nodeName }: Y.XmlElement): NodeKind | null {
  if (cells.has(nodeName)) return 'cell'
  if (nodeName === 'imageFile') return 'image'
  return nodeName === 'tableRow' || !schema.nodes[nodeName]?.isBlock ? null : 'block'
}

/** What an element says: its words, or its formula. */
function saysOf(layout: TextLayout, { element, at, end }: Laid): string {
  const latex = element.getAttribute('latex')
  return wellFormed((latex ?? layout.words().between(at, end)).slice(0, quoteLength))
}

/** A picture is told by its file, everything else by what it says. Empty: it cannot be told from others. */
const lookOf = (layout: TextLayout, laid: Laid, kind: NodeKind): string =>
  kind === 'image' ? (laid.element.getAttribute('sha256') ?? '') : bare(saysOf(layout, laid))

/** Everything that an anchor can point at, by what it is and looks like: read once for all anchors of a layout. */
function looksOf(layout: TextLayout): Map<string, Laid[]> {
  const known = read.get(layout)
  if (known) return known
  const looks = new Map<string, Laid[]>()
  for (const laid of layout.elements) {
    const kind = kindOf(laid.element)
    if (!kind) continue
    const key = kind + lookOf(layout, laid, kind)
    const others = looks.get(key)
    if (others) others.push(laid)
    else looks.set(key, [laid])
  }
  read.set(layout, looks)
  return looks
}

const read = new WeakMap<TextLayout, Map<string, Laid[]>>()

const lookIn = (anchor: NodeAnchor): string =>
  anchor.nodeType === 'image' ? (anchor.sha256 ?? '') : bare(anchor.quote)

/** Anchors the block, cell or picture that begins at a ProseMirror position; null when there is none. */
export function nodeAnchorOf(layout: TextLayout, documentId: string, at: number): NodeAnchor | null {
  const laid = layout.elements.find((one) => one.at === at && kindOf(one.element) !== null)
  const item = laid?.element._item
  if (!laid || !item) return null
  const nodeType = kindOf(laid.element)!
  const look = lookOf(layout, laid, nodeType)
  const sha256 = laid.element.getAttribute('sha256')
  const context = contextOf(layout, { from: laid.at, to: laid.end })
  const around = bareContext(context)
  const copies = sameLooking(layout, nodeType, look).filter((one) => one !== laid)
  return {
    type: 'node',
    documentId,
    node: encode(new Y.RelativePosition(null, null, item.id, 0)),
    nodeType,
    quote: nodeType === 'image' ? (laid.element.getAttribute('alt') ?? '') : saysOf(layout, laid),
    ...context,
    others: countOthers(copies.map((copy) => sidesOf(layout, around, copy))),
    ...(nodeType === 'image' && sha256 && { sha256 }),
  }
}

/**
 * Where an anchored block, cell or picture stands now, or null when it was removed. The element itself while it says
 * the same, or something else between the same neighbours; else the one that says the same, when it can only be this
 * one (a move, a cut and paste and an undo make new elements in Yjs, or put other words into the old one). Else the
 * element itself, while at least half of its words are still there. Never another one.
 */
export function nodePlaceOf(layout: TextLayout, anchor: NodeAnchor): Place | null {
  const own = elementOf(layout, anchor)
  const look = lookIn(anchor)
  const now = own && lookOf(layout, own, anchor.nodeType)
  if (own && now === look) return placeOf(own)
  const context = bareContext(anchor)
  const isBetween = own !== null && sidesOf(layout, context, own).every(Boolean)
  // y-tiptap moves a block by writing its words into its neighbour's element, so a block is known by words of its own
  const isKnownByPlace = anchor.nodeType === 'cell' || look === ''
  const isKept =
    own !== null && anchor.nodeType !== 'image' && ((isBetween && isKnownByPlace) || isRewritten(now!, look))
  if (isKept && isBetween && now !== '') return placeOf(own)
  if (look !== '') {
    const same = sameLooking(layout, anchor.nodeType, look)
    const proves = look.length >= provingLength
    const { others } = anchor
    // of very many none is told from the others, and to look at each for each anchor takes seconds
    const moved =
      same.length > mostAlike
        ? null
        : movedAmong(same, (one) => sidesOf(layout, context, one), { others, proves })
    if (moved) return placeOf(moved)
    // one of them may be it
    if (same.length > (others?.same ?? 0)) return null
  }
  return isKept ? placeOf(own) : null
}

/** True when an anchor names an element that the document has or had: what the server asks before it keeps it. */
export function nodeAnchorHolds(layout: TextLayout, anchor: NodeAnchor): boolean {
  const item = itemOf(layout, anchor)
  if (!item) return false
  const element = item.content instanceof Y.ContentType ? item.content.type : null
  // what was removed meanwhile has no content any more, and the comment on it is still worth keeping
  if (!element || item.deleted) return item.deleted
  const laid = layout.elementOf(element)
  return laid !== undefined && kindOf(laid.element) === anchor.nodeType
}

const placeOf = ({ at, end }: Laid): Place => ({ from: at, to: end })

function itemOf({ doc }: TextLayout, anchor: NodeAnchor): Y.Item | null {
  const id = decode(anchor.node)?.item
  if (!id || Y.getState(doc.store, id.client) <= id.clock) return null
  const item = Y.getItem(doc.store, id) as Y.Item | Y.GC
  return item instanceof Y.Item && item.id.clock === id.clock ? item : null
}

function elementOf(layout: TextLayout, anchor: NodeAnchor): Laid | null {
  const item = itemOf(layout, anchor)
  if (!item || item.deleted || !(item.content instanceof Y.ContentType)) return null
  const laid = layout.elementOf(item.content.type)
  return laid && kindOf(laid.element) === anchor.nodeType ? laid : null
}

const sameLooking = (layout: TextLayout, kind: NodeKind, look: string): Laid[] =>
  looksOf(layout).get(kind + look) ?? []

const sidesOf = (layout: TextLayout, context: BareContext, { at, end }: Laid): Sides =>
  sidesAt(layout.words(), context, layout.words().index(at), layout.words().index(end))

/** At least half of what was said is still said, in its order. */
const isRewritten = (now: string, before: string): boolean =>
  before !== '' && commonLength(now, before) * 2 >= before.length

/**
 * The length of the longest common subsequence, bit by bit for a whole row: two texts of 2,000 characters have four
 * million pairs, and there may be hundreds of such anchors. (Hyyrö, Bit-parallel LCS-length computation revisited, 2004)
 */
function commonLength(one: string, other: string): number {
  const places = new Map<string, bigint>()
  const size = BigInt(other.length)
  const whole = (1n << size) - 1n
  for (let at = 0; at < other.length; at++) {
    const character = other[at]!
    places.set(character, (places.get(character) ?? 0n) | (1n << BigInt(at)))
  }
  let row = whole
  for (let at = 0; at < one.length; at++) {
    const matches = row & (places.get(one[at]!) ?? 0n)
    row = ((row + matches) | (row - matches)) & whole
  }
  return other.length - row.toString(2).replaceAll('0', '').length
}
