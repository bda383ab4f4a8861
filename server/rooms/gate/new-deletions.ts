import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import type { Deletions } from './merge-cost.ts'
import type { Struct } from './update-places.ts'

/** True for what is deleted already, which no other deletion cuts. */
export const isDead = (struct: Struct): boolean =>
  !(struct instanceof Y.Item) || struct.deleted || struct.content instanceof Y.ContentDeleted

/**
 * The ranges of `ds` that delete what the document still has, and how many pieces were gone through that are deleted
 * already. A client that comes back sends all that it knows to be
 * deleted, which may be most of the document's history. Throws `update_too_complex` when
 * ranges overlap, since Yjs goes through each of them and no honest update has any.
 */
export function newDeletions(ds: Deletions, doc: Y.Doc): { ranges: Deletions; walked: number } {
  const deletions = Y.createDeleteSet()
  let walked = 0
  for (const [client, ranges] of ds.clients) {
    const structs = doc.store.clients.get(client) ?? []
    const known = Y.getState(doc.store, client)
    // two neighbours may end and begin within one struct
    let left = structs.length + ranges.length
    const live = ranges.filter(({ clock, len }) => {
      const end = clock + len
      if (end > known) return true
      for (let index = Y.findIndexSS(structs, clock); index < structs.length; index++) {
        const struct = structs[index]!
        if (struct.id.clock >= end) return false
        if (left-- <= 0) throw new Refusal('update_too_complex')
        if (!isDead(struct)) return true
        walked++
      }
      return false
    })
    if (live.length > 0) deletions.clients.set(client, live)
  }
  return { ranges: deletions, walked }
}
