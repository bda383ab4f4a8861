import { createHash } from 'node:crypto'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openFileStore, type FileStore } from '../../server/files/store.ts'

/** What every file store promises; another kind of store is added as a line here. */
let folder: string
let store: FileStore
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countersign-files-'))
  store = await openFileStore(folder)
})
afterEach(() => rm(folder, { recursive: true }))

const lamp = Buffer.from('大足台灯')
const sha256 = createHash('sha256').update(lamp).digest('hex')
const source = (...chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })
const unfinished = () => readdir(join(folder, 'unfinished'))

test('bytes are named by their SHA-256, however they came', async () => {
  const staged = await store.stage(source(lamp.subarray(0, 5), lamp.subarray(5)), 100)
  expect(staged).toMatchObject({ sha256, bytes: lamp.length })
  expect(Buffer.from(await staged.content())).toEqual(lamp)
})

test('what is kept is read, whole and in places; what is only staged is not', async () => {
  const staged = await store.stage(source(lamp), 100)
  expect(await store.read(sha256)).toBeNull()
  expect(await store.open(sha256)).toBeNull()
  await staged.keep()
  expect(Buffer.from((await store.read(sha256))!)).toEqual(lamp)
  const file = (await store.open(sha256))!
  expect(Buffer.from(await file.read(2, 3))).toEqual(lamp.subarray(2, 5))
  await file.close()
  expect(await unfinished()).toEqual([])
})

test('the same bytes kept twice are one file', async () => {
  const twice = [await store.stage(source(lamp), 100), await store.stage(source(lamp), 100)]
  for (const staged of twice) await staged.keep()
  expect(Buffer.from((await store.read(sha256))!)).toEqual(lamp)
})

test('what is discarded leaves nothing; discarding what was kept keeps it', async () => {
  const first = await store.stage(source(lamp), 100)
  await first.discard()
  expect(await unfinished()).toEqual([])
  const second = await store.stage(source(lamp), 100)
  await second.keep()
  await second.discard()
  expect(await store.read(sha256)).not.toBeNull()
})

test('past the limit nothing more is asked of the source, and nothing stays', async () => {
  let asked = 0
  let cancelled = false
  const endless = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        asked += 1
        controller.enqueue(new Uint8Array(60))
      },
      cancel() {
        cancelled = true
      },
    },
    { highWaterMark: 0 },
  )
  await expect(store.stage(endless, 100)).rejects.toMatchObject({
    code: 'file_too_large',
    params: { limit: 100 },
  })
  expect(asked).toBe(2)
  expect(cancelled).toBe(true)
  expect(await unfinished()).toEqual([])
})

test('no bytes are no file', async () => {
  await expect(store.stage(null, 100)).rejects.toThrow('file_empty')
  await expect(store.stage(source(), 100)).rejects.toThrow('file_empty')
  expect(await unfinished()).toEqual([])
})

test('a source that breaks off leaves nothing', async () => {
  const broken = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(lamp),
    pull: (controller) => controller.error(new Error('connection lost')),
  })
  await expect(store.stage(broken, 100)).rejects.toThrow('connection lost')
  expect(await unfinished()).toEqual([])
})

test.each(['', '../../../etc/passwd', sha256.toUpperCase(), `${sha256}/..`])(
  '%j is no name of a file',
  async (name) => {
    expect(await store.read(name)).toBeNull()
    expect(await store.open(name)).toBeNull()
  },
)

test('what a crash left unfinished is gone at the next start', async () => {
  await writeFile(join(folder, 'unfinished', 'half'), 'half a file')
  await openFileStore(folder)
  expect(await unfinished()).toEqual([])
})
