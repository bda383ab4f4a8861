import { Extension } from '@tiptap/core'
import { Slice, type Node } from '@tiptap/pm/model'
import { Plugin, PluginKey, TextSelection, type Selection, type Transaction } from '@tiptap/pm/state'
import { CellSelection } from '@tiptap/pm/tables'
import type { EditorView } from '@tiptap/pm/view'

/** What a drag takes along: a range of the text, or cells. */
type Taken = { from: number; to: number; isText: boolean } | CellSelection

/** The drag that ProseMirror knows of, and what it takes along as the text stands now. */
interface Dragged {
  of: EditorView['dragging']
  taken: Taken
}

const key = new PluginKey<Dragged | null>('dragged')

/**
 * Moves what is dragged as it is when it is let go. ProseMirror inserts what it took at the press and deletes what stands
 * there at the release: what others typed into it between the two would be gone, deleted by who had seen it.
 */
export const DraggedText = Extension.create({
  name: 'draggedText',
  addProseMirrorPlugins() {
    let view: EditorView | null = null
    return [
      new Plugin<Dragged | null>({
        key,
        state: {
          init: () => null,
          apply(tr, dragged) {
            const of = view?.dragging ?? null
            if (of === null) return null
            const begun = tr.getMeta(key) as Dragged | undefined
            if (begun) return begun
            // the grip begins its drags outside of the text, and selects what it drags
            if (dragged?.of !== of) return tr.selectionSet ? { of, taken: takenBy(tr.selection) } : null
            return tr.docChanged ? { of, taken: mapped(dragged.taken, tr) } : dragged
          },
        },
        view(shown) {
          view = shown
          // registered behind ProseMirror's own, which says what is dragged
          const begin = () => {
            const { dragging, state } = shown
            if (!dragging) return
            const { node } = dragging as { node?: Selection }
            const begun: Dragged = { of: dragging, taken: takenBy(node ?? state.selection) }
            shown.dispatch(state.tr.setMeta(key, begun))
          }
          shown.dom.addEventListener('dragstart', begin)
          return {
            destroy() {
              view = null
              shown.dom.removeEventListener('dragstart', begin)
            },
          }
        },
        props: {
          handleDOMEvents: {
            drop(shown) {
              const dragged = key.getState(shown.state)
              if (shown.dragging === null || dragged?.of !== shown.dragging) return false
              shown.dragging = asItStands(shown.state.doc, dragged.taken)
              return false
            },
          },
        },
      }),
    ]
  },
})

const takenBy = (selection: Selection): Taken =>
  selection instanceof CellSelection
    ? selection
    : { from: selection.from, to: selection.to, isText: selection instanceof TextSelection }

function mapped(taken: Taken, { mapping, before, doc }: Transaction): Taken {
  if (taken instanceof CellSelection) {
    const now = taken.map(doc, mapping)
    return now instanceof CellSelection ? now : { from: now.from, to: now.from, isText: true }
  }
  const { isText } = taken
  const [$from, $to] = [before.resolve(taken.from), before.resolve(taken.to)]
  // who writes on at the end of a whole passage writes it on; beside a word that is dragged, something else
  const isBegin = isText && $from.parentOffset === 0
  const isEnd = isText && $to.parentOffset === $to.parent.content.size
  const from = mapping.map(taken.from, isBegin ? -1 : 1)
  const to = mapping.map(taken.to, isEnd ? 1 : -1)
  if (from < to) return { from, to, isText }
  // another stands in its place, as a heading in that of a paragraph, or nothing
  return { from: mapping.map(taken.from, -1), to: mapping.map(taken.to, 1), isText }
}

/** What ProseMirror's drop asks of a drag: what it inserts, and what takes that away from where it was. */
function asItStands(doc: Node, taken: Taken): EditorView['dragging'] {
  if (taken instanceof CellSelection)
    return { slice: taken.content(), move: true, node: taken } as EditorView['dragging']
  const { from, to, isText } = taken
  const isGone = from >= to
  const node = { replace: (tr: Transaction) => !isGone && tr.deleteRange(from, to) }
  const slice = isGone ? Slice.empty : doc.slice(from, to, isText)
  return { slice, move: true, node } as EditorView['dragging']
}
