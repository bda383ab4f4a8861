import { Extension } from '@tiptap/core'
import { NodeSelection, Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { isOfComposition } from '../../ui/text/composing.ts'
import { findOpen } from './keys.ts'

/** What a bar over, in or above the text is marked with: keys lead into it and out of it. */
export const blockBar = { 'data-block-bar': '' }

/** The texts in which Esc was the last thing done: whoever presses or goes elsewhere meanwhile has given that up. */
const mayLeave = new WeakSet<EditorView>()

const barsInPage = '[data-block-bar]'
const tabbable =
  'a[href], button, input, select, textarea, [tabindex], [contenteditable="true"], summary, audio[controls], video[controls]'

/**
 * The keys' way from the text to what lies around it. Of a block that is selected, Tab leads into its bar; F10 leads into
 * the bar of whatever is selected or stood in; Esc leads back. In the text Tab has its own uses, so who wants to leave
 * presses Esc first (WCAG 2.1.2): Tab then goes to what follows the text, Shift Tab to what is before it.
 */
export const BarKeys = Extension.create({
  name: 'barKeys',
  // before lists, tables and code have their Tab
  priority: 1_100,
  addProseMirrorPlugins() {
    return [
      new Plugin({
        view: (view) => {
          const document = view.dom.ownerDocument
          const onKey = (event: KeyboardEvent) => backFromBar(view, event)
          document.addEventListener('keydown', onKey)
          return { destroy: () => document.removeEventListener('keydown', onKey) }
        },
        props: {
          handleDOMEvents: { pointerdown: stays, blur: stays },
          handleKeyDown(view, event) {
            const { key } = event
            const leaves = mayLeave.has(view)
            if (key !== 'Shift') mayLeave.delete(view)
            if (event.ctrlKey || event.metaKey || isOfComposition(event)) return false
            if (key === 'F10' && !event.shiftKey) return enterBar(view, true)
            if (key !== 'Tab' || event.altKey) return false
            if (leaves) return leaveText(view, event.shiftKey)
            return !event.shiftKey && enterBar(view, false)
          },
        },
      }),
    ]
  },
})

/** Esc that closes nothing: Tab leaves the text next. */
export const EscapeToLeave = Extension.create({
  name: 'escapeToLeave',
  // behind menus and whatever else Esc closes
  priority: 2,
  addProseMirrorPlugins: () => [
    new Plugin({
      props: {
        handleKeyDown(view, event) {
          if (event.key === 'Escape' && !findOpen.get() && !isOfComposition(event)) mayLeave.add(view)
          return false
        },
      },
    }),
  ],
})

function stays(view: EditorView): boolean {
  mayLeave.delete(view)
  return false
}

const isSeen = (element: HTMLElement): boolean =>
  element.tabIndex >= 0 &&
  !element.matches(':disabled') &&
  element.checkVisibility({ visibilityProperty: true })

const tabbablesIn = (root: ParentNode): HTMLElement[] =>
  [...root.querySelectorAll<HTMLElement>(tabbable)].filter(isSeen)

/** Into the bar of the selected block or, with `anyBar`, of what else is selected or stood in. */
function enterBar(view: EditorView, anyBar: boolean): boolean {
  const { selection } = view.state
  const block = selection instanceof NodeSelection ? view.nodeDOM(selection.from) : null
  const inBlock = block instanceof HTMLElement ? tabbablesIn(block)[0] : undefined
  const first = inBlock ?? (anyBar ? firstInBars(view) : undefined)
  first?.focus()
  return first !== undefined
}

/** The last bar that shows something: what belongs to the selection stands behind what belongs to the whole text. */
function firstInBars(view: EditorView): HTMLElement | undefined {
  const bars = [...view.dom.ownerDocument.querySelectorAll(barsInPage)].filter(
    (bar) => !view.dom.contains(bar),
  )
  return bars.map((bar) => tabbablesIn(bar)[0]).findLast((first) => first !== undefined)
}

function backFromBar(view: EditorView, event: KeyboardEvent): void {
  if (event.key !== 'Escape' || event.defaultPrevented || isOfComposition(event)) return
  const bar = (event.target as Element | null)?.closest?.(barsInPage)
  if (!bar) return
  event.preventDefault()
  view.focus()
}

/** To what follows the text in the page's order of keys, or is before it. */
function leaveText(view: EditorView, isBackwards: boolean): boolean {
  const { dom } = view
  const wanted = isBackwards ? Node.DOCUMENT_POSITION_PRECEDING : Node.DOCUMENT_POSITION_FOLLOWING
  const others = tabbablesIn(dom.ownerDocument).filter(
    (one) => !dom.contains(one) && !one.contains(dom) && dom.compareDocumentPosition(one) & wanted,
  )
  const next = isBackwards ? others.at(-1) : others[0]
  next?.focus()
  return next !== undefined
}
