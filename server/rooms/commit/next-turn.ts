import { isLongUpdate } from './begun-check.ts'
import { isEdit, type Change } from './turn.ts'
import type { Connection, Incoming } from '../connection/connection.ts'

/** Slices, and no budgets: so many bytes of each person's are taken before more of anybody's, then so many of theirs, and so many of all. */
const firstOfOne = 1_024
const mostOfOne = 16_384
const mostBytes = 65_536
/** Each counts for so many bytes more: a letter takes as long as ten items of a long update. */
const eachBytes = 100

/** What a turn takes of what waits: server's edits, or what is short of everybody's, or one long update. */
export interface NextTurn {
  next: Change[]
  /** What `next` holds, if it is a long update. */
  long: Incoming | null
  /** What is short goes before a long update that might have been taken. */
  passesLong: boolean
}

/** How a turn is chosen. */
interface Choice {
  /** Who sends much is paced: such an update may be taken now. */
  mayTake(long: Incoming): boolean
  /** What is short went before a long update that waits: that one is next. */
  isLongsTurn: boolean
}

/**
 * Chooses what the next turn takes. What one socket sent stays in its order, a long update goes alone, and what is short
 * does not stand behind it: it would wait for seconds behind several. A server's edit may take seconds too, and people's
 * changes would be in its commit: each goes up to the first of the other kind.
 */
export function chooseTurn(gathered: readonly Change[], { mayTake, isLongsTurn }: Choice): NextTurn {
  const [only] = gathered
  if (gathered.length === 1 && (isEdit(only!) || !isLongUpdate(only!))) {
    return { next: [only!], long: null, passesLong: false }
  }
  const short: Change[] = []
  /** Who has something of what is short: what is long of theirs stands behind it. */
  const shortOf = new Set<Connection>()
  let long: Incoming | null = null
  for (const change of inFront(gathered)) {
    if (isEdit(change)) short.push(change)
    else if (!isLongUpdate(change)) {
      short.push(change)
      shortOf.add(change.from)
    } else if (!long && !shortOf.has(change.from) && mayTake(change)) long = change
  }
  if (long && (isLongsTurn || short.length === 0)) return { next: [long], long, passesLong: false }
  const isOfEdits = short.length > 0 && isEdit(short[0]!)
  const end = short.findIndex((change) => isEdit(change) !== isOfEdits)
  const ofOneKind = end === -1 ? short : short.slice(0, end)
  const next = isOfEdits ? ofOneKind : asMuchAsFits(ofOneKind as Incoming[])
  return { next, long: null, passesLong: long !== null }
}

/** What does not stand behind a long update of the same socket, in its order. */
export function* inFront(gathered: readonly Change[]): Generator<Change, void> {
  let behind: Set<Connection> | null = null
  for (const change of gathered) {
    if (!isEdit(change)) {
      if (behind?.has(change.from)) continue
      if (isLongUpdate(change)) (behind ??= new Set()).add(change.from)
    }
    yield change
  }
}

/** What one turn may hold of it, a little of everybody's first: however many sockets somebody sends by. */
function asMuchAsFits(sent: readonly Incoming[]): Incoming[] {
  if (sent.length === 1) return [...sent]
  const next: Incoming[] = []
  const takenOf = new Map<string, number>()
  let left = sent
  let bytes = 0
  for (const ofOne of [firstOfOne, mostOfOne]) {
    const full = new Set<Connection>()
    const over: Incoming[] = []
    for (const change of left) {
      const { from, update } = change
      const size = update.length + eachBytes
      const own = (takenOf.get(from.userId) ?? 0) + size
      if (full.has(from) || (next.length > 0 && (own > ofOne || bytes + size > mostBytes))) {
        full.add(from)
        over.push(change)
        continue
      }
      takenOf.set(from.userId, own)
      bytes += size
      next.push(change)
    }
    left = over
  }
  return next
}
