import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'

/**
 * The canonical JSON of a value (RFC 8785): one value, one sequence of bytes. Throws on what JSON cannot say
 * (NaN, infinities, lone surrogates, cycles).
 */
export function canonicalJson(value: object): string {
  return canonicalize(value)!
}

/** SHA-256 of a text's UTF-8, 64 hex digits. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')
