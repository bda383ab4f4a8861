import * as decoding from 'lib0/decoding'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Admitted } from './ports.ts'
import { varUint } from './frames.ts'

/** One client's state as it came: `state` is null when the client takes it back. */
export interface AwarenessEntry {
  clientId: number
  clock: number
  state: Record<string, unknown> | null
}

/** Larger ids and clocks than a Yjs client can have: only a forger sends them (rule 10). */
const highestNumber = 0xffff_ffff

/** A stock client repeats what it heard of others, so a frame may name everybody in a crowded room. */
const mostEntries = 1_000

/**
 * Reads the entries of an awareness update that `isOwn` wants; those of others are skipped unread.
 * Throws `awareness_refused` on anything malformed or larger than the limits.
 */
export function readAwareness(
  update: Uint8Array,
  isOwn: (clientId: number) => boolean,
  limits: Limits,
): AwarenessEntry[] {
  const decoder = decoding.createDecoder(update)
  const entries: AwarenessEntry[] = []
  try {
    const count = decoding.readVarUint(decoder)
    if (count > mostEntries) throw new Refusal('awareness_refused')
    for (let i = 0; i < count; i++) {
      const clientId = decoding.readVarUint(decoder)
      const clock = decoding.readVarUint(decoder)
      const json = decoding.readVarUint8Array(decoder)
      if (clientId > highestNumber || clock > highestNumber) throw new Refusal('awareness_refused')
      if (!isOwn(clientId)) continue
      if (json.length > limits.awarenessBytes) throw new Refusal('awareness_refused')
      const state: unknown = JSON.parse(Buffer.from(json.buffer, json.byteOffset, json.length).toString())
      if (typeof state !== 'object' || Array.isArray(state)) throw new Refusal('awareness_refused')
      entries.push({ clientId, clock, state: state as AwarenessEntry['state'] })
    }
  } catch {
    throw new Refusal('awareness_refused')
  }
  return entries
}

/** The entry as others get it: `user` says who the server knows this to be; a colour is the client's own choice. */
export function encodeEntry({ clientId, clock, state }: AwarenessEntry, user: Admitted['user']): Uint8Array {
  const json = Buffer.from(state === null ? 'null' : JSON.stringify({ ...state, user: stamp(state, user) }))
  return Buffer.concat([varUint(clientId), varUint(clock), varUint(json.length), json])
}

function stamp(state: Record<string, unknown>, { id, name, side }: Admitted['user']) {
  const own = state.user as { color?: unknown } | null | undefined
  const color = typeof own?.color === 'string' && /^#[0-9a-f]{6}$/i.test(own.color) ? own.color : undefined
  return { id, name, side, color }
}

/** What tells others that a state is gone. The clock stays, so that the same client is seen again at its next change. */
export function encodeRemoval(clientId: number, clock: number): Uint8Array {
  return Buffer.concat([varUint(clientId), varUint(clock), varUint(4), Buffer.from('null')])
}
