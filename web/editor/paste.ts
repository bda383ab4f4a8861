import { Extension } from '@tiptap/core'
import type { Slice } from '@tiptap/pm/model'
import { Plugin } from '@tiptap/pm/state'
import type { EditorView } from '@tiptap/pm/view'
import { ApiError } from '../api.ts'
import { toldLimits } from '../ui/told-limits.ts'
import { tellError } from '../ui/notices.ts'
import { pasteTable } from './behind-node.ts'
import { bringPictures } from './image-upload.ts'
import { refusalOfClipboard } from './clipboard-limits.ts'
import { refusalOfPaste, type Refused } from './paste-limits.ts'

/** Elements that a foreign program puts into its HTML and that say nothing. */
const junk = 'style, script, meta, link, title, xml, o\\:p, w\\:sdt, img:not([data-sha256]), colgroup'

/** Word writes list items as paragraphs with a drawn bullet; this attribute marks them, with their level. */
const listLevel = /mso-list:\s*l\d+\s+level(\d+)/i

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
          handlePaste: (view, event, slice) => {
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
  const isRefused = told(refusalOfClipboard(source, toldLimits()))
  if (isRefused) event.preventDefault()
  return isRefused
}

/** Into code, and with the Shift key, the words come without their form. */
const isPastedAsText = (view: EditorView): boolean =>
  view.state.selection.$from.parent.type.spec.code === true ||
  (view as EditorView & { input?: { shiftKey?: boolean } }).input?.shiftKey === true

const refuses = (slice: Slice): boolean => told(refusalOfPaste(slice.content, toldLimits()))

/** Says a refusal, if there is one. */
function told(refused: Refused | null): boolean {
  if (refused) tellError(new ApiError(refused.code, refused.params, 0))
  return refused !== null
}

/** HTML from Word, Excel, WPS or a page, reduced to what the document schema can hold. */
export function cleanHtml(html: string): string {
  if (html.includes('data-pm-slice')) return html
  const page = new DOMParser().parseFromString(withoutStyles(withoutConditionals(html)), 'text/html')
  gatherLists(page)
  for (const element of page.querySelectorAll(junk)) element.remove()
  for (const element of page.querySelectorAll<HTMLElement>('[data-style]')) keepEmphasis(element)
  for (const cell of page.querySelectorAll('td, th')) trimCell(cell)
  for (const row of page.querySelectorAll('tr')) if (row.cells.length === 0) row.remove()
  for (const element of page.querySelectorAll('*')) {
    for (const { name } of Array.from(element.attributes)) if (!kept.has(name)) element.removeAttribute(name)
  }
  return page.body.innerHTML
}

const kept = new Set([
  'href',
  'colspan',
  'rowspan',
  'start',
  'data-sha256',
  'alt',
  'width',
  'data-tone',
  'data-type',
  'data-checked',
  'data-latex',
])

/** The content security policy refuses foreign styles even in a page that is only read, so they are kept as data. */
const withoutStyles = (html: string): string =>
  upToLast(/<\/style>/gi, html, (part) => part.replace(/<style[\s\S]*?<\/style>/gi, '')).replace(
    /^[\s\S]*>/,
    (part) => part.replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/\sstyle\s*=/gi, ' data-style=')),
  )

/** Word's conditional comments hide drawings and bullets for itself. */
const withoutConditionals = (html: string): string =>
  upToLast(/<!\[endif\]-->/gi, html, (part) => part.replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, '')).replace(
    /<!\[(?:if[^\]]{0,1000}|endif)\]>/gi,
    '',
  )

/** Changes what comes before the last of such ends: where none follows, a search would go on to the end, and anew. */
function upToLast(end: RegExp, text: string, change: (part: string) => string): string {
  let last = 0
  for (const { index, 0: found } of text.matchAll(end)) last = index + found.length
  return change(text.slice(0, last)) + text.slice(last)
}

/** Emphasis that stands in a style becomes the element that the schema knows; the style itself goes. */
function keepEmphasis(element: HTMLElement): void {
  const style = element.getAttribute('data-style') ?? ''
  const says = (property: string, value: string) =>
    new RegExp(`(?:^|;)\\s*${property}\\s*:\\s*(?:${value})`, 'i').test(style)
  const wrap = (name: string) => {
    const around = element.ownerDocument.createElement(name)
    around.append(...element.childNodes)
    element.append(around)
  }
  if (!element.matches('span, font')) return
  if (says('font-weight', 'bold|[6-9]00')) wrap('strong')
  if (says('font-style', 'italic')) wrap('em')
  if (says('text-decoration', '[^;]*underline')) wrap('u')
  if (says('text-decoration', '[^;]*line-through')) wrap('s')
  if (says('vertical-align', 'super')) wrap('sup')
  if (says('vertical-align', 'sub(?!er)')) wrap('sub')
}

/** An empty Excel cell is a lone hard space. */
function trimCell(cell: Element): void {
  if (cell.textContent?.replaceAll('\u00a0', ' ').trim() === '') cell.textContent = ''
}

function gatherLists(page: Document): void {
  for (const item of page.querySelectorAll<HTMLElement>('p[data-style*="mso-list"]')) {
    const level = Number(listLevel.exec(item.getAttribute('data-style') ?? '')?.[1] ?? 1)
    const numbered = /^\s*\(?[\da-z]+[.)、]/i.test(markOf(item))
    const before = item.previousElementSibling
    const kind = numbered ? 'ol' : 'ul'
    let list: Element
    if (before?.matches('ul[data-pasted], ol[data-pasted]')) list = before
    else {
      list = page.createElement(kind)
      list.setAttribute('data-pasted', '')
      item.before(list)
    }
    for (let depth = 1; depth < level; depth++) {
      const last = list.lastElementChild ?? list.appendChild(page.createElement('li'))
      list = last.querySelector(':scope > ul, :scope > ol') ?? last.appendChild(page.createElement(kind))
    }
    const entry = list.appendChild(page.createElement('li'))
    const paragraph = entry.appendChild(page.createElement('p'))
    paragraph.append(...item.childNodes)
    item.remove()
  }
}

/** Takes Word's drawn bullet or number off the item and returns it. */
function markOf(item: HTMLElement): string {
  const mark = item.querySelector<HTMLElement>(
    'span[data-style*="mso-list:Ignore"], span[data-style*="mso-list: Ignore"]',
  )
  const text = mark?.textContent ?? ''
  mark?.remove()
  return text
}
