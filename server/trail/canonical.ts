import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import canonicalize from 'canonicalize'
import { joinInPieces } from '../db/in-pieces.ts'

/**
 * The canonical JSON of a value (RFC 8785): one value, one sequence of bytes. Throws on what JSON cannot say
 * (NaN, infinities, lone surrogates, cycles).
 */
export function canonicalJson(value: object): string {
  return canonicalize(value)!
}

/** A record holds its documents' blocks and its points so deep; each of them is written at one go. */
const piecesDeep = 5
/** How long is written at one go, in milliseconds. */
const turnMs = 10
/** So many characters are turned into bytes at one go. */
const encodedAtOnce = 65_536

/** A part of a value that is written already: its canonical JSON in UTF-8. */
export class WrittenJson {
  readonly bytes: Uint8Array
  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }
}

/** Asked between any two steps of long work: what it gives is to be waited for, and lets others have their turn. */
export type Turns = () => Promise<void> | null

export function startTurns(): Turns {
  let began = performance.now()
  const next = async () => {
    await nextTurn()
    began = performance.now()
  }
  return () => (performance.now() - began < turnMs ? null : next())
}

/** `canonicalJson` of megabytes, in UTF-8: the same bytes, made in pieces between which others have their turn. */
export async function canonicalInPieces(value: object, turns = startTurns()): Promise<Uint8Array> {
  let text = ''
  const parts: Uint8Array[] = []
  const encode = () => {
    if (text !== '') parts.push(Buffer.from(text))
    text = ''
  }
  const put = async (more: string): Promise<void> => {
    text += more
    if (text.length > encodedAtOnce) encode()
    await turns()
  }
  const write = async (part: unknown, depth: number): Promise<void> => {
    if (part instanceof WrittenJson) {
      encode()
      parts.push(part.bytes)
      return
    }
    if (depth === 0 || typeof part !== 'object' || part === null) {
      return put(canonicalize(part) ?? 'null')
    }
    let between = ''
    if (Array.isArray(part)) {
      await put('[')
      for (const one of part) {
        await put(between)
        await write(one, depth - 1)
        between = ','
      }
      return put(']')
    }
    await put('{')
    for (const [name, one] of Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      if (one === undefined) continue
      await put(`${between}${canonicalize(name)}:`)
      await write(one, depth - 1)
      between = ','
    }
    await put('}')
  }
  await write(value, piecesDeep)
  encode()
  return joinInPieces(parts)
}

/** SHA-256 of a text's UTF-8, 64 hex digits. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
