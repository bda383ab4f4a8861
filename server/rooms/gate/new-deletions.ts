import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import type { Deletions } from './merge-cost.ts'
import type { Struct } from './update-places.ts'

/** True for what is deleted already, which no other deletion cuts. */
export const isDead = (struct: Struct): boolean =>
  !(struct instanceof Y.Item) || struct.deleted || struct.content instanceof Y.ContentDeleted

/** A client's structs, as the document has them, that a range meets: the first may begin before it, the last end behind. */
export function* structsOfRange(
  doc: Y.Doc,
  client: number,
  { clock, len }: { clock: number; len: number },
): Generator<Y.Item | Y.GC> {
  const structs = doc.store.clients.get(client) ?? []
  if (clock >= Y.getState(doc.store, client)) return
  for (let index = Y.findIndexSS(structs, clock); index < structs.length; index++) {
    const struct = structs[index]!
    if (struct.id.clock >= clock + len) return
    yield struct
  }
}

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
    const known = Y.getState(doc.store, client)
    // two neighbours may end and begin within one struct
    let left = (doc.store.clients.get(client)?.length ?? 0) + ranges.length
    const live = ranges.filter((range) => {
      if (range.clock + range.len > known) return true
      for (const struct of structsOfRange(doc, client, range)) {
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
