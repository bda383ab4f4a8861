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
const namedTypes = [3, 5]

/** Goes past one struct. Throws where the bytes are none. */
export function skipStruct(decoder: Decoder): void {
  const info = decoding.readUint8(decoder)
  const kind = info & 0x1f
  if (kind === 0 || kind === gap) return skipNumbers(decoder, 1)
  const [hasOrigin, hasRight, hasKey] = [info & 0x80, info & 0x40, info & 0x20]
  if (hasOrigin) skipNumbers(decoder, 2)
  if (hasRight) skipNumbers(decoder, 2)
  if (!hasOrigin && !hasRight) {
    if (decoding.readVarUint(decoder) === 1) skipBytes(decoder)
    else skipNumbers(decoder, 2)
    if (hasKey) skipBytes(decoder)
  }
  skipContent(decoder, kind)
}

function skipContent(decoder: Decoder, kind: number): void {
  switch (kind) {
    case kinds.deleted:
      return skipNumbers(decoder, 1)
    case kinds.binary:
    case kinds.string:
    case kinds.embed:
      return skipBytes(decoder)
    case kinds.format:
      skipBytes(decoder)
      return skipBytes(decoder)
    case kinds.type:
      if (namedTypes.includes(decoding.readVarUint(decoder))) skipBytes(decoder)
      return
    case kinds.json:
      for (let left = decoding.readVarUint(decoder); left > 0; left--) skipBytes(decoder)
      return
    case kinds.any:
      for (let left = decoding.readVarUint(decoder); left > 0; left--) decoding.readAny(decoder)
      return
    case kinds.doc:
      skipBytes(decoder)
      decoding.readAny(decoder)
      return
    default:
      throw new RangeError(`no content of kind ${kind}`)
  }
}

/** Goes past so many numbers. */
export function skipNumbers(decoder: Decoder, count: number): void {
  for (; count > 0; count--) decoding.readVarUint(decoder)
}

/** A text or bytes, behind their length. */
function skipBytes(decoder: Decoder): void {
  const length = decoding.readVarUint(decoder)
  if (decoder.pos + length > decoder.arr.length) throw new RangeError('the update ends too early')
  decoder.pos += length
}
