import * as encoding from 'lib0/encoding'
import type { Deletions } from './merge-cost.ts'

/** A deletion that moves more places of authors' lists is put in in parts: so many take 50 ms. */
export const mostMovedAtOnce = 12_500_000

interface Part {
  client: number
  clock: number
  len: number
}

/**
 * A long deletion as updates that each delete a part of it, to be put in in this order; `moved`: how many places all of
 * it moves. Each author's end comes first: what is behind a part is one run by then, and all parts together move no
 * more than the whole.
 */
export function partsOf(deletions: Deletions, moved: number): Uint8Array[] {
  const ranges = [...deletions.clients].flatMap(([client, own]) =>
    own.map(({ clock, len }) => ({ client, clock, len })),
  )
  const total = ranges.reduce((sum, { len }) => sum + len, 0)
  // the last part, an author's beginning, moves about twice as much as the middle one
  const most = Math.ceil(total / Math.ceil((2 * moved) / mostMovedAtOnce))
  const updates: Uint8Array[] = []
  let parts: Part[] = []
  let room = most
  for (const range of ranges.toReversed()) {
    let end = range.clock + range.len
    while (end > range.clock) {
      const len = Math.min(room, end - range.clock)
      end -= len
      room -= len
      parts.push({ client: range.client, clock: end, len })
      if (room > 0) continue
      updates.push(updateOf(parts))
      parts = []
      room = most
    }
  }
  if (parts.length > 0) updates.push(updateOf(parts))
  return updates
}

/** An update in Yjs' first format that holds nothing but deletions. */
const updateOf = (parts: readonly Part[]): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, 0)
    const clients = new Set(parts.map(({ client }) => client))
    encoding.writeVarUint(encoder, clients.size)
    for (const client of clients) {
      const own = parts.filter((part) => part.client === client).toReversed()
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, own.length)
      for (const { clock, len } of own) {
        encoding.writeVarUint(encoder, clock)
        encoding.writeVarUint(encoder, len)
      }
    }
  })
