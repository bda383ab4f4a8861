import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileStore } from '../../../server/files/store.ts'

/** A store to be tested, and what only its maker knows of it. */
export interface OpenedStore {
  store: FileStore
  /** How many staged files lie there, neither kept nor discarded. */
  unfinished(): Promise<number>
  /** Takes away what it lies on, as an unmounted disk or a dead network does. Resolves with how it comes back. */
  goAway(): Promise<() => Promise<void>>
  close(): Promise<void>
}

const lamp = Buffer.from('大足台灯')
const sha256 = createHash('sha256').update(lamp).digest('hex')
const source = (...chunks: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  })

/** What every file store promises. */
export function fileStoreContract(kind: string, open: () => Promise<OpenedStore>): void {
  describe(kind, () => {
    let opened: OpenedStore
    let store: FileStore
    beforeEach(async () => {
      opened = await open()
      store = opened.store
    })
    afterEach(() => opened.close())
    const unfinished = () => opened.unfinished()

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
      expect(await unfinished()).toBe(0)
    })

    test('the same bytes kept twice are one file', async () => {
      const twice = [await store.stage(source(lamp), 100), await store.stage(source(lamp), 100)]
      for (const staged of twice) await staged.keep()
      expect(Buffer.from((await store.read(sha256))!)).toEqual(lamp)
    })

    test('what is discarded leaves nothing; discarding what was kept keeps it', async () => {
      const first = await store.stage(source(lamp), 100)
      await first.discard()
      expect(await unfinished()).toBe(0)
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
      expect(await unfinished()).toBe(0)
    })

    test('no bytes are no file', async () => {
      await expect(store.stage(null, 100)).rejects.toThrow('file_empty')
      await expect(store.stage(source(), 100)).rejects.toThrow('file_empty')
      expect(await unfinished()).toBe(0)
    })

    test('a source that breaks off leaves nothing', async () => {
      const broken = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(lamp),
        pull: (controller) => controller.error(new Error('connection lost')),
      })
      await expect(store.stage(broken, 100)).rejects.toThrow('connection lost')
      expect(await unfinished()).toBe(0)
    })

    test.each(['', '../../../etc/passwd', sha256.toUpperCase(), `${sha256}/..`])(
      '%j is no name of a file',
      async (name) => {
        expect(await store.read(name)).toBeNull()
        expect(await store.open(name)).toBeNull()
        expect(await store.size(name)).toBe(0)
        expect(await store.look(name)).toBeNull()
        await store.remove(name)
      },
    )

    test('a part of a file is read by its place; what ends before is refused', async () => {
      await (await store.stage(source(lamp), 100)).keep()
      const file = (await store.open(sha256))!
      expect(file.size).toBe(lamp.length)
      expect(Buffer.from(await file.read(lamp.length - 1, 1))).toEqual(lamp.subarray(-1))
      expect(await file.read(lamp.length, 0)).toHaveLength(0)
      await expect(file.read(lamp.length - 1, 2)).rejects.toThrow(RangeError)
      await expect(file.read(-1, 1)).rejects.toThrow(RangeError)
      await file.close()
    })

    test('what is staged can be looked at before it is kept', async () => {
      const staged = await store.stage(source(lamp), 100)
      expect(Buffer.from(await staged.beginning(3))).toEqual(lamp.subarray(0, 3))
      expect(Buffer.from(await staged.beginning(1_000))).toEqual(lamp)
      const file = await staged.open()
      expect(Buffer.from(await file.read(3, 3))).toEqual(lamp.subarray(3, 6))
      await file.close()
      await staged.discard()
    })

    test('each piece is told of before it is taken, and whoever is told may end it', async () => {
      const told: number[] = []
      const staged = await store.stage(source(lamp.subarray(0, 5), lamp.subarray(5)), 100, (bytes) =>
        told.push(bytes),
      )
      expect(told).toEqual([5, lamp.length - 5])
      await staged.discard()
      const full = () => {
        throw new Error('no room')
      }
      await expect(store.stage(source(lamp), 100, full)).rejects.toThrow('no room')
      expect(await unfinished()).toBe(0)
    })

    test('a size is known without reading; there is room for a file', async () => {
      expect(await store.size(sha256)).toBe(0)
      await (await store.stage(source(lamp), 100)).keep()
      expect(await store.size(sha256)).toBe(lamp.length)
      expect(await store.freeBytes()).toBeGreaterThan(lamp.length)
    })

    test('a look tells without reading whether a file is there, its size, and whether it was written since', async () => {
      expect(await store.look(sha256)).toBeNull()
      await (await store.stage(source(lamp), 100)).keep()
      const first = (await store.look(sha256))!
      expect(first.bytes).toBe(lamp.length)
      await (await store.open(sha256))!.close()
      expect(await store.look(sha256)).toEqual(first)
      await store.remove(sha256)
      expect(await store.look(sha256)).toBeNull()
      await (await store.stage(source(lamp), 100)).keep()
      const again = (await store.look(sha256))!
      expect(again.bytes).toBe(lamp.length)
      expect(again.mark).not.toBe(first.mark)
    })

    test('what the store cannot tell, as it is away, is not told as missing', async () => {
      await (await store.stage(source(lamp), 100)).keep()
      const seen = await store.look(sha256)
      const comeBack = await opened.goAway()
      await expect(store.look(sha256)).rejects.toThrow()
      await expect(store.open(sha256)).rejects.toThrow()
      await comeBack()
      expect(await store.look(sha256)).toEqual(seen)
    })

    test('what is removed is there no more, but for who reads it just now; it may be kept anew', async () => {
      await store.remove(sha256)
      await (await store.stage(source(lamp), 100)).keep()
      const file = (await store.open(sha256))!
      await store.remove(sha256)
      expect(await store.read(sha256)).toBeNull()
      expect(await store.open(sha256)).toBeNull()
      expect(await store.size(sha256)).toBe(0)
      expect(Buffer.from(await file.read(0, lamp.length))).toEqual(lamp)
      await file.close()
      await (await store.stage(source(lamp), 100)).keep()
      expect(Buffer.from((await store.read(sha256))!)).toEqual(lamp)
    })
  })
}
