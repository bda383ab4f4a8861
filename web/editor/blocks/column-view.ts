import { TableView } from '@tiptap/extension-table'
import type { Node } from '@tiptap/pm/model'

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
