import type { Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'

export interface OutlineEntry {
  text: string
  level: number
}

/** The headings of a text, in order. Those without words are left out. */
export const outlineOf = (doc: Node): OutlineEntry[] =>
  headingsIn(doc).map(({ node }) => ({ text: node.textContent, level: Number(node.attrs.level) }))

/** The outline of what an editor shows; the known one when it says the same. */
export function readOutline({ state }: Editor, before: OutlineEntry[] | null): OutlineEntry[] {
  const now = outlineOf(state.doc)
  const isSame =
    before?.length === now.length &&
    before.every(({ text, level }, index) => text === now[index]!.text && level === now[index]!.level)
  return isSame ? before : now
}

/** Brings the heading at an index of the outline into view and puts the caret at its end. */
export function goToHeading(editor: Editor, index: number): void {
  const heading = headingsIn(editor.state.doc)[index]
  if (!heading) return
  const { node, at } = heading
  editor.commands.setTextSelection(at + node.nodeSize - 1)
  const element = editor.view.nodeDOM(at)
  if (element instanceof HTMLElement) element.scrollIntoView({ block: 'start' })
  if (editor.isEditable) editor.commands.focus(undefined, { scrollIntoView: false })
}

function headingsIn(doc: Node): { node: Node; at: number }[] {
  const headings: { node: Node; at: number }[] = []
  doc.descendants((node, at) => {
    if (node.type.name === 'heading' && node.textContent.trim()) headings.push({ node, at })
    return !node.isTextblock
  })
  return headings
}
