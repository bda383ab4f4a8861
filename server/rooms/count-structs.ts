import * as decoding from 'lib0/decoding'

type Decoder = decoding.Decoder

/**
 * Counts what an update in Yjs' first format holds, items and deleted ranges, without making any of it; stops above
 * `most`. Throws where the bytes are no update.
 */
export function countStructs(update: Uint8Array, most: number): number {
  const decoder = decoding.createDecoder(update)
  let count = 0
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    const structs = decoding.readVarUint(decoder)
    skipNumbers(decoder, 2)
    for (let left = structs; left > 0; left--) {
      skipStruct(decoder)
      if (++count > most) return count
    }
  }
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    skipNumbers(decoder, 1)
    for (let left = decoding.readVarUint(decoder); left > 0; left--) {
      skipNumbers(decoder, 2)
      if (++count > most) return count
    }
  }
  return count
}

/** Yjs' numbers of the kinds of content, and of the types that have a name. */
const kinds = {
  deleted: 1,
  json: 2,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
  doc: 9,
} as const
const gap = 10
const kindBits = 0x1f
const namedTypes = [3, 5]

/** True before what stands for structs that are not there. */
export const isBeforeGap = ({ arr, pos }: Decoder): boolean => (arr[pos]! & kindBits) === gap

/**
 * Goes past one struct. Throws where the bytes are none. Returns its length as its client's clock counts, where that
 * `isWanted`: of a text it is known only when each byte was looked at.
 */
export function skipStruct(decoder: Decoder, isWanted = false): number {
  const info = decoding.readUint8(decoder)
  const kind = info & kindBits
  if (kind === 0 || kind === gap) return decoding.readVarUint(decoder)
  const [hasOrigin, hasRight, hasKey] = [info & 0x80, info & 0x40, info & 0x20]
  if (hasOrigin) skipNumbers(decoder, 2)
  if (hasRight) skipNumbers(decoder, 2)
  if (!hasOrigin && !hasRight) {
    if (decoding.readVarUint(decoder) === 1) skipBytes(decoder)
    else skipNumbers(decoder, 2)
    if (hasKey) skipBytes(decoder)
  }
  if (kind === kinds.string && isWanted) return skipText(decoder)
  return skipContent(decoder, kind)
}

function skipContent(decoder: Decoder, kind: number): number {
  switch (kind) {
    case kinds.deleted:
      return decoding.readVarUint(decoder)
    case kinds.json:
      return skipEach(decoder, skipBytes)
    case kinds.any:
      return skipEach(decoder, decoding.readAny)
    case kinds.binary:
    case kinds.string:
    case kinds.embed:
      skipBytes(decoder)
      return 1
    case kinds.format:
      skipBytes(decoder)
      skipBytes(decoder)
      return 1
    case kinds.type:
      if (namedTypes.includes(decoding.readVarUint(decoder))) skipBytes(decoder)
      return 1
    case kinds.doc:
      skipBytes(decoder)
      decoding.readAny(decoder)
      return 1
    default:
      throw new RangeError(`no content of kind ${kind}`)
  }
}

function skipEach(decoder: Decoder, skip: (decoder: Decoder) => unknown): number {
  const count = decoding.readVarUint(decoder)
  for (let left = count; left > 0; left--) skip(decoder)
  return count
}

/** Returns how long the text is in memory, in UTF-16. */
function skipText(decoder: Decoder): number {
  const end = decoding.readVarUint(decoder) + decoder.pos
  const { arr } = decoder
  if (end > arr.length) throw new RangeError('the update ends too early')
  let units = 0
  for (let at = decoder.pos; at < end; at++) {
    const byte = arr[at]!
    // each character begins with a byte of its own; one of four bytes is two units
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1
  }
  decoder.pos = end
  return units
}

/** Goes past so many numbers. */
export function skipNumbers(decoder: Decoder, count: number): void {
  for (; count > 0; count--) decoding.readVarUint(decoder)
}

/** Bytes, or a text whose length is not asked for, behind their own length. */
function skipBytes(decoder: Decoder): void {
  const length = decoding.readVarUint(decoder)
  if (decoder.pos + length > decoder.arr.length) throw new RangeError('the update ends too early')
  decoder.pos += length
}
