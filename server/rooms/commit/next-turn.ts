import { longUpdate } from './begun-check.ts'
import { isEdit, type Change } from './turn.ts'
import type { Connection, Incoming } from '../connection/connection.ts'

/** So many bytes of one sender's, and of all together, are taken in a turn that takes what is short. */
const mostOfOne = 16_384
const mostBytes = 65_536
/** Each counts for so many bytes more: a letter takes as long as ten items of a long update. */
const eachBytes = 100

/** What a turn takes of what waits: server's edits, or what is short of everybody's, or one long update. */
export interface NextTurn {
  next: Change[]
  /** What `next` holds, if it is a long update. */
  long: Incoming | null
}

/** How a turn is chosen. */
interface Choice {
  /** Who sends much is paced: such an update may be taken now. */
  mayTake(long: Incoming): boolean
  /** What is short went before a long update that waits: that one is next. */
  isLongsTurn: boolean
}

/**
 * Chooses what the next turn takes. What one sender sent stays in its order, a long update goes alone, and what is short
 * does not stand behind it: it would wait for seconds behind several. A server's edit may take seconds too, and people's
 * changes would be in its commit: each goes up to the first of the other kind.
 */
export function chooseTurn(gathered: readonly Change[], { mayTake, isLongsTurn }: Choice): NextTurn {
  const next: Change[] = []
  const taken = new Map<Connection, number>()
  const full = new Set<Connection>()
  let long: Incoming | null = null
  let bytes = 0
  for (const change of gathered) {
    if (isEdit(change)) {
      if (next.length > 0 && !isEdit(next[0]!)) break
      next.push(change)
      continue
    }
    const { from, update } = change
    if (full.has(from)) continue
    if (update.length > longUpdate) {
      full.add(from)
      if (!long && mayTake(change)) long = change
      continue
    }
    if (next.length > 0 && isEdit(next[0]!)) break
    const size = update.length + eachBytes
    const own = (taken.get(from) ?? 0) + size
    if (next.length > 0 && (own > mostOfOne || bytes + size > mostBytes)) {
      full.add(from)
      continue
    }
    taken.set(from, own)
    bytes += size
    next.push(change)
  }
  if (long && (isLongsTurn || next.length === 0)) return { next: [long], long }
  return { next, long: null }
}
