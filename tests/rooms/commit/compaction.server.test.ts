import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { openCompaction } from '../../../server/history/compaction.ts'
import { decodeChunk } from '../../../server/history/chunk.ts'
import { postgresLog } from '../../../server/history/log.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { documentBases, documentHistory, documentUpdates } from '../../../server/history/tables.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => (server = await startRooms()))
afterAll(() => server.stop())

/** A document whose log holds `count` updates. */
async function documentWith(count: number) {
  const roomId = await server.newDocument()
  const log = postgresLog(server.database, defaultLimits)
  const { doc, text, update } = paragraph('')
  const updates = [update]
  for (let i = 1; i < count; i++) updates.push(changeOf(doc, () => text.insert(text.length, String(i % 10))))
  for (const one of updates) {
    await log.append([{ roomId, userId: 'ada', update: one, clientIds: [] }])
  }
  return { roomId, log, doc, text, updates }
}

const xmlOf = (doc: Y.Doc) => doc.getXmlFragment('default').toString()

async function loaded(roomId: string): Promise<string> {
  const { base, updates } = await postgresLog(server.database, defaultLimits).load(roomId)
  return textOf(...(base ? [base.state] : []), ...updates)
}

describe('rule 7: the log is append-only, a base is a cache of it', () => {
  it('folding leaves the same text, an empty log, and every update with its author and time', async () => {
    const { roomId, log, doc, text, updates } = await documentWith(120)
    await log.compact(roomId)
    expect(await loaded(roomId)).toBe(xmlOf(doc))
    expect(
      await server.database.select().from(documentUpdates).where(eq(documentUpdates.documentId, roomId)),
    ).toEqual([])
    const [history] = await server.database
      .select()
      .from(documentHistory)
      .where(eq(documentHistory.documentId, roomId))
    const kept = decodeChunk(history!.chunk)
    expect(kept.map(({ seq }) => seq)).toEqual(updates.map((_, i) => i + 1))
    expect(kept.every(({ userId, at }) => userId === 'ada' && Math.abs(Date.now() - at) < 60_000)).toBe(true)
    expect(textOf(...kept.map(({ update }) => update))).toBe(xmlOf(doc))

    await log.append([
      { roomId, userId: 'bo', update: changeOf(doc, () => text.insert(0, 'more')), clientIds: [] },
    ])
    expect((await log.since(roomId, 120)).map(({ seq }) => seq)).toEqual([121])
    await log.compact(roomId)
    expect(await loaded(roomId)).toBe(xmlOf(doc))
  })

  it('failure 3: a text that is read while its log is folded is whole, whenever the two meet', async () => {
    const { roomId, log, doc, text } = await documentWith(2)
    for (let round = 0; round < 40; round++) {
      const update = changeOf(doc, () => (round % 2 === 0 ? text.insert(0, 'ab') : text.delete(0, 1)))
      await log.append([{ roomId, userId: 'ada', update, clientIds: [] }])
      let isFolding = true
      const folding = log.compact(roomId).finally(() => (isFolding = false))
      while (isFolding) expect(await loaded(roomId)).toBe(xmlOf(doc))
      await folding
    }
  })

  it('failure 8: a base that was damaged is found out and read from the history', async () => {
    const { roomId, log, doc } = await documentWith(60)
    await log.compact(roomId)
    await server.database
      .update(documentBases)
      .set({ state: sql`set_byte(state, 40, get_byte(state, 40) # 1)` })
      .where(eq(documentBases.documentId, roomId))
    expect(await loaded(roomId)).toBe(xmlOf(doc))
    await log.append([{ roomId, userId: 'ada', update: changeOf(doc, () => {}), clientIds: [] }])
    await log.compact(roomId)
    const [base] = await server.database
      .select()
      .from(documentBases)
      .where(eq(documentBases.documentId, roomId))
    expect(textOf(base!.state)).toBe(xmlOf(doc))
  })

  it('failure 10: a base written before a crash cut the log short gives the same text', async () => {
    const { roomId, log, doc, updates } = await documentWith(60)
    await log.compact(roomId)
    // as if the rows had never been cut: they are under the base's number, and not read twice
    await server.database
      .insert(documentUpdates)
      .values(updates.map((update, i) => ({ documentId: roomId, seq: i + 1, userId: 'ada', update })))
    expect(await loaded(roomId)).toBe(xmlOf(doc))
  })

  it('a log is folded at the very moment at which the thread goes to rest', async () => {
    const { roomId, log, doc, text } = await documentWith(2)
    const compact = openCompaction(server.database.$client.options, 0)
    for (let round = 0; round < 2; round++) {
      await compact(roomId)
      const update = changeOf(doc, () => text.insert(0, 'ab'))
      await log.append([{ roomId, userId: 'ada', update, clientIds: [] }])
    }
    await compact(roomId)
    expect(await loaded(roomId)).toBe(xmlOf(doc))
  })

  it('two writers that number the same document at once lose nothing', async () => {
    const roomId = await server.newDocument()
    const logs = [postgresLog(server.database, defaultLimits), postgresLog(server.database, defaultLimits)]
    const writes = Array.from({ length: 40 }, (_, i) =>
      logs[i % 2]!.append([{ roomId, userId: 'ada', update: Uint8Array.of(0, 0), clientIds: [] }]),
    )
    await Promise.all(writes)
    const seqs = (await logs[0]!.since(roomId, 0)).map(({ seq }) => seq)
    expect(seqs).toEqual(Array.from({ length: 40 }, (_, i) => i + 1))
  })
})

it('a log that has become long is folded although nobody ever pauses (issue 10.3)', async () => {
  const busy = await startRooms({ limits: { unfoldedUpdates: 60 } })
  try {
    const roomId = await busy.newDocument()
    const ada = await WireClient.open(busy, 'ada', roomId)
    const { doc, text, update } = paragraph('')
    let sent = 0
    const send = (change: Uint8Array) => {
      ada.sendUpdate(change)
      const all = ++sent
      return ada.when('the letter to be durable', () => ada.saved >= all)
    }
    const letter = () => send(changeOf(doc, () => text.insert(text.length, 'x')))
    await Promise.all([send(update), ...Array.from({ length: 80 }, letter)])
    const folded = async () =>
      (await busy.database.select().from(documentBases).where(eq(documentBases.documentId, roomId))).length >
      0
    await until(
      'the log to be folded while letters come',
      async () => {
        await letter()
        return folded()
      },
      30,
    )
    await letter()
    const { base, updates } = await postgresLog(busy.database, defaultLimits).load(roomId)
    expect(textOf(base!.state, ...updates)).toBe(xmlOf(doc))
    await ada.close()
  } finally {
    await busy.stop()
  }
}, 60_000)
