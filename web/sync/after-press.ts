/** So long a press holds back what comes from others (ms): a pointer may be kept down to drag or to select. */
const longestHoldMs = 1_000
/** A finger's click comes after it is lifted, in a turn of its own; a mouse's comes in the turn of its release (ms). */
const clickAfterTouchMs = 100

let isHolding = false
let held: (() => void)[] = []

/**
 * Has `afterPress` hold back what comes from others while a pointer is pressed on this page. A button that they moved
 * between press and release would not be clicked: the release would meet what took its place. Returns the end of it.
 */
export function watchPresses(page: EventTarget): () => void {
  const pressed = new Set<number>()
  let longest: ReturnType<typeof setTimeout> | undefined
  let releasing: ReturnType<typeof setTimeout> | undefined
  const release = () => {
    clearTimeout(longest)
    clearTimeout(releasing)
    pressed.clear()
    isHolding = false
    const due = held
    held = []
    for (const apply of due) {
      try {
        apply()
      } catch (error) {
        reportError(error)
      }
    }
  }
  const releaseIn = (ms: number) => {
    clearTimeout(releasing)
    releasing = setTimeout(release, ms)
  }
  const onDown = (event: Event) => {
    pressed.add((event as PointerEvent).pointerId)
    clearTimeout(releasing)
    // each press has its own time: one that begins late in another's would see its button move
    clearTimeout(longest)
    isHolding = true
    longest = setTimeout(release, longestHoldMs)
  }
  const onUp = (event: Event) => {
    const { pointerId, pointerType, type } = event as PointerEvent
    pressed.delete(pointerId)
    if (!isHolding || pressed.size > 0) return
    releaseIn(type === 'pointerup' && pointerType !== 'mouse' ? clickAfterTouchMs : 0)
  }
  const onClick = () => {
    if (isHolding && pressed.size === 0) releaseIn(0)
  }
  const listeners = { pointerdown: onDown, pointerup: onUp, pointercancel: onUp, click: onClick }
  // before anything on the page can keep them to itself
  for (const [type, listener] of Object.entries(listeners)) page.addEventListener(type, listener, true)
  return () => {
    for (const [type, listener] of Object.entries(listeners)) page.removeEventListener(type, listener, true)
    release()
  }
}

/**
 * Applies a change that others made: at once, or while a pointer is pressed after its click. Changes stay in the order in
 * which they came. What a person did themselves is not passed through here, and waits for nothing.
 */
export function afterPress(apply: () => void): void {
  if (isHolding) held.push(apply)
  else apply()
}
