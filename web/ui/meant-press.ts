/** Nobody reacts sooner to what they see (ms): a press is meant for what was under the pointer so long before. */
const reactionMs = 350
/** Within so many pixels a hand that rests still trembles. */
const trembling = 4
/** Behind a wheel or a key the page moves for so long by its person's own act (ms). */
const ownMs = 500
const control = 'button, a[href], input, select, textarea, label, summary, [role="button"], [role="option"]'

/** What was under a pointer that rests, the latest last, and since when. */
interface Rest {
  x: number
  y: number
  under: { control: Element | null; since: number }[]
}

/**
 * Has a mouse press that comes right behind a change of the page do what its person saw. What others do moves what stands
 * below it, and a pointer that rests on a button is on another one then. Such a press goes to the control that it rested
 * on, where that moved away; and nothing is decided by it of another point than the one whose control it rested on
 * (`data-card` of its card, `data-decides` in a text). Returns the end of it.
 */
export function watchMeantPresses(page: EventTarget): () => void {
  let rest: Rest = { x: NaN, y: NaN, under: [] }
  /** The press under way is not for what it meets; null: it is for nothing. */
  let diverted: { to: HTMLElement | null } | null = null
  let ownAt = -Infinity

  const note = (event: MouseEvent) => {
    const { clientX: x, clientY: y, timeStamp, target } = event
    const now = target instanceof Element ? target.closest(control) : null
    if (!(Math.hypot(x - rest.x, y - rest.y) <= trembling)) {
      rest = { x, y, under: [{ control: now, since: -Infinity }] }
      return
    }
    if (rest.under.at(-1)!.control === now) return
    const isSeen = ({ since }: Rest['under'][number]) => since <= timeStamp - reactionMs
    // of what was seen only the latest tells anything
    const since = timeStamp - ownAt < ownMs ? -Infinity : timeStamp
    rest.under = [...rest.under.slice(rest.under.findLastIndex(isSeen)), { control: now, since }]
  }
  const onMove = (event: Event) => {
    if (isOfMouse(event)) note(event)
  }
  const onDown = (event: Event) => {
    diverted = null
    if (!isOfMouse(event) || event.button !== 0) return
    note(event)
    const meets = rest.under.at(-1)!.control
    const seen = rest.under.findLast(({ since }) => since <= event.timeStamp - reactionMs)?.control ?? null
    if (meets === seen) return
    if (seen instanceof HTMLElement && seen.isConnected) {
      // what only lies below a menu or a dialog did not move
      if (!isAt(seen, event)) diverted = { to: canBePressed(seen) ? seen : null }
    } else if (isOfOtherThread(meets, seen)) diverted = { to: null }
    if (diverted) keep(event)
  }
  const onRest = (event: Event) => {
    if (!diverted) return
    keep(event)
    // its click comes in this turn, or never
    if (event.type === 'pointerup') setTimeout(() => (diverted = null))
    if (event.type !== 'click') return
    const { to } = diverted
    diverted = null
    to?.click()
  }
  const listeners: [types: string[], listener: (event: Event) => void][] = [
    [['pointermove', 'pointerover', 'mouseover'], onMove],
    [['pointerdown'], onDown],
    [['wheel', 'keydown'], ({ timeStamp }) => (ownAt = timeStamp)],
    [['mousedown', 'pointerup', 'mouseup', 'click'], onRest],
  ]
  // before anything on the page can keep them to itself
  const each = (act: 'addEventListener' | 'removeEventListener') => {
    for (const [types, listener] of listeners) for (const type of types) page[act](type, listener, true)
  }
  each('addEventListener')
  return () => each('removeEventListener')
}

/** A `mouseover` says nothing of its pointer; a touch brings its own behind it, at another place. */
const isOfMouse = (event: Event): event is PointerEvent =>
  !('pointerType' in event) || event.pointerType === 'mouse'

function keep(event: Event): void {
  event.preventDefault()
  event.stopImmediatePropagation()
}

function isAt(element: Element, { clientX: x, clientY: y }: MouseEvent): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect()
  return x >= left && x <= right && y >= top && y <= bottom
}

const canBePressed = (element: HTMLElement): boolean =>
  !element.matches(':disabled, [aria-disabled="true"], [data-loading]') && element.getClientRects().length > 0

/** True where what is met belongs to a point to which what was seen, if anything, did not. */
function isOfOtherThread(meets: Element | null, seen: Element | null): boolean {
  const thread = threadOf(meets)
  return thread !== undefined && thread !== threadOf(seen)
}

function threadOf(one: Element | null): string | undefined {
  const { card, decides } = one?.closest<HTMLElement>('[data-card], [data-decides]')?.dataset ?? {}
  return card ?? decides
}
