import { isOfComposition } from '../../ui/text/composing.ts'

/** A document that was just made, and the keys that were pressed since. */
interface Begun {
  typed: string[]
  end(): void
}

const begun = new Map<string, Begun>()

/** So long keys are kept (ms): what has not opened by then may never do, and whoever has no mouse needs them. */
const keptMs = 5_000
/** What an input method takes has this name: its letters never come as keys. */
const takenByInputMethod = 'Process'
/** Before whatever has the focus. */
const first = { capture: true }

/**
 * Notes that a document was just made by this person, who is to write in it as soon as it opens. What they type before
 * is kept for it, unless they go elsewhere, be it to another page or to a field of this one.
 */
export function writeAtOnce(documentId: string): void {
  begun.get(documentId)?.end()
  const typed: string[] = []
  const { pathname: from } = location
  const onKey = (event: KeyboardEvent) => {
    const isElsewhere = location.pathname !== from && !location.pathname.includes(documentId)
    if (isElsewhere || event.key === 'Tab') return end()
    const isCommand = event.ctrlKey || event.metaKey || event.altKey || isOfComposition(event)
    const isText = [...event.key].length === 1 || event.key === 'Enter' || event.key === 'Backspace'
    if (event.key === 'Escape') return end()
    if (event.key === takenByInputMethod) return stop()
    // the dialog that it was made in may still have the focus
    if (isCommand || !isText) return
    event.preventDefault()
    event.stopPropagation()
    if (event.key === 'Backspace') typed.pop()
    else typed.push(event.key)
  }
  const onFocus = ({ target }: FocusEvent) => {
    if ((target as Element).matches('input, textarea, select')) end()
  }
  const stop = () => {
    clearTimeout(timer)
    window.removeEventListener('keydown', onKey, first)
  }
  const end = () => {
    stop()
    begun.delete(documentId)
    window.removeEventListener('pointerdown', end, first)
    window.removeEventListener('focusin', onFocus)
    window.removeEventListener('popstate', end)
  }
  const timer = setTimeout(stop, keptMs)
  window.addEventListener('keydown', onKey, first)
  window.addEventListener('pointerdown', end, first)
  window.addEventListener('focusin', onFocus)
  window.addEventListener('popstate', end)
  begun.set(documentId, { typed, end })
}

/** True for a document that was just made. */
export const isBegun = (documentId: string): boolean => begun.has(documentId)

/** The keys that were pressed since a document was made, once; from here on they go where the focus is. */
export function takeTyped(documentId: string): string[] {
  const one = begun.get(documentId)
  one?.end()
  return one?.typed ?? []
}
