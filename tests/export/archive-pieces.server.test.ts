import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readPlaces } from '../../server/export/package/archive-pieces.ts'
import { heldAgainst, openFile, piecesIn, sha256Of } from '../../server/files/kept-file.ts'
import { packedBytes, zip } from '../helpers/signoff/archives.ts'

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'countersign-archive-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const entries = [
  { name: 'VERIFY.txt', bytes: Buffer.from('how to') },
  { name: 'files/picture.png', bytes: randomBytes(2_500_000) },
  { name: 'empty', bytes: Buffer.alloc(0) },
]

/** Two and a half megabytes are compared by their sums. */
const summed = (all: { name: string; bytes: Uint8Array }[]) =>
  all.map(({ name, bytes }) => [name, bytes.length, createHash('sha256').update(bytes).digest('hex')])

async function placesOf(bytes: Uint8Array) {
  const path = join(folder, 'archive.zip')
  await writeFile(path, bytes)
  const file = await openFile(path)
  try {
    const places = await readPlaces(file)
    return await Promise.all(
      (places ?? []).map(async ({ name, at, size }) => ({
        name,
        bytes: await file.read(at, size),
      })),
    ).then(summed)
  } finally {
    await file.close()
  }
}

test('R11: an archive that is written in pieces is what any other program reads, and is read in places', async () => {
  const bytes = await packedBytes(entries)
  const read = Object.entries(unzipSync(bytes)).map(([name, one]) => ({ name, bytes: one }))
  expect(summed(read)).toEqual(summed(entries))
  expect(await placesOf(bytes)).toEqual(summed(entries))
  expect(await placesOf(zip(entries))).toEqual(summed(entries))
})

test('R11: an archive that can be read in more than one way is none', async () => {
  const bytes = await packedBytes(entries)
  const changed = (at: number, value: number) => {
    const other = Buffer.from(bytes)
    other[at] = value
    return other
  }
  const table = bytes.readUInt32LE(bytes.length - 6)
  const strange = {
    'bytes before': Buffer.concat([Buffer.from('x'), bytes]),
    'bytes behind': Buffer.concat([bytes, Buffer.from('x')]),
    'bytes between': Buffer.concat([bytes.subarray(0, table), Buffer.from('x'), bytes.subarray(table)]),
    'another local name': changed(30, 0x58),
    'another local size': changed(22, 7),
    'packed within only': changed(8, 8),
    'another place': changed(table + 42, 1),
    'fewer files': changed(bytes.length - 12, 2),
    'cut off': bytes.subarray(0, bytes.length - 1),
    nothing: Buffer.alloc(0),
  }
  for (const [what, one] of Object.entries(strange)) {
    await expect(placesOf(one), what).rejects.toThrow(RangeError)
  }
})

test('R11: what is changed while it is sent is broken off before its last piece', async () => {
  const path = join(folder, 'sent')
  await writeFile(path, randomBytes(3_000_000))
  const file = await openFile(path)
  const sha256 = await sha256Of(piecesIn(file))
  let sent = 0
  const send = async () => {
    for await (const piece of heldAgainst(piecesIn(file), sha256)) sent += piece.length
  }
  await send()
  expect(sent).toBe(3_000_000)
  await writeFile(path, randomBytes(3_000_000))
  sent = 0
  await expect(send()).rejects.toThrow('changed')
  expect(sent).toBeLessThan(3_000_000)
  await file.close()
})
