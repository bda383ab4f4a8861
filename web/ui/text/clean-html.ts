import { inertHtml } from './inert-html.ts'
import { settleEmphasis } from './pasted-emphasis.ts'
import { boxOfWingdings, gatherTasks } from './pasted-tasks.ts'

/** Elements that a foreign program puts into its HTML and that say nothing. */
const junk = 'style, script, meta, link, title, xml, img:not([data-sha256]), colgroup'

/** Elements of Word's around words that people wrote, such as a box to be ticked. */
const wrappers = 'w\\:sdt, o\\:p'

/** Word writes list items as paragraphs with a drawn bullet; this attribute marks them, with their level. */
const listLevel = /mso-list:\s*l\d+\s+level(\d+)/i

/** HTML from Word, Excel, WPS or a page, reduced to what the document schema can hold. */
export function cleanHtml(html: string): string {
  if (html.includes('data-pm-slice')) return inertHtml(html)
  const page = pageOf(html)
  gatherLists(page)
  // before the pictures of them go
  gatherTasks(page)
  for (const element of page.querySelectorAll(junk)) element.remove()
  for (const element of page.querySelectorAll(wrappers)) {
    // Word's empty paragraph is a lone hard space
    if (element.textContent?.trim() === '') element.remove()
    else element.replaceWith(...element.childNodes)
  }
  settleEmphasis(page)
  for (const cell of page.querySelectorAll('td, th')) {
    trimCell(cell)
    keepAlignment(cell)
  }
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
  'align',
])

/** The page that HTML makes, with each `style` as `data-style`. */
export const pageOf = (html: string): Document =>
  new DOMParser().parseFromString(inertHtml(html), 'text/html')

/** An empty Excel cell is a lone hard space. */
function trimCell(cell: Element): void {
  if (cell.textContent?.replaceAll('\u00a0', ' ').trim() === '') cell.textContent = ''
}

/** How a cell's words stand: said of it, or of all that is in it. */
function keepAlignment(cell: Element): void {
  const said = [cell, ...cell.children].map(
    (element) =>
      /(?:^|;)\s*text-align\s*:\s*(left|center|right|justify)/i.exec(
        element.getAttribute('data-style') ?? '',
      )?.[1] ?? element.getAttribute('align'),
  )
  const [own, ...inside] = said
  const align = inside[0] && inside.every((one) => one === inside[0]) ? inside[0] : own
  if (align) cell.setAttribute('align', align.toLowerCase())
}

function gatherLists(page: Document): void {
  for (const item of page.querySelectorAll<HTMLElement>('p[data-style*="mso-list"]')) {
    const level = Number(listLevel.exec(item.getAttribute('data-style') ?? '')?.[1] ?? 1)
    const { text, box } = markOf(item)
    const numbered = /^\s*\(?[\da-z]+[.)、]/i.test(text)
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
    paragraph.append(...(box ? [box] : []), ...item.childNodes)
    item.remove()
  }
}

/** Takes Word's drawn bullet or number off the item: its text, and the box that it is, if it is one. */
function markOf(item: HTMLElement): { text: string; box: string | null } {
  const mark = item.querySelector<HTMLElement>(
    'span[data-style*="mso-list:Ignore"], span[data-style*="mso-list: Ignore"]',
  )
  const text = mark?.textContent ?? ''
  const box = mark && boxOfWingdings(text, mark.closest('[data-style*="Wingdings"]') !== null)
  mark?.remove()
  return { text, box }
}
