import { useLayoutEffect, useRef } from 'react'

/**
 * Keeps what is read where it is while the list around it changes: the card that is looked at, else the first one in
 * view, stays in its place when others arrive, grow or go. Cards carry `data-card`.
 */
export function useSteadyScroll<List extends HTMLElement>(active: string | null, shown: unknown) {
  const list = useRef<List>(null)
  const tops = useRef(new Map<string, number>())
  useLayoutEffect(() => {
    const scroller = list.current
    if (!scroller) return
    const cards = [...scroller.querySelectorAll<HTMLElement>('[data-card]')]
    const now = new Map(cards.map((card) => [card.dataset.card!, card.offsetTop]))
    const before = tops.current
    tops.current = now
    const kept = cards.map((card) => card.dataset.card!).filter((id) => before.has(id))
    const inView = (id: string) => {
      const top = before.get(id)! - scroller.scrollTop
      return top >= 0 && top < scroller.clientHeight
    }
    const pin = kept.find((id) => id === active && inView(id)) ?? kept.find(inView)
    if (pin) scroller.scrollBy(0, now.get(pin)! - before.get(pin)!)
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- it looks at what a new list drew
  }, [active, shown])
  return list
}
