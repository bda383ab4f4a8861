/** The boxes that people tick, as characters: true for a ticked one. */
const boxes = new Map([
  ['☐', false],
  ['□', false],
  ['❏', false],
  ['❑', false],
  ['☑', true],
  ['☒', true],
])

const leadingBox = new RegExp(`^[\\s\\u00a0]*([${[...boxes.keys()].join('')}])[\\s\\u00a0]*`)

/** The same boxes as Word draws bullets: letters of its font of signs. */
const wingdings = new Map([
  ['o', '☐'],
  ['q', '☐'],
  ['¨', '☐'],
  ['þ', '☑'],
  ['ý', '☒'],
])

/** The box that a drawn bullet is; null for any other bullet. */
export function boxOfWingdings(bullet: string, isWingdings: boolean): string | null {
  const sign = bullet.trim()[0] ?? ''
  if (boxes.has(sign)) return sign
  return isWingdings ? (wingdings.get(sign) ?? null) : null
}

/**
 * Makes what other programs show as boxes to be ticked at the beginning of list items (Google Docs by a role, pages by
 * an input, Word by a character) into the tasks that the schema knows. Other items of such a list stay what they are.
 */
export function gatherTasks(page: Document): void {
  for (const item of page.querySelectorAll('li')) {
    const isDone = takeBox(item)
    if (isDone === null) continue
    item.setAttribute('data-type', 'taskItem')
    item.setAttribute('data-checked', String(isDone))
    // of an item that holds several parts, the schema reads the first one
    const content = page.createElement('div')
    content.append(...item.childNodes)
    item.append(content)
  }
  for (const list of page.querySelectorAll('ul, ol')) part(list)
}

/** Where there are no tasks, their boxes are words. */
export function spellTasks(page: Document): void {
  for (const item of page.querySelectorAll('li')) {
    if (!isTask(item)) continue
    const box = item.getAttribute('data-checked') === 'true' ? '☑ ' : '☐ '
    const text = firstText(item)
    if (text) text.data = box + text.data
    else item.prepend(box)
    item.removeAttribute('data-type')
  }
}

const isTask = (item: Element): boolean => item.getAttribute('data-type') === 'taskItem'

/** Takes the box off an item: whether it is ticked, or null where there is none. */
function takeBox(item: Element): boolean | null {
  if (isTask(item)) return null
  const role = item.getAttribute('role') === 'checkbox' ? item : null
  const input = item.querySelector('input')
  const text = firstText(item)
  const isBox = input?.getAttribute('type')?.toLowerCase() === 'checkbox' && input.closest('li') === item
  if (role) return role.getAttribute('aria-checked') === 'true'
  if (isBox && (!text || input.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING))
    return input.hasAttribute('checked')
  const [leading, box] = leadingBox.exec(text?.data ?? '') ?? []
  if (!text || leading === undefined || text.parentElement?.closest('li') !== item) return null
  text.data = text.data.slice(leading.length)
  const next = text.data === '' ? firstText(item) : null
  // the blank behind it stands in an element of its own
  if (next) next.data = next.data.replace(/^[\s\u00a0]+/, '')
  return boxes.get(box!) ?? null
}

/** The first words of an item. */
function firstText(item: Element): Text | null {
  const walker = item.ownerDocument.createTreeWalker(item, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode() as Text | null; node; node = walker.nextNode() as Text | null) {
    if (/\S/.test(node.data)) return node
  }
  return null
}

/** Tasks are lists of their own: a list that holds others too is parted. */
function part(list: Element): void {
  const items = [...list.children]
  if (!items.some(isTask)) return
  let open: Element | null = null
  for (const item of items) {
    const wanted = isTask(item)
    const last = open?.lastElementChild
    // some programs put a list of a lower level beside the item that it is of
    if (last && isTask(last) && item.matches('ul, ol')) {
      last.lastElementChild!.append(item)
      continue
    }
    if (!open || open.hasAttribute('data-type') !== wanted) {
      open = list.ownerDocument.createElement(wanted ? 'ul' : list.localName)
      if (wanted) open.setAttribute('data-type', 'taskList')
      list.before(open)
    }
    open.append(item)
  }
  list.remove()
}
