import type { KeptCaret } from './kept-caret.ts'

/** Where somebody is in a text: the block at the top of what they see, and how far it is above that (px). */
export interface Place {
  block: number
  above: number
  /** Where the caret stood, when they were writing. */
  caret?: KeptCaret
}

/** So many entries of the browser's history are remembered. */
const remembered = 50
const storageKey = 'places'

type Places = Record<string, Place>

function stored(): Places {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '{}') as Places
  } catch {
    return {}
  }
}

/** What was kept for a document at an entry of this tab's history. */
export const placeAt = (entry: string): Place | null => stored()[entry] ?? null

export function keepPlace(entry: string, place: Place): void {
  const { [entry]: _former, ...others } = stored()
  const places = Object.entries({ ...others, [entry]: place }).slice(-remembered)
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(Object.fromEntries(places)))
  } catch {
    // storage that is full or blocked keeps no place
  }
}

/** Where the reader of a scroller is in a text; null while it is not shown. */
export function placeIn(scroller: Element, text: Element): Place | null {
  if (scroller.clientHeight === 0 || text.clientHeight === 0) return null
  const top = scroller.getBoundingClientRect().top
  const { children } = text
  // blocks stand below each other
  let [from, to] = [0, children.length - 1]
  while (from < to) {
    const middle = (from + to) >> 1
    if (children[middle]!.getBoundingClientRect().bottom > top) to = middle
    else from = middle + 1
  }
  const first = children[from]
  return first ? { block: from, above: Math.round(top - first.getBoundingClientRect().top) } : null
}

/** Brings a reader there again, and keeps them there until they move themselves. */
export function goToPlace(scroller: Element, text: Element, { block, above }: Place): () => void {
  return whileSettling(text, () => {
    const target = text.children[Math.min(block, text.children.length - 1)]
    if (!target) return
    const off = target.getBoundingClientRect().top - scroller.getBoundingClientRect().top + above
    if (Math.abs(off) >= 1) scroller.scrollBy({ top: off, behavior: 'instant' })
  })
}

/** Frames in which blocks that come into view may still find out how high they are. */
const settlingFrames = 20

/**
 * Does something again as a text finds out how high it is, as when its pictures come, until the reader moves themselves.
 * Gives the end of it.
 */
export function whileSettling(text: Element, act: () => void): () => void {
  const ended = new AbortController()
  const { signal } = ended
  const end = () => ended.abort()
  for (const event of ['wheel', 'touchstart', 'pointerdown', 'keydown'])
    window.addEventListener(event, end, { signal, capture: true, passive: true })
  const watch = new ResizeObserver(act)
  watch.observe(text)
  signal.addEventListener('abort', () => watch.disconnect())
  const step = (left: number) => {
    if (signal.aborted || left === 0) return
    act()
    requestAnimationFrame(() => step(left - 1))
  }
  step(settlingFrames)
  return end
}
