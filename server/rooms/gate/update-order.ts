import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import type { Struct } from './update-places.ts'

/**
 * An update's new structs in the very order in which Yjs takes them: the highest client first, and before each what it
 * builds on. Throws `update_refused` when some wait for each other.
 */
export function* inOrder(fresh: readonly Struct[]): Generator<Struct> {
  const lists = new Map<number, { structs: Struct[]; next: number }>()
  for (const struct of fresh) {
    const list = lists.get(struct.id.client)
    if (list) list.structs.push(struct)
    else lists.set(struct.id.client, { structs: [struct], next: 0 })
  }
  if (lists.size === 1) {
    yield* fresh
    return
  }
  const isAhead = (id: unknown): id is Y.ID => {
    if (!(id instanceof Y.ID)) return false
    const list = lists.get(id.client)
    const next = list?.structs[list.next]
    return next !== undefined && id.clock >= next.id.clock
  }
  for (const client of [...lists.keys()].toSorted((a, b) => b - a)) {
    const { structs } = lists.get(client)!
    const waiting: number[] = []
    while (waiting.length > 0 || lists.get(client)!.next < structs.length) {
      const current = waiting.at(-1) ?? client
      const list = lists.get(current)!
      const struct = list.structs[list.next]!
      const needed =
        struct instanceof Y.Item
          ? anchorsOf(struct).find((id) => id.client !== current && isAhead(id))
          : undefined
      if (needed) {
        if (waiting.push(needed.client) > lists.size) throw new Refusal('update_refused')
      } else {
        list.next++
        waiting.pop()
        yield struct
      }
    }
  }
}

/** What an item hangs from and stands between, as far as it says so. */
export const anchorsOf = ({ origin, rightOrigin, parent }: Y.Item): Y.ID[] =>
  [origin, rightOrigin, parent].filter((id) => id instanceof Y.ID)
