import { Extension, type Editor, type JSONContent } from '@tiptap/core'
import type { Slice } from '@tiptap/pm/model'
import { CellSelection, handlePaste, isInTable } from '@tiptap/pm/tables'
import { NodeSelection, Plugin, Selection, TextSelection, type Transaction } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'

/**
 * Puts a block in at a position, and the caret behind it: in the rest of the paragraph that it parts, else in an empty
 * one, which is made where there is none. `moves` false: the caret stays where the person took it meanwhile. Gives the
 * caret's place, which is where the next one goes; null when the text does not take the block there.
 */
export function putBlock(editor: Editor, at: number, block: JSONContent, moves: boolean): number | null {
  let behind: number | null = null
  const $at = editor.state.doc.resolve(at)
  const hasRest = $at.parent.isTextblock && $at.parentOffset < $at.parent.content.size
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
 * Pastes what ends with a table, and the caret behind it: in its last cell, what is typed on would spoil a value. Within a
 * table its cells take the others in, and the caret goes into the last of them: over a selection of them all, what is
 * typed on would take them away. False for anything else.
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

function pasteIntoCells(view: EditorView, event: ClipboardEvent, slice: Slice): boolean {
  if (!handlePaste(view, event, slice)) return false
  const { selection, doc, tr } = view.state
  if (selection instanceof CellSelection) {
    const { pos, nodeAfter } = selection.$headCell
    const end = doc.resolve(pos + (nodeAfter?.nodeSize ?? 1) - 1)
    view.dispatch(tr.setSelection(Selection.near(end, -1)))
  }
  return true
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
