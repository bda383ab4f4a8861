import type { KeyboardEvent } from 'react'
import { isOfComposition } from '../text/composing.ts'

/** Ctrl/⌘ Enter sends what is written; Enter alone is a line break, and never ends an input method's composition. */
export function sendsOn(event: KeyboardEvent): boolean {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || isOfComposition(event)) return false
  event.preventDefault()
  return true
}
