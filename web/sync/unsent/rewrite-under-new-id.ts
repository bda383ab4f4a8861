import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

/** What one client id wrote here, from its first clock on; `to` is behind its last. */
export interface Authored {
  client: number
  to: number
}

type Struct = Y.Item | Y.GC | Y.Skip

/**
 * All that stands in `doc`, with what `authored` wrote under client ids of its own: for when another editor was given
 * the id first, so that the server takes nothing under it. The same changes, of the same places, deletions too:
 * applied to a text in which somebody else holds the former ids, none is lost and none is there twice. Returns a new
 * id for each.
 */
export function reauthor(
  doc: Y.Doc,
  authored: readonly Authored[],
): { update: Uint8Array; clients: Authored[] } {
  const newIds = new Map(authored.map(({ client }) => [client, new Y.Doc().clientID]))
  const ends = new Map(authored.map(({ client, to }) => [client, to]))
  const { structs, ds } = Y.decodeUpdate(Y.encodeStateAsUpdate(doc))
  const isOurs = ({ client, clock }: Y.ID) => clock < (ends.get(client) ?? 0)
  const idOf = (id: Y.ID) => (isOurs(id) ? Y.createID(newIds.get(id.client)!, id.clock) : id)

  const all = new Map<number, Struct[]>()
  for (const struct of structs) {
    // what the other editor wrote under the id is the server's to send
    if (newIds.has(struct.id.client) && !isOurs(struct.id)) continue
    const renamed = rename(struct, idOf)
    const list = all.get(renamed.id.client)
    if (list) list.push(renamed)
    else all.set(renamed.id.client, [renamed])
  }
  const encoder = new Y.UpdateEncoderV1()
  const { restEncoder } = encoder
  encoding.writeVarUint(restEncoder, all.size)
  // as Yjs writes them: higher ids first
  for (const [client, list] of [...all].sort(([one], [other]) => other - one)) {
    encoding.writeVarUint(restEncoder, list.length)
    encoder.writeClient(client)
    encoding.writeVarUint(restEncoder, list[0]!.id.clock)
    for (const struct of list) struct.write(encoder, 0)
  }
  writeDeletions(restEncoder, ds, ends, newIds)
  return {
    update: encoder.toUint8Array(),
    clients: [...ends].map(([client, to]) => ({ client: newIds.get(client)!, to })),
  }
}

function rename(struct: Struct, idOf: (id: Y.ID) => Y.ID): Struct {
  if (struct instanceof Y.Skip) return new Y.Skip(idOf(struct.id), struct.length)
  if (!(struct instanceof Y.Item)) return new Y.GC(idOf(struct.id), struct.length)
  const { origin, rightOrigin, parent } = struct as Y.Item & { parent: Y.ID | string | null }
  return new Y.Item(
    idOf(struct.id),
    null,
    origin && idOf(origin),
    null,
    rightOrigin && idOf(rightOrigin),
    (typeof parent === 'object' && parent !== null ? idOf(parent) : parent) as
      | Y.AbstractType<unknown>
      | Y.ID
      | null,
    struct.parentSub,
    struct.content,
  )
}

function writeDeletions(
  encoder: encoding.Encoder,
  { clients }: ReturnType<typeof Y.decodeUpdate>['ds'],
  ends: ReadonlyMap<number, number>,
  newIds: ReadonlyMap<number, number>,
): void {
  const ranges = new Map<number, { clock: number; len: number }[]>()
  const add = (client: number, clock: number, len: number) => {
    if (len > 0) ranges.set(client, [...(ranges.get(client) ?? []), { clock, len }])
  }
  for (const [client, deleted] of clients) {
    for (const { clock, len } of deleted) {
      // a run of deletions may reach from what was written here into what the other editor wrote
      const ours = Math.min(len, Math.max(0, (ends.get(client) ?? 0) - clock))
      add(newIds.get(client) ?? client, clock, ours)
      add(client, clock + ours, len - ours)
    }
  }
  encoding.writeVarUint(encoder, ranges.size)
  for (const [client, deleted] of [...ranges].sort(([one], [other]) => other - one)) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, deleted.length)
    for (const { clock, len } of deleted) {
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarUint(encoder, len)
    }
  }
}
