import { useEffect, type RefObject } from 'react'

let height = 0

/** How much of the text's upper end is under what is told there, in px. */
export const toldAbove = (): number => height

/** Keeps the height of what is told over the upper end of the text, also as `--told-over-text` of the page. */
export function useToldAbove(place: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const element = place.current
    if (!element) return
    const tell = (next: number) => {
      height = next
      document.documentElement.style.setProperty('--told-over-text', `${next}px`)
    }
    const watch = new ResizeObserver(() => tell(element.offsetHeight))
    watch.observe(element)
    return () => {
      watch.disconnect()
      tell(0)
    }
  }, [place])
}
