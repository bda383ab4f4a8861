import * as decoding from 'lib0/decoding'
import { Refusal } from '../../../shared/errors.ts'
import type { Limits } from '../../../shared/limits.ts'
import { keepFields, type PresenceFields } from '../../../shared/wire/presence.ts'
import type { Admitted } from '../ports.ts'
import { varUintLength, writeVarUint } from './var-uint.ts'

/** One client's state as it came: `json` is its state, still unread. */
export interface AwarenessEntry {
  clientId: number
  clock: number
  json: Uint8Array
}

/** Larger ids and clocks than a Yjs client can have: only a forger sends them (rule 10). */
const highestNumber = 0xffff_ffff

/** A stock client repeats what it heard of others, so a frame may name everybody in a crowded room. */
const mostEntries = 1_000

/**
 * Finds the one entry of an awareness update that `isOwn` wants; those of others are skipped unread. Undefined
 * when there is none. Throws `awareness_refused` on anything malformed or larger than the limits.
 */
export function findEntry(
  update: Uint8Array,
  isOwn: (clientId: number) => boolean,
  limits: Limits,
): AwarenessEntry | undefined {
  const decoder = decoding.createDecoder(update)
  let found: AwarenessEntry | undefined
  try {
    const count = decoding.readVarUint(decoder)
    if (count > mostEntries) throw new Refusal('awareness_refused')
    for (let i = 0; i < count; i++) {
      const clientId = decoding.readVarUint(decoder)
      const clock = decoding.readVarUint(decoder)
      const length = decoding.readVarUint(decoder)
      const start = decoder.pos
      decoder.pos += length
      if (decoder.pos > update.length || clientId > highestNumber || clock > highestNumber) {
        throw new Refusal('awareness_refused')
      }
      if (found !== undefined || !isOwn(clientId)) continue
      if (length > limits.awarenessBytes) throw new Refusal('awareness_refused')
      found = { clientId, clock, json: update.subarray(start, decoder.pos) }
    }
  } catch {
    throw new Refusal('awareness_refused')
  }
  return found
}

/**
 * An entry's state as others get it: the fields that this kind of room shows, as far as they are well formed, and
 * `user`, which says who the server knows this to be; a colour is the client's own choice. Null when the client takes
 * its state back. Throws `awareness_refused` when it is no object.
 */
export function stampState(json: Uint8Array, user: Admitted['user'], fields: PresenceFields): string | null {
  const state = parse(json)
  if (state === null) return null
  const own = state.user as { color?: unknown } | null | undefined
  const color = typeof own?.color === 'string' && /^#[0-9a-f]{6}$/i.test(own.color) ? own.color : undefined
  const kept = JSON.stringify(keepFields(state, fields))
  return `{"user":${stampOf(user, color)}${kept === '{}' ? '' : ','}${kept.slice(1)}`
}

/** Each person's stamp as it was last written: a pointer that moves sends thirty states a second. */
const stamps = new WeakMap<Admitted['user'], { color: string | undefined; json: string }>()

function stampOf(user: Admitted['user'], color: string | undefined): string {
  const last = stamps.get(user)
  if (last && last.color === color) return last.json
  const json = JSON.stringify({ id: user.id, name: user.name, side: user.side, color })
  stamps.set(user, { color, json })
  return json
}

function parse(json: Uint8Array): Record<string, unknown> | null {
  let state: unknown
  try {
    state = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.length).toString())
  } catch {
    throw new Refusal('awareness_refused')
  }
  if (typeof state !== 'object' || Array.isArray(state)) throw new Refusal('awareness_refused')
  return state as Record<string, unknown> | null
}

export function encodeEntry(clientId: number, clock: number, state: string): Uint8Array {
  const length = Buffer.byteLength(state)
  const entry = Buffer.allocUnsafe(
    varUintLength(clientId) + varUintLength(clock) + varUintLength(length) + length,
  )
  let at = writeVarUint(entry, clientId, 0)
  at = writeVarUint(entry, clock, at)
  at = writeVarUint(entry, length, at)
  entry.write(state, at)
  return entry
}

/** What tells others that a state is gone. The clock stays, so that the same client is seen again at its next change. */
export const encodeRemoval = (clientId: number, clock: number): Uint8Array =>
  encodeEntry(clientId, clock, 'null')
