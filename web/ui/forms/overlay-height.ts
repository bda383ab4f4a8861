import { useEffect, type RefObject } from 'react'

let height = 0
let below = 0

/** How much of the text's upper end is under what is told there, in px. */
export const overlayAbove = (): number => height

/** How much of the text's lower end is under its tools, in px: on a phone they stand there, in as many rows as there are. */
export const toolsBelow = (): number => below

/** Keeps the height of what is told over the upper end of the text, also as `--overlay-above-text` of the page. */
export function useOverlayAbove(place: RefObject<HTMLElement | null>): void {
  useHeight(place, tellOverlay)
}

/** Keeps the height of the tools over the upper end of the text as `--tools-over-text`; on a phone, over its lower end, as `--tools-under-text`. */
export function useToolsAbove(place: RefObject<HTMLElement | null>): void {
  useHeight(place, tellTools)
}

/** Where the part of a scroller begins that nothing lies over, in px of the window. */
export const seenFrom = (scroller: Element): number =>
  scroller.getBoundingClientRect().top + (parseFloat(getComputedStyle(scroller).scrollPaddingTop) || 0)

function tellOverlay(told: HTMLElement | null): void {
  height = told?.offsetHeight ?? 0
  document.documentElement.style.setProperty('--overlay-above-text', `${height}px`)
}

function tellTools(tools: HTMLElement | null): void {
  const isAbove = tools !== null && getComputedStyle(tools).position === 'sticky'
  const above = isAbove ? tools.offsetHeight : 0
  below = tools === null || isAbove ? 0 : tools.offsetHeight
  const { style } = document.documentElement
  style.setProperty('--tools-over-text', `${above}px`)
  style.setProperty('--tools-under-text', `${below}px`)
}

/** Tells of an element each time its height changes, and of none when it goes. */
function useHeight(place: RefObject<HTMLElement | null>, tell: (element: HTMLElement | null) => void): void {
  useEffect(() => {
    const element = place.current
    if (!element) return
    const watch = new ResizeObserver(() => tell(element))
    watch.observe(element)
    return () => {
      watch.disconnect()
      tell(null)
    }
  }, [place, tell])
}
