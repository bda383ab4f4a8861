import * as decoding from 'lib0/decoding'
import { skipNumbers } from '../gate/count-structs.ts'
import type { Slices } from './time-slices.ts'

/** So many ranges are gone through at one go: a tenth of a millisecond. */
const mostAtOnce = 1_000

/**
 * True when all that `theirs` deletes is deleted by `ours` as well. Both are updates without structs; `ours` is sorted,
 * as Yjs writes it. Where they are long others have their turn.
 */
export async function holdsDeletions(ours: Uint8Array, theirs: Uint8Array, slices: Slices): Promise<boolean> {
  /** Each client's ranges: where one begins, where it ends, and so on. */
  const deleted = new Map<number, number[]>()
  const note = ({ client, clock, end }: Range): boolean => {
    const own = deleted.get(client)
    if (!own) deleted.set(client, [clock, end])
    else if (own.at(-1) === clock) own[own.length - 1] = end
    else own.push(clock, end)
    return true
  }
  const isDeleted = ({ client, clock, end }: Range): boolean =>
    isWithin(deleted.get(client) ?? [], clock, end)
  return (await goThroughRanges(ours, slices, note)) && goThroughRanges(theirs, slices, isDeleted)
}

interface Range {
  client: number
  clock: number
  end: number
}

function* rangesIn(deletions: Uint8Array): Generator<Range> {
  const decoder = decoding.createDecoder(deletions)
  skipNumbers(decoder, 1)
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    const client = decoding.readVarUint(decoder)
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      const clock = decoding.readVarUint(decoder)
      yield { client, clock, end: clock + decoding.readVarUint(decoder) }
    }
  }
}

/** False as soon as `each` returns it. */
async function goThroughRanges(
  deletions: Uint8Array,
  slices: Slices,
  each: (range: Range) => boolean,
): Promise<boolean> {
  let count = 0
  for (const range of rangesIn(deletions)) {
    if (!each(range)) return false
    const others = ++count % mostAtOnce === 0 ? slices.pause() : null
    if (others) await others
  }
  return true
}

/** Whether one of a client's ranges has all of this one. */
function isWithin(own: readonly number[], clock: number, end: number): boolean {
  let [first, last] = [0, own.length / 2]
  while (first < last) {
    const middle = (first + last) >> 1
    if (own[2 * middle]! <= clock) first = middle + 1
    else last = middle
  }
  // the one before begins at this clock or earlier
  return first > 0 && end <= own[2 * first - 1]!
}
