import type { Editor } from '@tiptap/core'
import type { Node } from '@tiptap/pm/model'

export interface OutlineEntry {
  text: string
  level: number
  at: number
}

/** The headings of a text, in order. Those without words are left out. */
export function outlineOf(doc: Node): OutlineEntry[] {
  const entries: OutlineEntry[] = []
  doc.descendants((node, at) => {
    if (node.type.name === 'heading' && node.textContent.trim()) {
      entries.push({ text: node.textContent, level: Number(node.attrs.level), at })
    }
    return !node.isTextblock
  })
  return entries
}

/** Brings a heading into view and puts the caret at its end. */
export function goToHeading(editor: Editor, { at }: OutlineEntry): void {
  const node = editor.state.doc.nodeAt(at)
  if (!node) return
  editor.commands.setTextSelection(at + node.nodeSize - 1)
  const element = editor.view.nodeDOM(at)
  if (element instanceof HTMLElement) element.scrollIntoView({ block: 'start' })
  if (editor.isEditable) editor.commands.focus(undefined, { scrollIntoView: false })
}
