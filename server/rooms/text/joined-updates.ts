import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { startSlices } from './time-slices.ts'
import { written } from './update-parts.ts'
import { alone, goThrough, stretchesIn, type Stretch } from './update-pieces.ts'

/** Several updates as one. */
export interface Joined {
  whole: Uint8Array
  vector: Uint8Array
  /** All that is deleted: what an update without structs holds behind their count. */
  deletions: Uint8Array
}

/** A struct of so many bytes is said whole to who has its beginning: to cut it, all of it is decoded and written anew. */
const mostToCut = 65_536

/** What one client wrote, from one clock on. */
export interface Written {
  begin: number
  end: number
  count: number
  stretches: Uint8Array[]
}

/**
 * Puts a text's updates together in the order of its log. Each client's structs go on where the update before it ended,
 * so their bytes are put behind each other as they are: Yjs would make an object of each and write them all anew, at one
 * go, which takes ten times as long. Between parts of a long text others have their turn. Null where something is
 * missing or stands twice.
 */
export async function joinUpdates(updates: readonly Uint8Array[]): Promise<Joined | null> {
  const joined = await join(updates, () => 0)
  if (!joined) return null
  const ends = new Map([...joined.clients].map(([client, { end }]) => [client, end]))
  return {
    whole: wholeOf(joined.clients, joined.deletions),
    vector: Y.encodeStateVector(ends),
    deletions: joined.deletions,
  }
}

/**
 * The parts in which one change was put in as one update again: a Yjs that gets one after the other tidies formats behind
 * each, and takes away those that the other parts give something to do.
 */
export async function joinParts(parts: readonly Uint8Array[], slices = startSlices()): Promise<Uint8Array> {
  if (parts.length === 1) return parts[0]!
  const joined = await join(parts, ({ clock }) => clock, slices)
  return joined ? wholeOf(joined.clients, joined.deletions) : Y.mergeUpdates([...parts])
}

/** `beginOf`: where what a client wrote is to begin, if a stretch is the first of it. */
async function join(
  updates: readonly Uint8Array[],
  beginOf: (first: Stretch) => number,
  slices = startSlices(),
): Promise<{ clients: Map<number, Written>; deletions: Uint8Array } | null> {
  const clients = new Map<number, Written>()
  const deletions: DeleteSet[] = []
  for (const update of updates) {
    const deleted = await goThrough(update, slices, (stretch) => append(clients, stretch, beginOf(stretch)))
    if (!deleted) return null
    deletions.push(Y.decodeUpdate(deleted).ds)
  }
  slices.over()
  const merged = written([], { clients: highestFirst(Y.mergeDeleteSets(deletions).clients) })
  return { clients, deletions: merged.subarray(1) }
}

type DeleteSet = ReturnType<typeof Y.decodeUpdate>['ds']

/**
 * What somebody with the state vector `theirs` lacks of a text: what `Y.diffUpdate` gives, put together in the same way,
 * except that a long struct which they have the beginning of is there whole, as Yjs leaves out what it has.
 * Throws on a malformed vector.
 */
export async function missingPart(whole: Uint8Array, theirs: Uint8Array): Promise<Uint8Array> {
  const known = Y.decodeStateVector(theirs)
  const clients = new Map<number, Written>()
  const slices = startSlices()
  const deletions = await goThrough(whole, slices, (stretch) => {
    const clock = known.get(stretch.client) ?? 0
    if (stretch.end <= clock) return true
    const isCut = stretch.clock < clock && stretch.bytes.length <= 2 * mostToCut
    const missing = isCut ? restOf(stretch, clock) : stretch
    return append(clients, missing, missing.clock)
  })
  slices.over()
  // a text that something is missing in, as in a log of a former version
  return deletions ? wholeOf(clients, deletions.subarray(1)) : Y.diffUpdate(whole, theirs)
}

/** What begins at a clock that is within a stretch. */
function restOf(stretch: Stretch, clock: number): Stretch {
  const vector = Y.encodeStateVector(new Map([[stretch.client, clock]]))
  return stretchesIn(Y.diffUpdate(alone(stretch), vector), Infinity, Infinity).next().value as Stretch
}

/** False for what does not go on where the client's structs end, or, where there are none yet, at `begin`. */
function append(
  clients: Map<number, Written>,
  { client, clock, end, count, bytes, hasGap }: Stretch,
  begin: number,
): boolean {
  const own = clientOf(clients, client, begin)
  if (hasGap || own.end !== clock) return false
  own.end = end
  own.count += count
  own.stretches.push(bytes)
  return true
}

/** What is written of a client, from `begin` on where there is nothing yet. */
export function clientOf(clients: Map<number, Written>, client: number, begin = 0): Written {
  const own = clients.get(client) ?? { begin, end: begin, count: 0, stretches: [] }
  clients.set(client, own)
  return own
}

/** All that is written, as an update. `deletions`: as they stand behind an update's structs. */
export function wholeOf(clients: Map<number, Written>, deletions: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [numbers(clients.size)]
  for (const [client, { begin, count, stretches }] of highestFirst(clients)) {
    parts.push(numbers(count, client, begin))
    for (const bytes of stretches) parts.push(bytes)
  }
  return Buffer.concat([...parts, deletions])
}

/** As Yjs writes them. */
export const highestFirst = <Own>(clients: Map<number, Own>): Map<number, Own> =>
  new Map([...clients].toSorted(([one], [other]) => other - one))

const numbers = (...all: number[]): Uint8Array =>
  encoding.encode((encoder) => {
    for (const number of all) encoding.writeVarUint(encoder, number)
  })
