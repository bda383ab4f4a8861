import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { documentBases } from '../../server/history/tables.ts'
import { postgresLog } from '../../server/history/log.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { createLogDatabase } from '../helpers/rooms/log-database.ts'
import { describeLog } from '../helpers/rooms/log-contract.ts'
import { changeOf, paragraph, textOf } from '../helpers/rooms/wire-client.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

describeLog('on PostgreSQL', async (limits) => {
  const { database, newRoom, drop } = await createLogDatabase()
  return { log: postgresLog(database, limits), newRoom, close: drop }
})

test('a long base comes in pieces and is the same, with what was logged behind it; one that was cut is not read', async () => {
  const { database, newRoom, drop } = await createLogDatabase()
  try {
    const log = postgresLog(database, defaultLimits)
    const roomId = await newRoom()
    const random = seededRandom(7)
    const { doc, text, update } = paragraph('a ')
    const words = Array.from({ length: 100_000 }, () => `${random.below(1e9)} `).join('')
    const said = changeOf(doc, () => text.insert(text.length, words))
    const entryOf = (one: Uint8Array) => ({ roomId, userId: 'ada', update: one, clientIds: [] })
    await log.append([update, said].map(entryOf))
    await log.compact(roomId)
    for (const word of ['one ', 'two ', 'three ']) {
      await log.append([entryOf(changeOf(doc, () => text.insert(0, word)))])
    }
    const { base, updates, seq } = await log.load(roomId)
    const [kept] = await database.select().from(documentBases).where(eq(documentBases.documentId, roomId))
    expect(base!.state.length).toBeGreaterThan(3 * 262_144)
    expect(Buffer.compare(base!.state, kept!.state)).toBe(0)
    expect([updates.length, seq]).toEqual([3, 5])
    expect(textOf(base!.state, ...updates)).toBe(doc.getXmlFragment('default').toString())

    for (const state of [kept!.state.subarray(0, -1), new Uint8Array()]) {
      await database.update(documentBases).set({ state }).where(eq(documentBases.documentId, roomId))
      const read = await log.load(roomId)
      expect([read.base, read.seq]).toEqual([null, 5])
      expect(textOf(Y.mergeUpdates(read.updates))).toBe(doc.getXmlFragment('default').toString())
    }
  } finally {
    await drop()
  }
})
