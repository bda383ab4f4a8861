import { createDecoder, readVarUint } from 'lib0/decoding'
import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import { countStructs } from './count-structs.ts'

/** The number of authors that an update says it has, which it begins with. Throws `update_malformed`. */
export function clientsIn(update: Uint8Array): number {
  try {
    return readVarUint(createDecoder(update))
  } catch {
    throw new Refusal('update_malformed')
  }
}

/**
 * An update as Yjs puts it in; `clients`: so many as it says it has. Throws `update_too_large`, `update_too_complex` or
 * `update_malformed`.
 */
export function decode(
  update: Uint8Array,
  clients: number,
  doc: Y.Doc,
  limits: Limits,
): ReturnType<typeof Y.decodeUpdate> {
  if (update.length > limits.updateBytes) throw new Refusal('update_too_large', { limit: limits.updateBytes })
  try {
    // before Yjs makes an object of each; a client may repeat what the document has, and have it in more pieces
    const most = limits.structsPerUpdate
    if (countStructs(update, most) > most) {
      const withKnown = most + 2 * structsIn(doc)
      if (countStructs(update, withKnown) > withKnown) throw new Refusal('update_too_complex')
    }
    const decoded = Y.decodeUpdate(update)
    refuseAmbiguous(decoded, clients)
    return decoded
  } catch (failure) {
    if (failure instanceof Refusal) throw failure
    throw new Refusal('update_malformed')
  }
}

function structsIn(doc: Y.Doc): number {
  let count = 0
  for (const structs of doc.store.clients.values()) count += structs.length
  return count
}

/**
 * Yjs reads an update in two ways: as `decodeUpdate`, struct by struct, and as `applyUpdate`, which keeps only the last
 * block of a client and puts in what is empty wherever it stands. What no encoder of Yjs writes is refused, so that
 * what is put in is what was looked at.
 */
function refuseAmbiguous({ structs, ds }: ReturnType<typeof Y.decodeUpdate>, blocks: number): void {
  const clients = new Set<number>()
  let current: number | null = null
  for (const { id, length } of structs) {
    if (length <= 0 || (id.client !== current && clients.has(id.client)))
      throw new Refusal('update_malformed')
    clients.add((current = id.client))
  }
  if (clients.size !== blocks) throw new Refusal('update_malformed')
  for (const ranges of ds.clients.values()) {
    if (ranges.some(({ len }) => len <= 0)) throw new Refusal('update_malformed')
  }
}

/**
 * What is new of a struct whose beginning the document has, as Yjs puts it in: behind that beginning, wherever the
 * struct says that it hangs. Throws `update_refused` where it says another place than the beginning has.
 */
export function restOf(struct: Y.Item | Y.GC, from: number, doc: Y.Doc): Y.Item | Y.GC {
  const { client, clock } = struct.id
  const id = Y.createID(client, from)
  if (!(struct instanceof Y.Item)) return new Y.GC(id, clock + struct.length - from)
  const before = Y.getItem(doc.store, Y.createID(client, from - 1)) as Y.Item | Y.GC
  const said = hangsFrom(struct, doc)
  refuseIf(before instanceof Y.Item ? before.parent !== said.parent : said.parent !== null)
  refuseIf(before instanceof Y.Item && before.parentSub !== said.key)
  const content = struct.content.copy().splice(from - clock)
  return new Y.Item(id, null, Y.createID(client, from - 1), null, struct.rightOrigin, null, null, content)
}

const collected = { parent: null, key: null }

/** Where an item says that it hangs, of which the document has all: null for what was collected. */
function hangsFrom(
  { id, origin, rightOrigin, parent, parentSub }: Y.Item,
  doc: Y.Doc,
): { parent: Y.Item['parent']; key: string | null } {
  if (typeof parent === 'string') {
    refuseIf(!doc.share.has(parent))
    return { parent: doc.share.get(parent)!, key: parentSub }
  }
  const neighbours = [origin, rightOrigin].filter((at) => at !== null)
  const found = (neighbours.length > 0 ? neighbours : parent === null ? [] : [parent as Y.ID]).map((at) => {
    refuseIf(at.clock >= (at.client === id.client ? id.clock : Y.getState(doc.store, at.client)))
    return Y.getItem(doc.store, at) as Y.Item | Y.GC
  })
  const [first] = found
  if (!(first instanceof Y.Item) || found.some((one) => !(one instanceof Y.Item))) return collected
  if (neighbours.length > 0) return { parent: first.parent, key: first.parentSub }
  return first.content instanceof Y.ContentType ? { parent: first.content.type, key: parentSub } : collected
}

/** Throws `update_refused`. */
export function refuseIf(condition: boolean): void {
  if (condition) throw new Refusal('update_refused')
}
