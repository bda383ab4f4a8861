/** As fine as anybody looks, in milliseconds. */
const slotMs = 1_000

/**
 * What is due when: a wheel of seconds, so that a look costs what is due by then and nothing for all that is not. Times
 * are in milliseconds, as `performance.now()` tells them.
 */
export class DueTimes<T> {
  private readonly slots = new Map<number, Set<T>>()
  private readonly slotOf = new Map<T, number>()
  /** The first slot that was not taken yet. */
  private next: number

  constructor(now: number) {
    this.next = Math.floor(now / slotMs)
  }

  /** It is due then, and at no other time; at the next look when that has passed. */
  set(one: T, at: number): void {
    const slot = Math.max(this.next, Math.ceil(at / slotMs))
    const before = this.slotOf.get(one)
    if (before === slot) return
    if (before !== undefined) this.slots.get(before)!.delete(one)
    this.slotOf.set(one, slot)
    const those = this.slots.get(slot)
    if (those) those.add(one)
    else this.slots.set(slot, new Set([one]))
  }

  delete(one: T): void {
    const slot = this.slotOf.get(one)
    if (slot === undefined) return
    this.slotOf.delete(one)
    this.slots.get(slot)!.delete(one)
  }

  /** All that is due by now: it is not, until it is set again. */
  take(now: number): T[] {
    const due: T[] = []
    for (const last = Math.floor(now / slotMs); this.next <= last; this.next++) {
      for (const one of this.slots.get(this.next) ?? []) {
        this.slotOf.delete(one)
        due.push(one)
      }
      this.slots.delete(this.next)
    }
    return due
  }
}
