import * as Y from 'yjs'
import { Refusal } from '../../shared/errors.ts'
import type { Struct } from './update-places.ts'

/**
 * An update's new structs in an order in which each comes after all that it builds on, as Yjs takes them. Throws
 * `update_refused` when some wait for each other.
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
  for (const client of lists.keys()) {
    const waiting = [client]
    while (waiting.length > 0) {
      const current = waiting.at(-1)!
      const list = lists.get(current)!
      const struct = list.structs[list.next]
      const needed =
        struct instanceof Y.Item
          ? anchorsOf(struct).find((id) => id.client !== current && isAhead(id))
          : undefined
      if (needed) {
        if (waiting.push(needed.client) > lists.size) throw new Refusal('update_refused')
      } else if (struct) {
        list.next++
        yield struct
      } else {
        waiting.pop()
      }
    }
  }
}

/** What an item hangs from and stands between, as far as it says so. */
export const anchorsOf = ({ origin, rightOrigin, parent }: Y.Item): Y.ID[] =>
  [origin, rightOrigin, parent].filter((id) => id instanceof Y.ID)
