/**
 * True for a value whose texts, keys included, a database can keep: no NUL, and no half of a surrogate pair. Walks
 * without recursion, as what is sent can be of any depth.
 */
export function isStorable(value: unknown): boolean {
  const left: unknown[] = [value]
  while (left.length > 0) {
    const one = left.pop()
    if (typeof one === 'string') {
      if (one.search(unstorable) >= 0) return false
    } else if (typeof one === 'object' && one !== null) {
      for (const [key, inner] of Object.entries(one)) left.push(key, inner)
    }
  }
  return true
}

/** What a text cannot be kept with. Read by whole characters, so that a surrogate matches only where its other half is missing. */
// oxlint-disable-next-line no-control-regex -- it is what is looked for
export const unstorable = /[\u0000\ud800-\udfff]/gu
