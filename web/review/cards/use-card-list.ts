import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Thread } from '../../../shared/review.ts'
import { roomAbove } from './held-place.ts'
import { useSteadyScroll } from './use-steady-scroll.ts'

/** A card that was not drawn yet counts as so high (px): most are. */
const usualHeight = 168

/**
 * The cards of a list of thousands: only those near the view are drawn, and the one that is looked at. What is read
 * stays where it is while the list around it changes: what a hand is on, else the card that is looked at, else the first
 * one in view, keeps its place when others arrive, grow or go. What the reader `isWriting` above the cards keeps its
 * place before any of them.
 */
export function useCardList(threads: readonly Thread[], active: string | null, isWriting: boolean) {
  const list = useRef<HTMLDivElement>(null)
  const [cards, setCards] = useState<HTMLElement | null>(null)
  const measured = useTopOf(cards)
  const above = measured ?? 0
  const activeAt = threads.findIndex(({ id }) => id === active)
  // oxlint-disable-next-line react/incompatible-library -- what it returns goes to the DOM, to no memoised part
  const virtual = useVirtualizer({
    count: threads.length,
    getScrollElement: () => list.current,
    estimateSize: () => usualHeight,
    getItemKey: useCallback((index: number) => threads[index]!.id, [threads]),
    overscan: 4,
    // measured as soon as it stands in the page; by this the first cards are drawn with it and not after it
    initialRect: { width: 0, height: window.innerHeight },
    scrollMargin: above,
    rangeExtractor: useCallback(
      (range: Parameters<typeof defaultRangeExtractor>[0]) => {
        const drawn = defaultRangeExtractor(range)
        return activeAt < 0 || drawn.includes(activeAt) ? drawn : [...drawn, activeAt].sort((a, b) => a - b)
      },
      [activeAt],
    ),
  })
  // the list keeps what is read in place by itself
  virtual.shouldAdjustScrollPositionOnItemSizeChange = () => false
  const drawn = virtual.getVirtualItems()
  const isMeasured = measured !== null
  const held = useSteadyScroll(list, cards, virtual, threads, active, isWriting, isMeasured)

  const isListed = activeAt >= 0
  const latest = useRef({ virtual, activeAt })
  useLayoutEffect(() => {
    latest.current = { virtual, activeAt }
  })
  useEffect(() => {
    if (isListed) latest.current.virtual.scrollToIndex(latest.current.activeAt, { align: 'auto' })
    held.current?.scrolled()
  }, [held, active, isListed, isMeasured])

  return {
    list,
    cards: setCards,
    size: virtual.getTotalSize(),
    drawn: drawn.map(({ index, start }) => ({
      thread: threads[index]!,
      index,
      top: start - above,
      measure: virtual.measureElement,
    })),
  }
}

/** How far below the top of its scroller an element begins (px); null until it is known. */
function useTopOf(element: HTMLElement | null): number | null {
  const [top, setTop] = useState<number | null>(null)
  useLayoutEffect(() => {
    const within = element?.parentElement
    if (!within) return
    // what stands above it grows and goes with what is being written
    const watch = new ResizeObserver(() => setTop(element.offsetTop - roomAbove(within)))
    for (const child of within.children) watch.observe(child)
    const list = new MutationObserver(() => {
      for (const child of within.children) watch.observe(child)
    })
    list.observe(within, { childList: true })
    return () => {
      watch.disconnect()
      list.disconnect()
    }
  }, [element])
  return top
}
