import * as decoding from 'lib0/decoding'

type Decoder = decoding.Decoder

/**
 * Counts what an update in Yjs' first format holds, items and deleted ranges, without making any of it; stops above
 * `most`. What takes Yjs as long as several items, whatever becomes of it, counts as so many. Throws where the bytes are
 * no update.
 */
export function countStructs(update: Uint8Array, most: number): number {
  const decoder = decoding.createDecoder(update)
  let count = 0
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    const structs = decoding.readVarUint(decoder)
    skipNumbers(decoder, 2)
    for (let left = structs; left > 0; left--) {
      const made = { parts: 0, most: (most - count) * partsPerItem }
      skipStruct(decoder, false, made)
      count += 1 + Math.floor(made.parts / partsPerItem)
      if (count > most) return count
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

/** So many values, or parts of some JSON, are made in the time of an item. */
const partsPerItem = 8
/** A key makes its object one of another shape: it takes as long as so many values. */
const partsPerKey = 4
/** A subdocument takes as long as twelve items. */
const partsPerDocument = 12 * partsPerItem

/** What Yjs makes of the content of items. */
interface Made {
  parts: number
  /** With more parts the rest of the item is not gone through. */
  most: number
}

/** True before what stands for structs that are not there. */
export const isBeforeGap = ({ arr, pos }: Decoder): boolean => (arr[pos]! & kindBits) === gap

/**
 * Goes past one struct. Throws where the bytes are none. Returns its length as its client's clock counts, where that
 * `isWanted`: of a text it is known only when each byte was looked at. Adds to `made`, if any, what is to be made of its
 * content.
 */
export function skipStruct(decoder: Decoder, isWanted = false, made: Made | null = null): number {
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
  return skipContent(decoder, kind, made)
}

function skipContent(decoder: Decoder, kind: number, made: Made | null): number {
  switch (kind) {
    case kinds.deleted:
      return decoding.readVarUint(decoder)
    case kinds.json:
      return skipEach(decoder, made, () => {
        add(made, 1)
        skipJson(decoder, made)
      })
    case kinds.any:
      return skipEach(decoder, made, () => skipAny(decoder, made))
    case kinds.binary:
    case kinds.string:
      skipBytes(decoder)
      return 1
    case kinds.embed:
      skipJson(decoder, made)
      return 1
    case kinds.format:
      skipBytes(decoder)
      skipJson(decoder, made)
      return 1
    case kinds.type:
      if (namedTypes.includes(decoding.readVarUint(decoder))) skipBytes(decoder)
      return 1
    case kinds.doc:
      skipBytes(decoder)
      skipAny(decoder, made)
      add(made, partsPerDocument)
      return 1
    default:
      throw new RangeError(`no content of kind ${kind}`)
  }
}

function add(made: Made | null, parts: number): void {
  if (made) made.parts += parts
}

function skipEach(decoder: Decoder, made: Made | null, skip: () => void): number {
  const count = decoding.readVarUint(decoder)
  for (let left = count; left > 0 && !(made && made.parts > made.most); left--) skip()
  return count
}

/** lib0's values of any kind, by the numbers that it gives their kinds. */
function skipAny(decoder: Decoder, made: Made | null): void {
  add(made, 1)
  const kind = decoding.readUint8(decoder)
  switch (kind) {
    case 116: // bytes
    case 119: // a text
      return skipBytes(decoder)
    case 117: // a list
      skipEach(decoder, made, () => skipAny(decoder, made))
      return
    case 118: // an object
      skipEach(decoder, made, () => {
        skipBytes(decoder)
        add(made, partsPerKey)
        skipAny(decoder, made)
      })
      return
    case 120: // true
    case 121: // false
    case 126: // null
    case 127: // undefined
      return
    case 122: // 64 bits
    case 123:
      return skipSome(decoder, 8)
    case 124: // 32 bits
      return skipSome(decoder, 4)
    case 125: // a whole number
      decoding.readVarInt(decoder)
      return
    default:
      throw new RangeError(`no value of kind ${kind}`)
  }
}

function skipJson(decoder: Decoder, made: Made | null): void {
  const begin = decoder.pos
  skipBytes(decoder)
  if (made) made.parts += partsIn(decoder.arr, begin, decoder.pos)
}

const [bracket, brace, comma, quote] = [...'[{,"'].map((sign) => sign.charCodeAt(0))

/** What begins a part of some JSON. A text that has these signs counts as more than it is. */
function partsIn(bytes: Uint8Array, begin: number, end: number): number {
  let parts = 0
  for (let at = begin; at < end; at++) {
    const sign = bytes[at]
    if (sign === bracket || sign === brace || sign === comma || sign === quote) parts++
  }
  return parts
}

/** As how many items of an update some JSON counts. */
export const itemsOfJson = (json: Uint8Array): number => partsIn(json, 0, json.length) / partsPerItem

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
  skipSome(decoder, decoding.readVarUint(decoder))
}

function skipSome(decoder: Decoder, length: number): void {
  if (decoder.pos + length > decoder.arr.length) throw new RangeError('the update ends too early')
  decoder.pos += length
}
