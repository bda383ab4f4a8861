import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'

/** What one client id wrote here, from its first clock on; `to` is behind its last. */
export interface Authored {
  client: number
  to: number
}

type Struct = Y.Item | Y.GC

/**
 * What `authored` wrote in `doc`, under client ids of its own: for when another editor was given the id first, so that
 * the server takes nothing under it. The same changes, of the same places, deletions too: applied to a text in which
 * somebody else holds the former ids, none is lost and none is there twice. Returns a new id for each.
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

  const own = new Map<number, Struct[]>()
  for (const struct of structs) {
    if (struct instanceof Y.Skip || !isOurs(struct.id)) continue
    const renamed = rename(struct, idOf)
    own.set(renamed.id.client, [...(own.get(renamed.id.client) ?? []), renamed])
  }
  const encoder = new Y.UpdateEncoderV1()
  const { restEncoder } = encoder
  encoding.writeVarUint(restEncoder, own.size)
  // as Yjs writes them: higher ids first
  for (const [client, list] of [...own].sort(([one], [other]) => other - one)) {
    encoding.writeVarUint(restEncoder, list.length)
    encoder.writeClient(client)
    encoding.writeVarUint(restEncoder, list[0]!.id.clock)
    for (const struct of list) struct.write(encoder, 0)
  }
  writeDeletions(restEncoder, ds, isOurs, newIds)
  return {
    update: encoder.toUint8Array(),
    clients: authored.map(({ client, to }) => ({ client: newIds.get(client)!, to })),
  }
}

function rename(struct: Struct, idOf: (id: Y.ID) => Y.ID): Struct {
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
  isOurs: (id: Y.ID) => boolean,
  newIds: ReadonlyMap<number, number>,
): void {
  const ranges = new Map<number, { clock: number; len: number }[]>()
  for (const [client, deleted] of clients) {
    for (const { clock, len } of deleted) {
      const to = isOurs(Y.createID(client, clock)) ? newIds.get(client)! : client
      ranges.set(to, [...(ranges.get(to) ?? []), { clock, len }])
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
