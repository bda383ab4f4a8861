import * as Y from 'yjs'
import type { Incoming } from '../connection/connection.ts'

type Awaited = NonNullable<Incoming['awaited']>

/**
 * So often one change is looked at in a turn, as one look tells only the first thing that is missing: one that misses
 * many things, of which each comes behind a look, waits for later turns.
 */
const mostLooks = 8

/**
 * The changes that a turn holds back, by what they await, so that what is taken finds those that it frees: to look
 * through all of them behind each one would cost the square of their number.
 */
export class HeldChanges {
  /** Of each client id, those that await something of it: the highest clock first. */
  private readonly byClient = new Map<number, Incoming[]>()
  private readonly looks = new Map<Incoming, number>()
  private readonly left: Incoming[] = []

  add(change: Incoming, awaited: Awaited): void {
    change.awaited = awaited
    const looks = (this.looks.get(change) ?? 0) + 1
    this.looks.set(change, looks)
    if (looks > mostLooks) {
      this.left.push(change)
      return
    }
    const waiting = this.byClient.get(awaited.client) ?? []
    this.byClient.set(awaited.client, waiting)
    let [from, to] = [0, waiting.length]
    while (from < to) {
      const middle = (from + to) >> 1
      if (waiting[middle]!.awaited!.clock > awaited.clock) from = middle + 1
      else to = middle
    }
    waiting.splice(from, 0, change)
  }

  /** Takes out those that this update, which was taken, may have freed. `holds`: whether the text has such a clock. */
  freedBy(update: Uint8Array, holds: (awaited: Awaited) => boolean): Incoming[] {
    const freed: Incoming[] = []
    if (this.byClient.size === 0) return freed
    for (const client of Y.parseUpdateMeta(update).to.keys()) {
      const waiting = this.byClient.get(client)
      while (waiting?.length && holds(waiting.at(-1)!.awaited!)) freed.push(waiting.pop()!)
      if (waiting?.length === 0) this.byClient.delete(client)
    }
    return freed
  }

  all(): Incoming[] {
    return [...this.left, ...[...this.byClient.values()].flat()]
  }
}
