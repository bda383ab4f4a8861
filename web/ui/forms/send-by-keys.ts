import { isOfComposition } from '../text/composing.ts'

/**
 * Ctrl/⌘ Enter sends a form from every field of it, as its button does. A field that does so itself, as one with several
 * lines, says that the key is used; on a button, Enter presses it.
 */
export function sendByKeys(): void {
  document.addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey } = event
    const isSend = key === 'Enter' && (ctrlKey || metaKey) && !isOfComposition(event)
    if (!isSend || event.defaultPrevented || event.repeat) return
    if (!(target instanceof HTMLElement) || target.closest('button, a, summary')) return
    const form = target.closest('form')
    const button = form?.querySelector<HTMLButtonElement>('button[type="submit"]')
    if (!form || !button || button.disabled) return
    event.preventDefault()
    form.requestSubmit(button)
  })
}
