import * as Y from 'yjs'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { checkContent, longestGap } from './update-content.ts'
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

  // a place is only looked for when everything that it may lead through is there
  for (const struct of fresh) {
    if (struct instanceof Y.Item) {
      const anchors = anchorsOf(struct)
      refuseIf(anchors.some(({ client, clock }) => client === struct.id.client && clock >= struct.id.clock))
      if (anchors.some(({ client, clock }) => clock >= endOf(client))) return 'missing'
    } else {
      refuseIf(struct.length > longestGap)
    }
  }
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) if (clock + len > endOf(client)) return 'missing'
  }
  const places = new Places(against.doc, fresh, against.limits.nestingDepth)
  for (const struct of fresh) if (struct instanceof Y.Item) checkContent(struct, places, against.limits)
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

/** What an item hangs from and stands between, as far as it says so. */
const anchorsOf = ({ origin, rightOrigin, parent }: Y.Item): Y.ID[] =>
  [origin, rightOrigin, parent].filter((id) => id instanceof Y.ID)
