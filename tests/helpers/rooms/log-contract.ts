import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import type { Log, LogEntry } from '../../../server/rooms/ports.ts'
import { defaultLimits, type Limits } from '../../../shared/limits.ts'
import { codeOf } from './kept-text.ts'
import { changeOf, paragraph, textOf } from './wire-client.ts'

/** A log that is open, in which `ada` and `bo` may write. */
export interface OpenedLog {
  log: Log
  /** A new room, of the project `project`. */
  newRoom(): Promise<string>
  close(): Promise<void>
}

/** So much the log is opened with that anybody may write in a minute. */
const writtenBytesPerMinute = 100_000

/** What every log promises to the rooms (`Log`). */
export function describeLog(name: string, open: (limits: Limits) => Promise<OpenedLog>): void {
  describe(`the log ${name}`, () => {
    let opened: OpenedLog
    beforeAll(async () => (opened = await open({ ...defaultLimits, writtenBytesPerMinute })))
    afterAll(() => opened.close())

    const entryOf = (roomId: string, update: Uint8Array, of: Partial<LogEntry> = {}): LogEntry => ({
      roomId,
      userId: 'ada',
      update,
      clientIds: [],
      ...of,
    })

    /** The words "one two three" in three updates. */
    function threeUpdates() {
      const { doc, text, update } = paragraph('one')
      const more = [' two', ' three'].map((word) => changeOf(doc, () => text.insert(text.length, word)))
      return { updates: [update, ...more], said: doc.getXmlFragment('default').toString(), doc, text }
    }

    const numbersSince = async (roomId: string, seq: number) =>
      (await opened.log.since(roomId, seq)).map((logged) => logged.seq)

    async function loadedText(roomId: string): Promise<string> {
      const { base, updates } = await opened.log.load(roomId)
      return textOf(...(base ? [base.state] : []), ...updates)
    }

    it('is empty in the beginning', async () => {
      const roomId = await opened.newRoom()
      expect(await opened.log.load(roomId)).toEqual({
        base: null,
        updates: [],
        seq: 0,
        isLookedThrough: true,
      })
      expect(await opened.log.since(roomId, 0)).toEqual([])
      expect(await opened.log.clients(roomId)).toEqual(new Map())
    })

    it('keeps the entries of several rooms in the order of each', async () => {
      const [one, other] = [await opened.newRoom(), await opened.newRoom()]
      const { updates, said } = threeUpdates()
      const single = paragraph('single')
      await opened.log.append([
        entryOf(one, updates[0]!),
        entryOf(other, single.update),
        entryOf(one, updates[1]!),
      ])
      await opened.log.append([entryOf(one, updates[2]!, { userId: null })])
      const { base, seq, ...logged } = await opened.log.load(one)
      expect({ base, seq }).toEqual({ base: null, seq: 3 })
      expect(logged.updates.map((update) => Buffer.from(update))).toEqual(
        updates.map((update) => Buffer.from(update)),
      )
      expect(await loadedText(one)).toBe(said)
      expect(await loadedText(other)).toBe(single.doc.getXmlFragment('default').toString())
    })

    it('says what came behind a number, also when it is folded since', async () => {
      const roomId = await opened.newRoom()
      const { updates, said, doc, text } = threeUpdates()
      await opened.log.append(updates.map((update) => entryOf(roomId, update)))
      expect(await numbersSince(roomId, 0)).toEqual([1, 2, 3])
      expect(await numbersSince(roomId, 2)).toEqual([3])
      expect(await numbersSince(roomId, 3)).toEqual([])
      await opened.log.compact(roomId)
      expect(await numbersSince(roomId, 1)).toEqual([2, 3])
      await opened.log.append([
        entryOf(
          roomId,
          changeOf(doc, () => text.insert(0, 'more ')),
        ),
      ])
      expect(await numbersSince(roomId, 1)).toEqual([2, 3, 4])
      const all = await opened.log.since(roomId, 0)
      expect(textOf(...all.slice(0, 3).map(({ update }) => update))).toBe(said)
      expect(textOf(...all.map(({ update }) => update))).toBe(doc.getXmlFragment('default').toString())
    })

    it('keeps nothing of a group with a room that is not there', async () => {
      const roomId = await opened.newRoom()
      const { update } = paragraph('lost')
      const group = [entryOf(roomId, update, { clientIds: [7] }), entryOf('nowhere', update)]
      await expect(opened.log.append(group)).rejects.toMatchObject({ code: 'not_found' })
      expect(await opened.log.since(roomId, 0)).toEqual([])
      expect(await opened.log.clients(roomId)).toEqual(new Map())
    })

    it('binds a client id to whom it was met with first, for ever', async () => {
      const roomId = await opened.newRoom()
      const { update } = paragraph('mine')
      const nothing = Y.encodeStateAsUpdate(new Y.Doc())
      await opened.log.append([
        entryOf(roomId, update, { clientIds: [1] }),
        entryOf(roomId, nothing, { userId: null, clientIds: [2] }),
      ])
      await opened.log.append([entryOf(roomId, nothing, { userId: 'bo', clientIds: [1, 2, 3] })])
      const bound = new Map([
        [1, 'ada'],
        [2, null],
        [3, 'bo'],
      ])
      expect(await opened.log.clients(roomId)).toEqual(bound)
    })

    it('folds to a base that holds the same, and goes on counting', async () => {
      const roomId = await opened.newRoom()
      const { updates, said, doc, text } = threeUpdates()
      await opened.log.append(updates.map((update) => entryOf(roomId, update)))
      await opened.log.compact(roomId)
      const { base, updates: left, seq } = await opened.log.load(roomId)
      expect({ left, seq, said: textOf(base!.state) }).toEqual({ left: [], seq: 3, said })
      expect(Y.decodeStateVector(base!.vector)).toEqual(Y.decodeStateVector(Y.encodeStateVector(doc)))
      await opened.log.append([
        entryOf(
          roomId,
          changeOf(doc, () => text.insert(0, 'more ')),
        ),
      ])
      expect((await opened.log.load(roomId)).seq).toBe(4)
      expect(await loadedText(roomId)).toBe(doc.getXmlFragment('default').toString())
    })

    it('is looked through once that is noted', async () => {
      const roomId = await opened.newRoom()
      await opened.log.noteLookedThrough(roomId)
      expect((await opened.log.load(roomId)).isLookedThrough).toBe(true)
    })

    it('knows whose project’s a room is once the room was asked about', async () => {
      const roomId = await opened.newRoom()
      expect(opened.log.projectOf(roomId)).toBeUndefined()
      await opened.log.clients(roomId)
      expect(opened.log.projectOf(roomId)).toBe('project')
    })

    it('refuses what is more than a person may write in a minute, and gives back what is not logged', async () => {
      const roomId = await opened.newRoom()
      await opened.log.clients(roomId)
      const { log } = opened
      const reserve = (userId: string, bytes: number) => codeOf(() => log.reserve(roomId, userId, bytes))
      const most = writtenBytesPerMinute - 1_000
      expect(reserve('ada', 2 * writtenBytesPerMinute)).toBe('too_many_bytes')
      expect(reserve('ada', most)).toBe('taken')
      expect(reserve('ada', 10_000)).toBe('too_many_bytes')
      expect(reserve('bo', 10_000)).toBe('taken')
      log.release(roomId, 'ada', most)
      expect(reserve('ada', 10_000)).toBe('taken')
      log.note(roomId, 'ada', most)
      expect(reserve('ada', 10_000)).toBe('too_many_bytes')
    })
  })
}
