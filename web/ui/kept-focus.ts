/** Something that had the focus, what it stood in, and the point's card that it was in, if any. */
interface Held {
  element: HTMLElement
  /** From the nearest one outwards. */
  around: HTMLElement[]
  card: { id: string; place: string | null } | null
}

/** So many are remembered: the way back from a dialog over a menu over a button, and some more. */
const remembered = 12

/** Parts of a page that a person would name. */
const parts = 'article, section, form, aside, main, nav, li, [role="dialog"]'

/** What is closed as a whole, with the focus in it: then it goes back to where it came from. */
const closable = 'form, [role="dialog"], [role="menu"], [role="listbox"]'

/**
 * Keeps the focus in the page. A browser lets it go when what had it is taken away or cannot be pressed any more, as a
 * button is by what it did, a form by being sent, a dialog by being closed; the next key would go nowhere. Then it
 * goes to where it came from, as far as that is still there; for a part of a point's card to the card, or to the one that
 * took its place; else to the part of the page around it. Who takes it away themselves is left alone, and what says itself
 * where it goes comes first.
 */
export function keepFocus(): void {
  let trail: Held[] = []
  let isLeft = false
  let isAsked = false
  document.addEventListener('focusin', ({ target }) => {
    isLeft = false
    if (!(target instanceof HTMLElement) || target === document.body) return
    trail = [noteOf(target), ...trail.filter(({ element }) => element !== target)].slice(0, remembered)
  })
  document.addEventListener('focusout', ({ target, relatedTarget }) => {
    if (relatedTarget !== null || !(target instanceof HTMLElement)) return
    // a browser also tells so of what is just being taken away
    queueMicrotask(() => {
      if (canTake(target) && document.activeElement === document.body) isLeft = true
    })
  })
  const isGone = () => !isLeft && trail.length > 0 && document.activeElement === document.body
  const look = () => {
    isAsked = false
    // what is at work can be pressed again, or goes, when it is done
    if (!isGone() || isAtWork(trail[0]!.element)) return
    const next = nextOf(trail)
    if (!next) return void (isLeft = true)
    if (!canTake(next)) next.tabIndex = -1
    next.focus({ preventScroll: true })
  }
  const ask = () => {
    if (isAsked || !isGone()) return
    isAsked = true
    // dialogs give it back within 10 ms, and fields take it with the next frame
    requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(look)))
  }
  new MutationObserver(ask).observe(document.body, {
    childList: true,
    subtree: true,
    attributeFilter: ['disabled', 'hidden'],
  })
}

function noteOf(element: HTMLElement): Held {
  const around: HTMLElement[] = []
  for (let one = element.parentElement; one && one !== document.body; one = one.parentElement)
    around.push(one)
  const card = element.closest<HTMLElement>('[data-card]')
  return {
    element,
    around,
    card: card && { id: card.dataset.card!, place: card.getAttribute('aria-posinset') },
  }
}

/** True for what is in the page, can be seen and takes the focus. */
const canTake = (element: HTMLElement): boolean =>
  element.isConnected &&
  (element.tabIndex >= 0 || element.hasAttribute('tabindex')) &&
  !element.matches(':disabled') &&
  element.checkVisibility()

/** What was taken away with what it did is at work no more, whatever it says of itself. */
const isAtWork = (element: HTMLElement): boolean =>
  element.isConnected && element.matches('[data-loading]:disabled')

function nextOf(trail: readonly Held[]): HTMLElement | null {
  const dialog = trail[0]!.around.find((one) => one.matches('[role="dialog"]') && canBeSeen(one))
  // one that says something else now keeps it: what lies behind it is not to be reached
  return nextAmong(dialog ? trail.filter((held) => isWithin(held, dialog)) : trail) ?? dialog ?? null
}

const isWithin = ({ element, around }: Held, dialog: HTMLElement): boolean =>
  element === dialog || around.includes(dialog)

function nextAmong(trail: readonly Held[]): HTMLElement | null {
  let nearest: HTMLElement | null = null
  for (const held of trail) {
    if (canTake(held.element)) return held.element
    const found = cardOf(held) ?? partOf(held)
    const isClosed = held.around.some((one) => one.matches(closable) && !canBeSeen(one))
    if (found && !isClosed) return nearest ?? found
    nearest ??= found
  }
  return nearest
}

const canBeSeen = (element: HTMLElement): boolean => element.isConnected && element.checkVisibility()

/** The first button of its point's card, or of the card that stands in its place. */
function cardOf({ card, around }: Held): HTMLElement | null {
  const list = card && around.find((one) => one.isConnected && one.closest('[data-card]') === null)
  if (!list) return null
  const cards = [...list.querySelectorAll<HTMLElement>('[data-card]')]
  const found =
    cards.find(({ dataset }) => dataset.card === card.id) ??
    (card.place === null
      ? undefined
      : cards.find((one) => one.getAttribute('aria-posinset') === card.place)) ??
    (card.place === null ? undefined : cards.at(-1))
  return found?.querySelector('button') ?? null
}

/** The part of the page around it that is still there. The page as a whole is none. */
const partOf = ({ around }: Held): HTMLElement | null =>
  around.find((one) => one.matches(parts) && canBeSeen(one)) ?? null
