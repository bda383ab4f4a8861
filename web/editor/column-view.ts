import { Extension } from '@tiptap/core'
import { TableView } from '@tiptap/extension-table'
import type { Node } from '@tiptap/pm/model'
import { Plugin, type EditorState } from '@tiptap/pm/state'
import { columnResizingPluginKey } from '@tiptap/pm/tables'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import type { UndoManager } from 'yjs'

/** A table as Tiptap shows it, whose columns also lose a width that was taken back: Tiptap's only ever take a new one. */
export class ColumnView extends TableView {
  override update(node: Node): boolean {
    for (const column of this.colgroup.children) {
      const { style } = column as HTMLTableColElement
      style.removeProperty('width')
      style.removeProperty('min-width')
    }
    return super.update(node)
  }
}

/** A border that is dragged is one act to be undone, however soon it comes after words or before them. */
export const ColumnDrags = Extension.create({
  name: 'columnDrags',
  addProseMirrorPlugins: () => [
    new Plugin({
      view: () => ({
        update({ state }, before) {
          if (isDragging(state) !== isDragging(before)) undoOf(state)?.stopCapturing()
        },
      }),
    }),
  ],
})

const isDragging = (state: EditorState): boolean =>
  Boolean((columnResizingPluginKey.getState(state) as { dragging: unknown } | undefined)?.dragging)

const undoOf = (state: EditorState) =>
  (yUndoPluginKey.getState(state) as { undoManager?: UndoManager } | undefined)?.undoManager
