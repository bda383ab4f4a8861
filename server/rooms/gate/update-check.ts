import * as Y from 'yjs'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import { checkOwnRuns } from './text-runs.ts'
import { Cost, isPlain, type KnownConflicts } from './update-cost.ts'
import { checkContent } from './update-content.ts'
import type { Deletions } from './merge-cost.ts'
import { newDeletions } from './new-deletions.ts'
import { anchorsOf } from './update-order.ts'
import { Places, type Struct } from './update-places.ts'
import { clientsIn, decode, refuseIf, restOf } from './update-reading.ts'
import { onceIn, toEnd, type Steps } from './steps.ts'
import { partsOfUpdate } from '../text/parts-of-update.ts'
import { written } from '../text/update-parts.ts'

/** What an update is checked against: the document as it stands, and whose each client id is. */
export interface Against {
  doc: Y.Doc
  owners: Pick<ReadonlyMap<number, string | null>, 'get'>
  userId: string
  limits: Limits
  conflicts: KnownConflicts
  /** Counts what the check itself works, in moves, at once; false where the person has used up what they may. */
  mayWork(moves: number): boolean
}

/** An update builds on something that is not here (yet): this is one such thing. */
export interface Missing {
  missing: { client: number; clock: number }
}

/**
 * What an update builds on that is missing, or else the client ids it meets first, and what
 * it costs: looks of Yjs to find the order of what was written without knowing of each other, and places in authors'
 * lists that it moves. `deletions`: what it deletes that is still there, with all that is in it. `settle` is to be called when the update is in the document.
 */
export type Checked =
  | Missing
  | {
      clientIds: number[]
      conflictSteps: number
      movedItems: number
      /** The update without what is here already: Yjs cuts the document for that as well, and makes the root that it names. */
      update: Uint8Array
      deletions: Deletions | null
      /** Nothing is added. */
      addsNothing: boolean
      /** There is nothing in it that the document has not. */
      saysNothing: boolean
      /** What it names of what it deletes; null where it deletes nothing that is still there. */
      named: Deletions | null
      /** The same in parts, of which none takes long to be put in, as they are asked for; null where the update does not either. */
      parts: Iterable<Uint8Array> | null
      settle: () => void
    }

type Clock = (client: number) => number

/**
 * Rule 2: reads an update without touching the document, and refuses what must not reach it. Structs that the
 * document already has are not looked at again. Throws `update_too_large`, `update_malformed`, `client_id_taken`,
 * `update_refused`, `too_many_client_ids`, `update_too_complex`, `too_many_updates` or `text_run_too_long`.
 */
export const checkUpdate = (update: Uint8Array, against: Against): Checked =>
  toEnd(checkInSteps(update, against))

/** Each piece that was deleted before, and is deleted again, is gone through in the time of moving so many places. */
const movesPerWalked = 8
const fewWalked = 1_000

/** So many items are looked at in a step, each a few times: some milliseconds. */
const itemsPerStep = 1_000

/** As `checkUpdate`; until the last step nothing may happen to the document but what `DocumentState.mayGoOn` allows. */
export function* checkInSteps(update: Uint8Array, against: Against): Steps<Checked> {
  const isStep = onceIn(itemsPerStep)
  const { limits } = against
  const { store } = against.doc
  const clients = clientsIn(update)
  if (clients > store.clients.size + limits.clientIdsPerUpdate) {
    throw new Refusal('too_many_client_ids', { limit: limits.clientIdsPerUpdate })
  }
  const { structs, ds } = decode(update, clients, against.doc, limits)
  const fresh: Struct[] = []
  let isRepeating = false
  const ends = new Map<number, number>()
  const endOf: Clock = (client) => ends.get(client) ?? Y.getState(store, client)
  const clientIds = new Set<number>()

  for (const struct of structs) {
    if (isStep()) yield
    const { client, clock } = struct.id
    const end = endOf(client)
    isRepeating ||= clock < end
    if (clock + struct.length <= end) continue
    refuseIf(struct instanceof Y.Skip)
    if (clock > end) return { missing: { client, clock: clock - 1 } }
    const owner = against.owners.get(client)
    if (owner === undefined) {
      if (clientIds.add(client).size > limits.clientIdsPerUpdate) {
        throw new Refusal('too_many_client_ids', { limit: limits.clientIdsPerUpdate })
      }
    } else if (owner !== against.userId) throw new Refusal('client_id_taken')
    ends.set(client, clock + struct.length)
    const added = clock < end ? restOf(struct, end, against.doc) : struct
    if (fresh.push(added) > limits.structsPerUpdate) throw new Refusal('update_too_complex')
  }
  // a place is only looked for when everything that it may lead through is there
  for (const struct of fresh) {
    if (isStep()) yield
    if (struct instanceof Y.Item) {
      const anchors = anchorsOf(struct)
      refuseIf(anchors.some(({ client, clock }) => client === struct.id.client && clock >= struct.id.clock))
      const missing = anchors.find(({ client, clock }) => clock >= endOf(client))
      if (missing) return { missing }
    } else {
      refuseIf(struct.length > limits.collectedRun)
    }
  }
  for (const [client, ranges] of ds.clients) {
    for (const { clock, len } of ranges) {
      if (clock + len > endOf(client)) return { missing: { client, clock: clock + len - 1 } }
    }
  }
  const places = new Places(against.doc, fresh, limits.nestingDepth)
  for (const struct of fresh) {
    if (isStep()) yield
    if (!(struct instanceof Y.Item)) continue
    checkContent(struct, places, limits)
  }
  const isPlainTyping =
    fresh.length === 1 && ds.clients.size === 0 && isPlain(fresh[0]!, against.doc, against.conflicts)
  let deletions: Deletions | null = null
  let named: Deletions | null = null
  let hasDead = false
  const cost = isPlainTyping
    ? null
    : new Cost(against.doc, places, limits, against.conflicts, against.mayWork)
  if (cost) {
    yield* cost.add(fresh)
    const { ranges, walked } = newDeletions(ds, against.doc)
    hasDead = walked > fewWalked
    if (hasDead && !against.mayWork(walked * movesPerWalked)) {
      throw new Refusal('too_many_updates')
    }
    yield
    for (const [client, own] of ranges.clients) cost.addDeletions(own, client, endOf(client))
    if (ranges.clients.size > 0) named = ranges
    deletions = yield* cost.addMerges(ranges)
    yield* cost.addTidying()
  }
  for (const struct of fresh) {
    if (isStep()) yield
    const { client, clock } = struct.id
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) continue
    // what is cut, deleted again, or here in part is looked at when it is in the document
    if (cost?.revised.has(client) || clock < Y.getState(store, client)) continue
    if (places.of(struct).kind === 'text') checkOwnRuns(struct.content.str, limits.runCharacters)
  }
  const parts = cost?.isLong === true ? partsOfUpdate(against.doc, cost, named, deletions) : null
  return {
    clientIds: [...clientIds],
    conflictSteps: Math.ceil(cost?.steps ?? 0),
    movedItems: cost?.moved ?? 0,
    saysNothing: fresh.length === 0 && named === null,
    update: (isRepeating || hasDead) && !parts ? written(fresh, named) : update,
    addsNothing: fresh.length === 0,
    deletions,
    named,
    parts,
    settle: () => cost?.settle(),
  }
}
