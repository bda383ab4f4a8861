import * as encoding from 'lib0/encoding'

// Updates of Yjs written by hand, format V1: also such as none of its encoders writes.

export type Id = readonly [client: number, clock: number]

/** What an item says of its place: neighbours, or else what it hangs from (a root by its name) and under which key. */
export interface Where {
  left?: Id
  right?: Id
  parent?: Id | string
  key?: string
}

export type WrittenStruct = (encoder: encoding.Encoder) => void
export interface Block {
  client: number
  clock: number
  structs: WrittenStruct[]
}

const has = { left: 128, right: 64, key: 32 }

function writeId(encoder: encoding.Encoder, [client, clock]: Id): void {
  encoding.writeVarUint(encoder, client)
  encoding.writeVarUint(encoder, clock)
}

const item =
  (kind: number, { left, right, parent, key }: Where, content: WrittenStruct): WrittenStruct =>
  (encoder) => {
    const isAlone = !left && !right
    const flags = (left ? has.left : 0) | (right ? has.right : 0) | (isAlone && key ? has.key : 0)
    encoding.writeUint8(encoder, kind | flags)
    if (left) writeId(encoder, left)
    if (right) writeId(encoder, right)
    if (isAlone) {
      encoding.writeVarUint(encoder, typeof parent === 'string' ? 1 : 0)
      if (typeof parent === 'string') encoding.writeVarString(encoder, parent)
      else writeId(encoder, parent!)
      if (key) encoding.writeVarString(encoder, key)
    }
    content(encoder)
  }

export const collected =
  (length: number): WrittenStruct =>
  (encoder) => {
    encoding.writeUint8(encoder, 0)
    encoding.writeVarUint(encoder, length)
  }
export const deleted = (length: number, where: Where): WrittenStruct =>
  item(1, where, (encoder) => encoding.writeVarUint(encoder, length))
export const string = (words: string, where: Where): WrittenStruct =>
  item(4, where, (encoder) => encoding.writeVarString(encoder, words))
export const embed = (value: unknown, where: Where): WrittenStruct =>
  item(5, where, (encoder) => encoding.writeVarString(encoder, JSON.stringify(value)))
export const format = (mark: string, value: unknown, where: Where): WrittenStruct =>
  item(6, where, (encoder) => {
    encoding.writeVarString(encoder, mark)
    encoding.writeVarString(encoder, JSON.stringify(value))
  })
export const element = (name: string, where: Where): WrittenStruct =>
  item(7, where, (encoder) => {
    encoding.writeVarUint(encoder, 3)
    encoding.writeVarString(encoder, name)
  })
export const text = (where: Where): WrittenStruct =>
  item(7, where, (encoder) => encoding.writeVarUint(encoder, 6))
export const values = (all: unknown[], where: Where): WrittenStruct =>
  item(8, where, (encoder) => {
    encoding.writeVarUint(encoder, all.length)
    for (const one of all) encoding.writeAny(encoder, one as string)
  })
/** A subdocument. */
export const subdocument = (where: Where): WrittenStruct =>
  item(9, where, (encoder) => {
    encoding.writeVarString(encoder, '')
    encoding.writeAny(encoder, {})
  })

/** `deletions`: for each client the ranges that go. */
export const writtenUpdate = (
  blocks: readonly Block[],
  deletions: readonly (readonly [
    client: number,
    ranges: readonly (readonly [clock: number, length: number])[],
  ])[] = [],
): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, blocks.length)
    for (const { client, clock, structs } of blocks) {
      encoding.writeVarUint(encoder, structs.length)
      writeId(encoder, [client, clock])
      for (const write of structs) write(encoder)
    }
    encoding.writeVarUint(encoder, deletions.length)
    for (const [client, ranges] of deletions) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, ranges.length)
      for (const range of ranges) writeId(encoder, range)
    }
  })
