import { Fragment, Slice, type Node, type NodeType } from '@tiptap/pm/model'
import type { EditorState, Transaction } from '@tiptap/pm/state'
import { heaviestRunIn } from '../../../shared/document/text-runs.ts'
import { textIn } from '../../../shared/anchors/proposal-fit.ts'
import type { Replacement } from '../../../shared/review.ts'
import type { Place } from '../../../shared/anchors/anchor-context.ts'
import type { Passage } from '../drafts/autosave.ts'

/** Longer quotations are cut when they are kept, so they could not be compared with the text any more. */
const longestPassage = 1_999

/** The passage between two positions, or null where a proposal cannot replace it: over lists, tables, formulas. */
export function passageAt(doc: Node, { from, to }: Place): Passage | null {
  const $from = doc.resolve(from)
  const $to = doc.resolve(to)
  if (textIn(doc, { from, to }, '').length > longestPassage) return null
  if ($from.sameParent($to)) {
    if (!$from.parent.isTextblock) return null
    const { content } = doc.slice(from, to)
    const nodes = content.content.flatMap(writable)
    if (nodes.some(({ type }) => type !== 'text' && type !== 'hardBreak')) return null
    return { content: nodes, takesParagraphs: $from.parent.type.name === 'paragraph' }
  }
  if ($from.depth !== $to.depth || $from.node(-1) !== $to.node(-1)) return null
  const blocks = doc.slice(from, to).content.firstChild?.type.name === 'paragraph'
  const touched = doc.slice(from, to).content.content
  if (!blocks || touched.some((block) => block.type.name !== 'paragraph')) return null
  const paragraphs = touched.map((block) => ({
    type: 'paragraph',
    content: block.content.content.flatMap(writable),
  }))
  const plain = paragraphs.every(({ content }) =>
    content.every(({ type }) => type === 'text' || type === 'hardBreak'),
  )
  return plain ? { content: paragraphs, takesParagraphs: true } : null
}

/** A node as it can be written in the proposal's field: a line of code ends with a line break there. */
function writable(node: Node): Replacement {
  if (!node.isText || !node.text!.includes('\n')) return [node.toJSON() as Replacement[number]]
  return node
    .text!.split('\n')
    .flatMap((line, index) => [
      ...(index > 0 ? [{ type: 'hardBreak' }] : []),
      ...(line === '' ? [] : [{ type: 'text', text: line }]),
    ])
}

/** Puts the replacement into a place, as one step; null where the document's schema does not take it. */
export function replaceIn(
  state: EditorState,
  { from, to }: Place,
  replacement: Replacement,
): Transaction | null {
  const { tr, schema } = state
  try {
    const nodes = replacement.map((json) => schema.nodeFromJSON(json))
    if (nodes.length === 0) tr.delete(from, to)
    else if (nodes.every((node) => node.isInline)) {
      const { type } = state.doc.resolve(from).parent
      tr.replaceWith(
        from,
        to,
        nodes.map((node) => fitting(node, type)),
      )
    } else {
      tr.replace(from, to, new Slice(Fragment.from(nodes), openness(nodes[0]), openness(nodes.at(-1))))
    }
    tr.doc.check()
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
  return tr.docChanged ? tr : null
}

/** A node in the form that a block of this type takes: code has neither marks nor breaks. */
function fitting(node: Node, parent: NodeType): Node {
  const { schema } = parent
  if (node.type.name === 'hardBreak' && !parent.contentMatch.matchType(node.type)) return schema.text('\n')
  return node.mark(parent.allowedMarks(node.marks))
}

/** Words of the first and the last paragraph join the text around them. */
const openness = (node: Node | undefined) => (node?.isTextblock ? 1 : 0)

/**
 * True when a change leaves a run without a break opportunity that weighs more than `limit`, and more than what stood
 * there: a room refuses what adds to such a run, or joins two to one.
 */
export function leavesLongRun(change: Transaction, limit: number): boolean {
  let [before, after] = [0, 0]
  for (const map of change.mapping.maps) {
    map.forEach((from, to, newFrom, newTo) => {
      before = Math.max(before, heaviestBetween(change.before, from, to))
      after = Math.max(after, heaviestBetween(change.doc, newFrom, newTo))
    })
  }
  return after > limit && after > before
}

function heaviestBetween(doc: Node, from: number, to: number): number {
  let heaviest = 0
  const end = Math.min(to, doc.content.size)
  const look = (block: Node): boolean => {
    if (!block.isTextblock) return true
    heaviest = Math.max(heaviest, heaviestRunIn(block))
    return false
  }
  doc.nodesBetween(from, end, look)
  // where nothing is left the block around has closed over it
  look(doc.resolve(from).parent)
  return heaviest
}
