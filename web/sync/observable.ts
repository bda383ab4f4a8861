/** A value that changes, read by the interface through `useObserved`. */
export interface Observed<Value> {
  get(): Value
  subscribe(listener: () => void): () => void
}

export interface Observable<Value> extends Observed<Value> {
  set(value: Value): void
}

/** Holds a value and tells its listeners when another one (by `same`) takes its place. */
export function observable<Value>(
  first: Value,
  same: (one: Value, other: Value) => boolean = Object.is,
): Observable<Value> {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next) {
      if (same(value, next)) return
      value = next
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
