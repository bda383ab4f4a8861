import { crc32 } from 'node:zlib'
import type { KeptFile } from '../../files/kept-file.ts'
import { pieceBytes } from '../../files/kept-file.ts'
import type { Entry } from './archive.ts'

/**
 * Archives whose files lie in them as they are, written and read a piece at a time, so that no archive is ever in memory
 * as a whole. Names are ASCII, sizes below 4 GB.
 */

const signature = { local: 0x04034b50, central: 0x02014b50, end: 0x06054b50 } as const
const headBytes = { local: 30, central: 46, end: 22 } as const
/** The first day that an archive can say: it is the same bytes whenever it is made. */
const day = 0x21
const mostBytes = 0xffff_ffff

/** Writes an archive: each file as it comes, then the table of contents. @throws RangeError for more than 4 GB */
export async function* packed(
  entries: AsyncIterable<Entry> | Iterable<Entry>,
): AsyncGenerator<Uint8Array, void> {
  const table: Buffer[] = []
  let at = 0
  for await (const { name, bytes } of entries) {
    const label = Buffer.from(name, 'ascii')
    if (at + bytes.length + headBytes.local + label.length > mostBytes) throw new RangeError('over 4 GB')
    // what local and central heads have in common: version 2.0, no flags, stored, time, day, sums, sizes, lengths
    const facts = Buffer.alloc(26)
    facts.writeUInt16LE(20, 0)
    facts.writeUInt16LE(day, 8)
    facts.writeUInt32LE(crcOf(bytes), 10)
    facts.writeUInt32LE(bytes.length, 14)
    facts.writeUInt32LE(bytes.length, 18)
    facts.writeUInt16LE(label.length, 22)
    const head = Buffer.concat([uint32(signature.local), facts, label])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    table.push(Buffer.concat([uint32(signature.central), Buffer.from([20, 0]), facts, rest, label]))
    yield head
    for (let from = 0; from < bytes.length; from += pieceBytes) {
      yield bytes.subarray(from, from + pieceBytes)
    }
    at += head.length + bytes.length
  }
  const contents = Buffer.concat(table)
  const end = Buffer.alloc(headBytes.end)
  end.writeUInt32LE(signature.end, 0)
  end.writeUInt16LE(table.length, 8)
  end.writeUInt16LE(table.length, 10)
  end.writeUInt32LE(contents.length, 12)
  end.writeUInt32LE(at, 16)
  yield contents
  yield end
}

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function crcOf(bytes: Uint8Array): number {
  let crc = 0
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    crc = crc32(bytes.subarray(from, from + pieceBytes), crc)
  }
  return crc
}

/** Where a file lies in an archive. */
export interface Place {
  name: string
  at: number
  size: number
}

/** More than any package has, in bytes of its table of contents. */
const mostContents = 16_777_216

/**
 * The table of contents of an archive; null where a file is packed in it. The files lie one after another, from the
 * first byte on to the table, and nothing lies anywhere else: there is one way only to read such an archive.
 * @throws RangeError for what is no such archive
 */
export async function readPlaces(file: KeptFile): Promise<Place[] | null> {
  const fail = (what: string): never => {
    throw new RangeError(what)
  }
  const endAt = file.size - headBytes.end
  const end = view(await file.read(endAt, headBytes.end))
  if (end.getUint32(0, true) !== signature.end) fail('no end')
  const [count, length, tableAt] = [end.getUint16(10, true), end.getUint32(12, true), end.getUint32(16, true)]
  if (tableAt + length !== endAt || length > mostContents) fail('no table')
  const bytes = await file.read(tableAt, length)
  const table = view(bytes)
  const places: Place[] = []
  let [from, expected] = [0, 0]
  for (let one = 0; one < count; one++) {
    if (from + headBytes.central > length || table.getUint32(from, true) !== signature.central)
      fail('no entry')
    const nameLength = table.getUint16(from + 28, true)
    const more = table.getUint16(from + 30, true) + table.getUint16(from + 32, true)
    const name = Buffer.from(bytes.subarray(from + headBytes.central, from + headBytes.central + nameLength))
    if (table.getUint16(from + 10, true) !== 0) return null
    const [size, headAt] = [table.getUint32(from + 24, true), table.getUint32(from + 42, true)]
    const head = view(await file.read(headAt, headBytes.local + nameLength))
    const headName = Buffer.from(head.buffer, head.byteOffset + headBytes.local, nameLength)
    const isIt =
      headAt === expected &&
      table.getUint32(from + 20, true) === size &&
      head.getUint32(0, true) === signature.local &&
      head.getUint16(8, true) === 0 &&
      head.getUint32(22, true) === size &&
      headName.equals(name)
    if (!isIt) fail('an entry that its place contradicts')
    const at = headAt + headBytes.local + nameLength + head.getUint16(28, true)
    places.push({ name: name.toString(), at, size })
    expected = at + size
    from += headBytes.central + nameLength + more
  }
  if (expected !== tableAt || from !== length) fail('bytes that no entry tells of')
  return places
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
