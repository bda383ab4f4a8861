/**
 * What this browser remembers of a reader's habits, such as the language. Where storage is full or blocked it remembers
 * nothing, which spoils no act: what must be told when it is not kept has a store of its own.
 */
export function recall(key: string): string {
  try {
    return localStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}

/** Keeps `value` under `key`, if this browser lets it. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // a habit that is forgotten spoils nothing
  }
}
