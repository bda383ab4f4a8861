import type { Node } from '@tiptap/pm/model'
import { EditorState, Selection, TextSelection, type Transaction } from '@tiptap/pm/state'
import type { StepMap } from '@tiptap/pm/transform'
import * as Y from 'yjs'
import { placeOf } from '../blocks/moved-block.ts'
import { ShowStep } from './show-step.ts'
import { changedRange } from '../undo/undo-steps.ts'

/** Where the letters of a composition stand, as an input method makes them; each composition has an `id` of its own. */
export interface Composed {
  id: number
  from: number
  to: number
}

/** What of these letters a transaction leaves, makes or begins anew. */
export function composedAfter(before: Composed | null, transaction: Transaction): Composed | null {
  const { mapping, docChanged } = transaction
  if (!docChanged) return before
  const id = transaction.getMeta('composition') as number | undefined
  const goesOn = before !== null && (id ?? before.id) === before.id
  const from = goesOn ? mapping.map(before.from, 1) : Infinity
  const to = goesOn ? Math.max(from, mapping.map(before.to, -1)) : -1
  const changed = id === undefined ? null : changedRange(transaction)
  if (!goesOn && !changed) return null
  return {
    id: id ?? before!.id,
    from: Math.min(from, changed?.from ?? from),
    to: Math.max(to, changed?.to ?? to),
  }
}

/**
 * True when a text that takes the place of another has another block where somebody composes: to draw it would end the
 * composition, as browsers keep one only in the very element it was begun in.
 */
export function isReshaped(before: Node, after: Node, map: StepMap, { from }: Composed): boolean {
  const [$before, $after] = [before.resolve(from), after.resolve(map.map(from))]
  if ($after.parent !== $before.parent) return true
  if ($after.depth !== $before.depth) return true
  for (let depth = 1; depth < $before.depth; depth++)
    if (!$after.node(depth).sameMarkup($before.node(depth))) return true
  return false
}

/** A text, and where in it the letters of a composition stand. */
export interface Composing {
  text: Node
  from: number
  to: number
}

/**
 * Puts what is composed in an editor into what others made of its text meanwhile: in the place of the letters `before`,
 * as far as those are there, else where they stood. The caret keeps its place in what is composed.
 */
export function intoText(
  before: Composing,
  now: Composing & { caret: number },
  others: Node,
): { text: Node; caret: number } {
  const place = placesIn(before.text, others)
  const { tr } = EditorState.create({ doc: others })
  const found: number[] = []
  for (let at = before.from; at < before.to; at++) {
    const [from, to] = [place(at, 1), place(at + 1, -1)]
    const isThere = to - from === 1 && lettersOf(others, from, to) === lettersOf(before.text, at, at + 1)
    if (isThere) found.push(from)
  }
  const start = found[0] ?? placeWithout(before, others)
  for (const at of found.toReversed()) tr.delete(at, at + 1)
  const { $head } = tr.doc.resolve(start).parent.isTextblock
    ? TextSelection.create(tr.doc, start)
    : Selection.near(tr.doc.resolve(start), -1)
  const words = now.text.slice(now.from, now.to)
  const length = tr.doc.content.size
  if (words.size > 0) tr.replace($head.pos, $head.pos, words)
  const written = tr.doc.content.size - length
  const within = Math.max(0, Math.min(now.caret - now.from, written))
  return { text: tr.doc, caret: Selection.near(tr.doc.resolve($head.pos + within), -1).head }
}

/** Where places of a text stand in another. */
function placesIn(text: Node, others: Node): (at: number, side: number) => number {
  const shows = EditorState.create({ doc: text }).tr.step(new ShowStep(text, others))
  return (at, side) => placeOf(shows, at) ?? shows.mapping.map(at, side)
}

/** Where a composition stood in a text that has none of its letters: behind what it was begun behind. */
function placeWithout({ text, from, to }: Composing, others: Node): number {
  const { doc } = EditorState.create({ doc: text }).tr.delete(from, to)
  return placesIn(doc, others)(from, doc.resolve(from).parentOffset === 0 ? 1 : -1)
}

const lettersOf = (text: Node, from: number, to: number) => text.textBetween(from, to, '\n', '\n')

/** What a client had written when a composition began: what it writes from that clock on is the composition's. */
export interface Begun {
  client: number
  clock: number
  /** The id of the composition before it. */
  after: number
}

/**
 * Takes the letters of a composition out of a shared text, those that others left where they were written. Nothing is
 * taken when the client has written anything else in the meantime. Gives the texts that they stood in.
 */
export function takeOut(doc: Y.Doc, { client, clock }: Begun, letters: string): Set<Y.XmlText> {
  const texts = new Set<Y.XmlText>()
  const structs = doc.store.clients.get(client) ?? []
  for (let at = structs.length - 1; at >= 0 && structs[at]!.id.clock + structs[at]!.length > clock; at--) {
    const item = structs[at]!
    if (!(item instanceof Y.Item) || item.deleted || !(item.content instanceof Y.ContentString)) continue
    if (item.parent instanceof Y.XmlText) texts.add(item.parent)
  }
  const runs = [...texts].flatMap((text) => runsOf(text, client, clock))
  if (!isWithin(runs.map(({ words }) => words).join(''), letters)) return new Set()
  for (const { text, index, words } of runs.toReversed()) text.delete(index, words.length)
  return texts
}

/** What a client wrote in a text from a clock on. */
function runsOf(text: Y.XmlText, client: number, clock: number) {
  const runs: { text: Y.XmlText; index: number; words: string }[] = []
  let index = 0
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted || !item.countable) continue
    const older = item.id.client === client ? Math.max(0, clock - item.id.clock) : item.length
    if (older < item.length && item.content instanceof Y.ContentString)
      runs.push({ text, index: index + older, words: item.content.str.slice(older) })
    index += item.length
  }
  return runs
}

/** True when a text is others' letters in their order, though perhaps not all of them. */
function isWithin(part: string, whole: string): boolean {
  let at = 0
  for (const letter of whole) if (letter === part[at]) at++
  return at === part.length
}
