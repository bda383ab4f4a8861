import { Extension, type Editor, type JSONContent } from '@tiptap/core'
import type { Node, Slice } from '@tiptap/pm/model'
import { isInTable } from '@tiptap/pm/tables'
import { NodeSelection, Plugin, Selection, TextSelection, type Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { pasteIntoCells } from '../paste/paste-into-cells.ts'

/**
 * Puts a block in at a position, and the caret behind it: in the rest of the paragraph that it parts, else in an empty
 * one, which is made where there is none. `moves` false: the caret stays where the person took it meanwhile. Gives the
 * caret's place, which is where the next one goes; null when the text does not take the block there.
 */
export function putBlock(editor: Editor, wanted: number, block: JSONContent, moves: boolean): number | null {
  let behind: number | null = null
  const at = placeFor(editor.state.doc, wanted, block.type!)
  const $at = editor.state.doc.resolve(at)
  // before the words whose beginning was wanted, they are the rest
  const isBefore = at < wanted
  const hasRest = isBefore || ($at.parent.isTextblock && $at.parentOffset < $at.parent.content.size)
  editor
    .chain()
    .insertContentAt(at, block, { updateSelection: false })
    .command(({ tr }) => {
      const end = endOfInserted(tr, block.type!)
      if (end === null) return false
      behind = hasRest ? end + 1 : emptyBehind(tr, end)
      if (moves) tr.setSelection(TextSelection.near(tr.doc.resolve(behind))).scrollIntoView()
      return true
    })
    .run()
  return behind
}

/**
 * Where a block goes that is wanted at a position: before the words of a paragraph whose beginning that is, and behind a
 * table whose cells moved away from around it.
 */
function placeFor(doc: Node, wanted: number, type: string): number {
  const $at = doc.resolve(Math.min(wanted, doc.content.size))
  if ($at.parent.isTextblock && $at.parentOffset === 0 && $at.parent.content.size > 0) {
    const isTaken = $at.node(-1).canReplaceWith($at.index(-1), $at.index(-1), doc.type.schema.nodes[type]!)
    return isTaken ? $at.before() : $at.pos
  }
  const role = $at.parent.type.spec.tableRole as string | undefined
  if (role !== 'table' && role !== 'row') return $at.pos
  return $at.after(role === 'table' ? $at.depth : $at.depth - 1)
}

/**
 * Pastes what ends with a table, and the caret behind it: in its last cell, what is typed on would spoil a value. Within a
 * table its cells take the others in (`pasteIntoCells`). False for anything else.
 */
export function pasteTable(view: EditorView, event: ClipboardEvent, slice: Slice): boolean {
  if (isInTable(view.state)) return pasteIntoCells(view, event, slice)
  const { $to } = view.state.selection
  if (slice.content.lastChild?.type.name !== 'table' || slice.openEnd > 0) return false
  const hasRest = $to.parent.isTextblock && $to.parentOffset < $to.parent.content.size
  const tr = view.state.tr.replaceSelection(slice)
  const end = endOfInserted(tr, 'table')
  if (end === null) return false
  const behind = hasRest && tr.doc.nodeAt(end)?.isTextblock ? end + 1 : emptyBehind(tr, end)
  tr.setSelection(TextSelection.near(tr.doc.resolve(behind)))
  view.dispatch(tr.scrollIntoView().setMeta('paste', true).setMeta('uiEvent', 'paste'))
  return true
}

/** Puts a block in place of what was typed for it, and the caret behind it. */
export function putBehind(tr: Transaction, { from, to }: { from: number; to: number }, block: Node): void {
  const $from = tr.doc.resolve(from)
  const isWhole = $from.parentOffset === 0 && to === $from.end()
  const takesPlace =
    isWhole && $from.node(-1).canReplaceWith($from.index(-1), $from.indexAfter(-1), block.type)
  tr.replaceWith(takesPlace ? $from.before() : from, takesPlace ? $from.after() : to, block)
  const end = endOfInserted(tr, block.type.name)
  if (end === null) return
  const behind = !isWhole && tr.doc.nodeAt(end)?.isTextblock ? end + 1 : emptyBehind(tr, end)
  tr.setSelection(TextSelection.near(tr.doc.resolve(behind))).scrollIntoView()
}

/** Behind the last block of a type that the last step put in. */
function endOfInserted(tr: Transaction, type: string): number | null {
  let end: number | null = null
  tr.mapping.maps.at(-1)?.forEach((_from, _to, from, to) =>
    tr.doc.nodesBetween(from, to, (node, at) => {
      if (node.type.name === type) end = at + node.nodeSize
      return node.type.name !== type
    }),
  )
  return end
}

/** The place in the empty paragraph behind a block. */
function emptyBehind(tr: Transaction, end: number): number {
  const next = tr.doc.nodeAt(end)
  if (next?.type.name !== 'paragraph' || next.content.size > 0)
    tr.insert(end, tr.doc.type.schema.nodes.paragraph!.create())
  return end + 1
}

/** Takes the caret behind a node that is selected as a whole; null when none is. */
function leaveNode(view: EditorView): Transaction | null {
  const { selection, tr } = view.state
  if (!(selection instanceof NodeSelection) || !view.editable) return null
  const behind = selection.node.isInline ? selection.to : emptyBehind(tr, selection.to)
  return tr.setSelection(TextSelection.create(tr.doc, behind)).scrollIntoView()
}

/** What is typed while a picture, a formula or another node is selected goes behind it, and takes nothing away. */
export const TypeBehindNode = Extension.create({
  name: 'typeBehindNode',
  addProseMirrorPlugins() {
    let dropsBlocks = false
    return [
      new Plugin({
        props: {
          handleTextInput(view, _from, _to, text) {
            const leaves = leaveNode(view)
            if (leaves) view.dispatch(leaves.insertText(text))
            return leaves !== null
          },
          handleDOMEvents: {
            compositionstart(view) {
              const leaves = leaveNode(view)
              if (leaves) view.dispatch(leaves)
              return false
            },
          },
          handleDrop(_view, _event, { content, openStart, openEnd }) {
            dropsBlocks = openStart === 0 && openEnd === 0 && content.firstChild?.isBlock === true
            return false
          },
        },
        // whole blocks stay selected where they were dropped, and nothing shows it
        appendTransaction(transactions, _before, { doc, selection, tr }) {
          if (!dropsBlocks || !transactions.some((one) => one.getMeta('uiEvent') === 'drop')) return null
          dropsBlocks = false
          const isText = !(selection instanceof NodeSelection) || selection.node.isTextblock
          return isText && !selection.empty
            ? tr.setSelection(Selection.near(doc.resolve(selection.to), -1))
            : null
        },
      }),
    ]
  },
})
