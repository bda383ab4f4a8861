import type { Editor } from '@tiptap/core'
import { observable } from '../../sync/observable.ts'
import { putBlock } from '../caret/behind-node.ts'

/** A formula that is being written. `at`: where it stands in the text; absent for a new one. */
export interface MathAsked {
  kind: 'inlineMath' | 'blockMath'
  latex: string
  at?: number
}

/** The formula whose dialog is open. */
export const mathAsked = observable<MathAsked | null>(null)

export const askForMath = (asked: MathAsked): void => mathAsked.set(asked)

/** Puts the formula in, changes it, or removes it when nothing is left of it. */
export function writeMath(editor: Editor, { kind, at }: MathAsked, latex: string): void {
  const text = latex.trim()
  const there = at === undefined ? null : editor.state.doc.nodeAt(at)
  if (at !== undefined && there?.type.name === kind) {
    const { tr } = editor.state
    if (text) tr.setNodeMarkup(at, null, { latex: text })
    else tr.delete(at, at + there.nodeSize)
    editor.view.dispatch(tr)
  } else if (text) {
    const formula = { type: kind, attrs: { latex: text } }
    if (kind === 'blockMath') putBlock(editor, editor.state.selection.to, formula, true)
    else editor.chain().focus().insertContent(formula).run()
  }
  editor.commands.focus()
  requestAnimationFrame(() => setCaretAnew(editor))
}

/** Chromium takes no keys at a caret that it was given before what stands around it was laid out. */
function setCaretAnew({ view, isDestroyed }: Editor): void {
  const selection = isDestroyed || view.composing ? null : view.dom.ownerDocument.getSelection()
  const { anchorNode, anchorOffset, isCollapsed } = selection ?? {}
  if (!selection || !anchorNode || !isCollapsed || !view.dom.contains(anchorNode)) return
  selection.removeAllRanges()
  selection.collapse(anchorNode, anchorOffset)
}
