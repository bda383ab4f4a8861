import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import canonicalize from 'canonicalize'

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

/** `canonicalJson` of megabytes: the same text, made in pieces between which others have their turn. */
export async function canonicalInPieces(value: object): Promise<string> {
  let began = performance.now()
  const write = async (part: unknown, depth: number): Promise<string | undefined> => {
    if (depth === 0 || typeof part !== 'object' || part === null) {
      if (performance.now() - began > turnMs) {
        await nextTurn()
        began = performance.now()
      }
      return canonicalize(part)
    }
    const written: string[] = []
    /* oxlint-disable no-await-in-loop -- piece by piece */
    if (Array.isArray(part)) {
      for (const one of part) written.push((await write(one, depth - 1)) ?? 'null')
      return `[${written.join(',')}]`
    }
    for (const [name, one] of Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const text = one === undefined ? undefined : await write(one, depth - 1)
      if (text !== undefined) written.push(`${canonicalize(name)}:${text}`)
    }
    /* oxlint-enable no-await-in-loop */
    return `{${written.join(',')}}`
  }
  return (await write(value, piecesDeep))!
}

/** SHA-256 of a text's UTF-8, 64 hex digits. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
