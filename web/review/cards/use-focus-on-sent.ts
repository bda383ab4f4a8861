import { useEffect, useRef, type RefObject } from 'react'

/**
 * Who sent what they wrote goes on at its card, which is on its way to the server: the field that had the focus is gone.
 * `newest`: the id of the last point that is on its way.
 */
export function useFocusOnSent(
  panel: RefObject<HTMLElement | null>,
  isWriting: boolean,
  newest: string | undefined,
): void {
  const before = useRef({ isWriting, newest })
  useEffect(() => {
    const earlier = before.current
    before.current = { isWriting, newest }
    if (!earlier.isWriting || isWriting || newest === undefined || newest === earlier.newest) return
    if (document.activeElement !== document.body) return
    const cards = panel.current?.querySelectorAll<HTMLElement>('[data-sending]')
    cards?.[cards.length - 1]?.focus({ preventScroll: true })
  }, [panel, isWriting, newest])
}
