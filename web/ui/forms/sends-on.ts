import type { KeyboardEvent } from 'react'

/** Ctrl/⌘ Enter sends what is written; Enter alone is a line break, and never ends an input method's composition. */
export function sendsOn(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.nativeEvent.isComposing)
    return false
  event.preventDefault()
  return true
}
