import * as Y from 'yjs'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { Places, type Struct } from './update-places.ts'

/** What an update is checked against: the document as it stands, and whose each client id is. */
export interface Against {
  doc: Y.Doc
  owners: Pick<ReadonlyMap<number, string>, 'get'>
  userId: string
  limits: Limits
}

/** `missing`: the update builds on something that is not here (yet). Else the client ids it meets first. */
export type Checked = 'missing' | { clientIds: number[] }

type Clock = (client: number) => number

/** A legitimate run of deleted or collected characters is a chapter or two; a forged one freezes the server. */
const longestGap = 1_000_000

/**
 * Rule 2: reads an update without touching the document, and refuses what must not reach it. Structs that the
 * document already has are not looked at again. Throws `update_too_large`, `update_malformed`, `client_id_taken`
 * or `update_refused`.
 */
export function checkUpdate(update: Uint8Array, against: Against): Checked {
  const { structs, ds } = decode(update, against.limits)
  const { store } = against.doc
  const fresh: Struct[] = []
  const ends = new Map<number, number>()
  const endOf: Clock = (client) => ends.get(client) ?? Y.getState(store, client)
  const clientIds = new Set<number>()

  for (const struct of structs) {
    const { client, clock } = struct.id
    const known = endOf(client)
    if (clock + struct.length <= known) continue
    refuseIf(struct instanceof Y.Skip)
    if (clock > known) return 'missing'
    const owner = against.owners.get(client)
    if (owner === undefined) clientIds.add(client)
    else if (owner !== against.userId) throw new Refusal('client_id_taken')
    ends.set(client, clock + struct.length)
    fresh.push(struct)
  }

  const places = new Places(against.doc, fresh, against.limits.nestingDepth)
  for (const struct of fresh) {
    if (struct instanceof Y.Item) {
      if (!isAnchored(struct, endOf)) return 'missing'
      checkItem(struct, places, against.limits)
    } else {
      refuseIf(struct.length > longestGap)
    }
  }
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) if (clock + len > endOf(client)) return 'missing'
  }
  return { clientIds: [...clientIds] }
}

function decode(update: Uint8Array, limits: Limits): ReturnType<typeof Y.decodeUpdate> {
  if (update.length > limits.updateBytes) throw new Refusal('update_too_large', { limit: limits.updateBytes })
  try {
    return Y.decodeUpdate(update)
  } catch {
    throw new Refusal('update_malformed')
  }
}

function refuseIf(condition: boolean): void {
  if (condition) throw new Refusal('update_refused')
}

const isAnchored = ({ origin, rightOrigin, parent }: Y.Item, endOf: Clock): boolean =>
  [origin, rightOrigin, parent instanceof Y.ID ? parent : null].every(
    (id) => id === null || id.clock < endOf(id.client),
  )

function checkItem(item: Y.Item, places: Places, limits: Limits): void {
  const { content } = item
  refuseIf(content instanceof Y.ContentDoc)
  refuseIf(content instanceof Y.ContentDeleted && content.len > longestGap)
  refuseIf(
    item.parentSub === '__proto__' || (content instanceof Y.ContentFormat && content.key === '__proto__'),
  )
  const place = places.of(item)
  if (place.kind === 'collected' || content instanceof Y.ContentDeleted) return
  if (content instanceof Y.ContentType) {
    refuseIf(place.depth >= limits.nestingDepth)
    refuseIf(!(content.type instanceof Y.XmlElement) && !(content.type instanceof Y.XmlText))
    refuseIf(place.kind === 'text' || place.key !== null)
  } else {
    // an element's attribute or a stretch of text: nothing else holds plain content
    refuseIf(place.kind === 'root' || (place.kind === 'element' && place.key === null))
  }
}
