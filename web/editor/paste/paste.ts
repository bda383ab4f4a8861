import { Extension } from '@tiptap/core'
import type { Slice } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { ApiError } from '../../api.ts'
import { cleanHtml } from '../../ui/text/clean-html.ts'
import { clientLimits } from '../../ui/client-limits.ts'
import { tellError } from '../../ui/feedback/notices.ts'
import { pasteTable } from '../caret/behind-node.ts'
import { bringPictures } from '../blocks/image-upload.ts'
import { refusalOfClipboard } from './clipboard-limits.ts'
import { refusalOfPaste, type Refused } from './paste-limits.ts'
import { tableOfText } from './pasted-cells.ts'

/**
 * Keeps what a pasted passage says (tables, lists, headings, emphasis) and drops how its program drew it. What is over a
 * limit is taken off the hands of whoever would put it in, and it is said why: before it is parsed, and after.
 */
export const CleanPaste = Extension.create({
  name: 'cleanPaste',
  // before the tables', which put cells into cells by themselves
  priority: 1_000,
  addProseMirrorPlugins() {
    const { editor } = this
    return [
      new Plugin({
        props: {
          handleDOMEvents: {
            paste: (view, event) => refusesSource(view, event, event.clipboardData),
            // what is dragged within this text is counted as it is (`handleDrop`)
            drop: (view, event) => view.dragging === null && refusesSource(view, event, event.dataTransfer),
          },
          transformPastedHTML: cleanHtml,
          handlePaste: (view, event, given) => {
            const slice = tableInPlainText(view, event.clipboardData) ?? given
            if (refuses(slice)) return true
            if (!isPastedAsText(view)) bringPictures(editor, event.clipboardData)
            return pasteTable(view, event, slice)
          },
          // a piece that is moved brings nothing new
          handleDrop: (_view, _event, slice, isMoved) => !isMoved && refuses(slice),
        },
      }),
    ]
  },
})

function refusesSource(view: EditorView, event: Event, data: DataTransfer | null): boolean {
  if (!data || !view.editable || event.defaultPrevented) return false
  const text = data.getData('text/plain')
  const source = { html: text && isPastedAsText(view) ? '' : data.getData('text/html'), text }
  const isRefused = told(refusalOfClipboard(source, clientLimits()))
  if (isRefused) event.preventDefault()
  return isRefused
}

/** Into code, and with the Shift key, the words come without their form. */
const isPastedAsText = (view: EditorView): boolean =>
  view.state.selection.$from.parent.type.spec.code === true ||
  (view as EditorView & { input?: { shiftKey?: boolean } }).input?.shiftKey === true

/** A table that came as words alone; one over a limit stays words. */
function tableInPlainText(view: EditorView, data: DataTransfer | null): Slice | null {
  if (!data || data.getData('text/html') || isPastedAsText(view)) return null
  const table = tableOfText(view.state.schema, data.getData('text/plain'))
  return table && !refusalOfPaste(table.content, clientLimits()) ? table : null
}

const refuses = (slice: Slice): boolean => told(refusalOfPaste(slice.content, clientLimits()))

/** Says a refusal, if there is one. */
function told(refused: Refused | null): boolean {
  if (refused) tellError(new ApiError(refused.code, refused.params, 0))
  return refused !== null
}
