/** What is closer to the view than this is drawn, so that it is there when it is scrolled to (px). */
const nearPx = 1_200
/** So long it is drawn in one frame (ms); then the page has its turn. */
const frameMs = 8
/** So long a page that is about to be printed waits for what is not drawn yet (ms). */
const printMs = 4_000

const waiting = new WeakMap<Element, () => void>()
/** Elements in or near the view that are not drawn yet. */
const near = new Set<Element>()
let observer: IntersectionObserver | null = null
let isScheduled = false

/** Draws into an element as soon as it is in or near the view, and between frames; the last `draw` of an element counts. */
export function drawNearView(element: Element, draw: () => void): void {
  waiting.set(element, draw)
  observer ??= observe()
  // asked again for an element that is near already
  observer.unobserve(element)
  observer.observe(element)
}

function observe(): IntersectionObserver {
  addEventListener('beforeprint', drawAll)
  const margins = { rootMargin: `${nearPx}px`, scrollMargin: `${nearPx}px` }
  return new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) near.add(target)
      else near.delete(target)
    }
    schedule()
  }, margins)
}

function schedule(): void {
  if (isScheduled || near.size === 0) return
  isScheduled = true
  requestAnimationFrame(() => {
    isScheduled = false
    drawFor(near, frameMs)
    schedule()
  })
}

function drawFor(elements: Iterable<Element>, ms: number): void {
  const until = performance.now() + ms
  for (const element of elements) {
    const draw = waiting.get(element)
    waiting.delete(element)
    near.delete(element)
    observer?.unobserve(element)
    if (element.isConnected) draw?.()
    if (performance.now() > until) return
  }
}

function drawAll(): void {
  drawFor(document.querySelectorAll(`.${undrawn}`), printMs)
}

/** The class of an element that shows a formula as it is written until it is drawn. */
export const undrawn = 'formula-undrawn'
