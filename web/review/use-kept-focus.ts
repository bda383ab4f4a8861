import { useEffect, useRef, type FocusEvent, type RefObject } from 'react'

/**
 * Keeps the focus in a list of points: when the part that had it is taken away, as a button is by what it did, or the
 * whole point, its point gets it, else the one in its place. Else the next key would go nowhere. Gives what the list
 * listens with.
 */
export function useKeptFocus(list: RefObject<HTMLElement | null>) {
  const held = useRef<{ part: Element; card: string; place: string } | null>(null)
  useEffect(() => {
    if (held.current === null || held.current.part.isConnected) return
    const { card, place } = held.current
    held.current = null
    if (document.activeElement !== document.body) return
    const points = [...(list.current?.querySelectorAll<HTMLElement>('[data-card]') ?? [])]
    const point =
      points.find((one) => one.dataset.card === card) ??
      points.find((one) => one.getAttribute('aria-posinset') === place) ??
      points.at(-1)
    point?.querySelector('button')?.focus({ preventScroll: true })
  })
  return {
    onFocus: ({ target }: FocusEvent) => {
      const card = target.closest<HTMLElement>('[data-card]')
      const place = card?.getAttribute('aria-posinset') ?? ''
      held.current = card && { part: target, card: card.dataset.card ?? '', place }
    },
    // of a part that is taken away no browser says where the focus goes
    onBlur: ({ relatedTarget }: FocusEvent) => {
      if (relatedTarget) held.current = null
    },
  }
}
