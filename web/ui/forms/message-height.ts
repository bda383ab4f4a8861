import { useEffect, type RefObject } from 'react'

type MessageBar = '--toasts' | '--offline'

/** Between one that is said and the next, in px. */
const gap = 8
const heights = new Map<MessageBar, number>()

/**
 * Keeps the height of what is said over the page in a CSS variable of the page: of `place`, or of the part of it that
 * `selector` finds. From them all comes `--messages-height`: how much of a phone's page is under them, where lists and dialogs end.
 * It is not there while nothing is said.
 */
export function useMessageHeight(
  name: MessageBar,
  place: RefObject<HTMLElement | null>,
  selector?: string,
): void {
  useEffect(() => {
    const element = selector ? place.current?.querySelector<HTMLElement>(selector) : place.current
    if (!element) return
    const watch = new ResizeObserver(() => tell(name, element.offsetHeight))
    watch.observe(element)
    return () => {
      watch.disconnect()
      tell(name, 0)
    }
  }, [name, place, selector])
}

/** How much of a phone's page, above its tabs and tools, is under what is said just now, in px. */
export const messageHeight = (): number => [...heights.values()].reduce((sum, one) => sum + one, 0)

function tell(name: MessageBar, height: number): void {
  const { style } = document.documentElement
  if (height > 0) heights.set(name, height + gap)
  else heights.delete(name)
  style.setProperty(name, `${heights.get(name) ?? 0}px`)
  const total = messageHeight()
  if (total > 0) style.setProperty('--messages-height', `calc(var(--messages-bottom) + ${total}px)`)
  else style.removeProperty('--messages-height')
}
