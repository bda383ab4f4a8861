import { Extension } from '@tiptap/core'
import { Plugin, type EditorState } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { i18n } from '../../i18n.ts'

/** What scrolls sideways by itself where it is wider than the sheet; of who writes, formulas that were read before alone. */
const scrollers = {
  read: '.tableWrapper, div.tiptap-mathematics-render',
  written: '.tableWrapper, div.tiptap-mathematics-render[tabindex]',
}
/** They are looked through when nobody has written for so long (ms): to ask how wide each is takes a while. */
const pauseMs = 500

/**
 * What is wider than the sheet is scrolled by keys too: a reader's Tab stops at it, and the caret of who writes goes
 * through a table's cells and takes them into view.
 */
export const WideBlocks = Extension.create({
  name: 'wideBlocks',
  addProseMirrorPlugins: () => [new Plugin({ view: markWide })],
})

function markWide(view: EditorView) {
  let timer: ReturnType<typeof setTimeout> | undefined
  const lookLater = () => {
    clearTimeout(timer)
    timer = setTimeout(look, pauseMs)
  }
  const look = () => {
    const wanted = scrollers[view.editable ? 'written' : 'read']
    view.dom.querySelectorAll<HTMLElement>(wanted).forEach(mark)
  }
  const mark = (block: HTMLElement) => {
    // how wide one is that is not drawn would have it drawn
    if (!block.checkVisibility({ contentVisibilityAuto: true })) return
    const isWide = block.scrollWidth > block.clientWidth
    const isTable = block.matches('.tableWrapper')
    const isRead = isWide && !view.editable
    // where the text is written in, a focus within it would have its keys
    if (isTable) setAttribute(block, 'contenteditable', isWide && view.editable ? 'true' : null)
    setAttribute(block, 'tabindex', isRead ? '0' : null)
    if (!isTable) return
    setAttribute(block, 'role', isRead ? 'group' : null)
    setAttribute(block, 'aria-label', isRead ? i18n.t('editor:wideTable') : null)
  }
  const watch = new ResizeObserver(lookLater)
  watch.observe(view.dom)
  let wasEditable = view.editable
  return {
    update({ state, editable }: EditorView, before: EditorState) {
      if (state.doc !== before.doc || editable !== wasEditable) lookLater()
      wasEditable = editable
    },
    destroy() {
      clearTimeout(timer)
      watch.disconnect()
    },
  }
}

function setAttribute(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name)
  else if (element.getAttribute(name) !== value) element.setAttribute(name, value)
}
