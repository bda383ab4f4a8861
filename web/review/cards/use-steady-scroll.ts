import type { VirtualItem, Virtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef } from 'react'
import type { Thread } from '../../../shared/review.ts'
import { holdPlace, type HeldPlace } from './held-place.ts'

/**
 * Keeps what is read in place, as `useCardList` says. For what is read nothing is moved while what the reader `isWriting`
 * is in view above the `cards`, nor as the list finds out where it begins.
 */
export function useSteadyScroll(
  list: React.RefObject<HTMLElement | null>,
  cards: HTMLElement | null,
  virtual: Virtualizer<HTMLDivElement, Element>,
  threads: readonly Thread[],
  active: string | null,
  isWriting: boolean,
  isMeasured: boolean,
): React.RefObject<HeldPlace | null> {
  const held = useRef<HeldPlace>(null)
  useLayoutEffect(() => {
    const scroller = cards?.parentElement
    if (!scroller) return
    const place = holdPlace(scroller, cards)
    held.current = place
    return () => place.end()
  }, [cards])
  const places = virtual.measurementsCache
  const drawn = virtual.getVirtualItems()
  const before = useRef({ places, drawn, threads, active, isMeasured })
  useLayoutEffect(() => {
    const earlier = before.current
    before.current = { places, drawn, threads, active, isMeasured }
    const scroller = list.current
    if (!scroller || !earlier.isMeasured) return
    if (earlier.active !== active) held.current?.forget()
    const isMoved = earlier.places !== places
    // rows may change places in a card that stays as high as it was
    if (!isMoved && earlier.threads === threads) return
    if (held.current?.keep() || !isMoved) return
    // as it was heard last: a browser that is asked now has to lay the whole page out
    const top = virtual.scrollOffset ?? 0
    // asked of the element, as what was measured of it is a frame old
    if (isWriting && cards && top < cards.offsetTop) return
    const bottom = top + (virtual.scrollRect?.height ?? 0)
    const seen = earlier.drawn.filter(({ start }) => start >= top && start < bottom)
    const startNow = ({ index, key }: VirtualItem) => {
      const at = threads[index]?.id === key ? index : threads.findIndex(({ id }) => id === key)
      return places[at]?.start
    }
    const kept = seen.filter((one) => startNow(one) !== undefined)
    const pin = kept.find(({ key }) => key === active) ?? kept[0]
    const moved = pin ? startNow(pin)! - pin.start : 0
    if (moved !== 0) scroller.scrollBy(0, moved)
  })
  return held
}
