import { useEffect, useEffectEvent } from 'react'
import { isOfComposition } from '../text/composing.ts'

/**
 * Keys pressed between the moment that something opens and the one in which its field has the focus are meant for that
 * field, not for the text in which the caret still stands. `find` gives the field once it is there; what is typed
 * before is handed to `add`.
 */
export function useTypedEarly(
  isOpen: boolean,
  find: () => HTMLElement | null | undefined,
  add: (words: string) => void,
): void {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const field = find()
    if (field && field === document.activeElement) return
    const isCommand = event.ctrlKey || event.metaKey || event.altKey
    if (isCommand || isOfComposition(event) || event.key === 'Escape') return
    event.stopPropagation()
    // what the browser does with a key, it does where the focus is by then
    if (field) return field.focus()
    event.preventDefault()
    if ([...event.key].length === 1) add(event.key)
  })
  useEffect(() => {
    if (!isOpen) return
    window.addEventListener('keydown', onKey, true)
    return () => window.removeEventListener('keydown', onKey, true)
  }, [isOpen])
}
