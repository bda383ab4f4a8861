import { afterPress } from '../../sync/after-press.ts'

/** What is pressed or written in. */
const controls = 'button, a, input, textarea, label, [contenteditable="true"]'

/** What a caret or a pointer is on, and how far below the beginning of what is listed that stands (px). */
interface Spot {
  element: Element
  top: number
}

export interface HeldPlace {
  /** To be called when what is listed has changed, before it is painted. False when no hand is on what is in view. */
  keep(): boolean
  /** To be called when the reader moves what is listed, who then looks where it went: the room is taken back. */
  forget(): void
  /** To be called when the list was scrolled by us, and no event has told of it yet. */
  scrolled(): void
  end(): void
}

/** The room above what is listed (px), into which it is scrolled down. */
export const roomAbove = (list: HTMLElement): number =>
  Number.parseFloat(list.style.getPropertyValue('--room-above')) || 0

/**
 * Keeps the field or button that a person's hand is on where it is on the screen while others change what is listed
 * around it: nobody sees in time that it moved, and the press would land beside it. The list is scrolled by as much, and
 * where it ends before that it is given room, which it loses when the hand has left it. `content`: the last of the list.
 */
export function holdPlace(list: HTMLElement, content: HTMLElement): HeldPlace {
  let pointed: Spot | null = null
  let focused: Spot | null = null
  let isOver = false
  let heard = list.scrollTop

  const offset = () => list.scrollTop - roomAbove(list)
  const topOf = (element: Element) =>
    element.getBoundingClientRect().top - list.getBoundingClientRect().top + offset()
  const spotOn = (element: Element | null, earlier: Spot | null): Spot | null => {
    if (!element || element === earlier?.element) return element && earlier
    return { element, top: topOf(element) }
  }

  const scrolled = () => {
    heard = list.scrollTop
  }
  const giveRoom = (above: number, below: number) => {
    list.style.setProperty('--room-above', `${above}px`)
    list.style.setProperty('--room-below', `${below}px`)
  }
  const scrollTo = (to: number) => {
    const ends = content.offsetTop + content.offsetHeight - roomAbove(list)
    const above = Math.max(0, -to)
    const top = Math.max(0, to)
    const below = top > 0 ? Math.max(0, top + list.clientHeight - ends) : 0
    giveRoom(above, below)
    // a scroll that is on its way is not stopped for nothing
    if (top !== list.scrollTop) list.scrollTop = top
    scrolled()
  }
  const keepAt = ({ element, top }: Spot) => {
    // a list that became shorter than it was scrolled has been moved by the browser
    const isCut = heard > list.scrollHeight - list.clientHeight
    const from = isCut ? heard - roomAbove(list) : offset()
    const to = from + topOf(element) - top
    scrollTo(Math.abs(to - offset()) < 0.5 ? offset() : to)
  }
  const isInView = (element: Element) => {
    const { top, bottom } = element.getBoundingClientRect()
    const view = list.getBoundingClientRect()
    return bottom > view.top && top < view.bottom
  }
  const wasInView = ({ element, top }: Spot) => {
    const below = top + roomAbove(list) - heard
    return below > -element.getBoundingClientRect().height && below < list.clientHeight
  }
  /** A card that is read is not moved for a pointer that rests on another. */
  const isOfReading = ({ element }: Spot) => {
    const read = list.querySelector('[data-card][data-active="true"]')
    return !read || read.contains(element) || !isInView(read)
  }
  const takeRoomBack = () => {
    scrollTo(Math.max(0, offset()))
    giveRoom(0, 0)
    scrolled()
  }
  const onGone = () => {
    if (!isOver && !list.contains(document.activeElement)) takeRoomBack()
  }

  const onPointer = ({ target }: Event) => {
    isOver = true
    pointed = spotOn((target as Element).closest(controls), pointed)
  }
  const onLeave = () => {
    isOver = false
    pointed = null
    // a finger leaves before its click comes
    afterPress(onGone)
  }
  const findFocus = () => {
    const element = document.activeElement
    focused = spotOn(list.contains(element) ? element : null, focused)
  }
  const onBlur = ({ relatedTarget }: FocusEvent) => {
    focused = null
    if (!list.contains(relatedTarget as Node | null)) afterPress(onGone)
  }
  // who types looks at the caret, wherever the mouse was left
  const onKey = () => {
    pointed = null
    findFocus()
  }
  const onWheel = () => {
    pointed = null
  }
  const ended = new AbortController()
  const options = { signal: ended.signal, passive: true }
  list.addEventListener('pointermove', onPointer, options)
  list.addEventListener('pointerdown', onPointer, options)
  list.addEventListener('pointerleave', onLeave, options)
  list.addEventListener('wheel', onWheel, options)
  list.addEventListener('focusin', findFocus, options)
  list.addEventListener('focusout', onBlur, options)
  list.addEventListener('scroll', scrolled, options)
  document.addEventListener('keydown', onKey, { ...options, capture: true })

  return {
    keep() {
      const spots = [pointed, focused]
        .filter((spot) => spot !== null)
        .filter(({ element }) => list.contains(element))
      const hand = spots.find((spot) => wasInView(spot) && (spot === focused || isOfReading(spot)))
      if (hand) keepAt(hand)
      for (const spot of spots) spot.top = topOf(spot.element)
      return hand !== undefined
    },
    forget() {
      pointed = focused = null
      takeRoomBack()
    },
    scrolled,
    end: () => ended.abort(),
  }
}
