import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { startSlices } from './slices.ts'
import { written } from './update-parts.ts'
import { stretchesIn, type Stretch } from './update-pieces.ts'

/** So many structs are gone past at one go: a tenth of a millisecond. */
const mostAtOnce = 1_000

/** Several updates as one. */
export interface Joined {
  whole: Uint8Array
  vector: Uint8Array
  /** All that is deleted: what an update without structs holds behind their count. */
  deletions: Uint8Array
}

/** All that one client wrote. */
interface Written {
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
  const clients = new Map<number, Written>()
  const deletions: DeleteSet[] = []
  const slices = startSlices()
  for (const update of updates) {
    const stretches = stretchesIn(update, mostAtOnce)
    let next = stretches.next()
    for (; !next.done; next = stretches.next()) {
      if (!append(clients, next.value)) return null
      const others = slices.pause()
      if (others) await others
    }
    deletions.push(Y.decodeUpdate(next.value).ds)
  }
  slices.over()
  const ends = new Map([...clients].map(([client, { end }]) => [client, end]))
  const deleted = written([], { clients: highestFirst(Y.mergeDeleteSets(deletions).clients) }).subarray(1)
  return { whole: wholeOf(clients, deleted), vector: Y.encodeStateVector(ends), deletions: deleted }
}

type DeleteSet = ReturnType<typeof Y.decodeUpdate>['ds']

/** False for what does not go on where the client's structs end. */
function append(
  clients: Map<number, Written>,
  { client, clock, end, count, bytes, hasGap }: Stretch,
): boolean {
  const own = clients.get(client) ?? { end: 0, count: 0, stretches: [] }
  if (hasGap || own.end !== clock) return false
  own.end = end
  own.count += count
  own.stretches.push(bytes)
  clients.set(client, own)
  return true
}

function wholeOf(clients: Map<number, Written>, deletions: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [numbers(clients.size)]
  for (const [client, { count, stretches }] of highestFirst(clients)) {
    parts.push(numbers(count, client, 0))
    for (const bytes of stretches) parts.push(bytes)
  }
  return Buffer.concat([...parts, deletions])
}

/** As Yjs writes them. */
const highestFirst = <Own>(clients: Map<number, Own>): Map<number, Own> =>
  new Map([...clients].toSorted(([one], [other]) => other - one))

const numbers = (...all: number[]): Uint8Array =>
  encoding.encode((encoder) => {
    for (const number of all) encoding.writeVarUint(encoder, number)
  })
