import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { contentCheck } from '../../../server/history/content-check.ts'
import { documents, documentUpdates } from '../../../server/history/tables.ts'
import { repairText } from '../../../server/rooms/repair/repair-old-text.ts'
import type { RepairInConverter } from '../../../server/rooms/ports.ts'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { until } from '../../helpers/until.ts'
import { hostileChanges } from '../../helpers/rooms/hostile-content.ts'
import { poisonedBy, wrongIn } from '../../helpers/rooms/poisoned.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
let roomId: string
let repair: RepairInConverter
const asked: string[] = []
beforeAll(async () => {
  server = await startRooms({
    repairInConverter: (room, text) => {
      asked.push(room)
      return repair(room, text)
    },
  })
})
afterAll(() => server.stop())
beforeEach(async () => {
  roomId = await server.newDocument()
  asked.length = 0
})

/** An old document that is in the log already, too long to be repaired at one go, and what is wrong with it. */
async function logged(): Promise<void> {
  const [, change] = hostileChanges.find(([kind]) => kind === 'heading 99')!
  const doc = poisonedBy(change)
  const block = new Y.XmlElement('paragraph')
  doc.getXmlFragment('default').push([block])
  block.push([new Y.XmlText('some words. '.repeat(200))])
  const update = Buffer.from(Y.encodeStateAsUpdate(doc))
  await server.database.update(documents).set({ contentCheck: 0 }).where(eq(documents.id, roomId))
  await server.database.insert(documentUpdates).values({ documentId: roomId, seq: 1, userId: 'dan', update })
}

const checkOf = async () =>
  (await server.database.select().from(documents).where(eq(documents.id, roomId)))[0]!.contentCheck

/** What is wrong for somebody who opens the document and writes a paragraph. */
async function wrongFor(person: 'ada' | 'bo'): Promise<string[]> {
  const client = await WireClient.open(server, person, roomId)
  client.sendStep1()
  await client.when('the answer', () => client.answers.length > 0)
  const doc = new Y.Doc()
  for (const answer of client.answers) Y.applyUpdate(doc, answer)
  client.sendUpdate(paragraph(`written by ${person}`).update)
  await client.when('the words to be durable', () => client.saved === 1)
  await client.close()
  return wrongIn(doc)
}

it('A2: an old text is repaired elsewhere before anybody gets it, once, and the look is noted', async () => {
  repair = async (_room, text) => repairText(text)
  await logged()
  expect(await wrongFor('ada')).toEqual([])
  await until('the look to be noted', async () => (await checkOf()) === contentCheck)
  expect(await wrongFor('bo')).toEqual([])
  expect(asked).toEqual([roomId])
})

it('A2: the thread that serves repairs nothing of it itself: what comes from elsewhere is all', async () => {
  repair = async () => ({ clientId: 1, updates: [], isWhole: true })
  await logged()
  expect(await wrongFor('ada')).not.toEqual([])
})

it('A2: what cannot be repaired elsewhere is shown as it is, told, and not tried again by each who comes', async () => {
  repair = () => Promise.reject(new Error('it took too long'))
  await logged()
  const before = server.logLines.length
  expect(await wrongFor('ada')).not.toEqual([])
  const told = server.logLines.slice(before).map(({ err }) => (err as { message?: string })?.message)
  expect(told).toContain('it took too long')
  // the room was let go meanwhile; the next process, or version, looks again
  expect(await wrongFor('bo')).not.toEqual([])
  expect(asked).toEqual([roomId])
  expect(await checkOf()).toBe(0)
})

/** Writes a paragraph more each time that it is called, as somebody who opens the document for the first of them. */
function meanwhile(): () => Promise<void> {
  let opened: Promise<WireClient> | undefined
  let written = 0
  return async () => {
    const writer = await (opened ??= WireClient.open(server, 'bo', roomId))
    writer.sendUpdate(paragraph(`meanwhile ${++written}`, 500 + written).update)
    await writer.when('it to be durable', () => writer.saved === written)
  }
}

it('A2: whoever writes while it is repaired does not have it repaired on the thread that serves: it is tried again elsewhere', async () => {
  await logged()
  const writeMeanwhile = meanwhile()
  repair = async (_room, text) => {
    if (asked.length === 1) await writeMeanwhile()
    return repairText(text)
  }
  expect(await wrongFor('ada')).toEqual([])
  expect(asked).toEqual([roomId, roomId])
  await until('the look to be noted', async () => (await checkOf()) === contentCheck)
})

it('A2: who writes each time keeps nobody out: the text is shown as it is, and nothing of it is repaired here', async () => {
  await logged()
  const writeMeanwhile = meanwhile()
  repair = async (_room, text) => {
    await writeMeanwhile()
    return repairText(text)
  }
  expect(await wrongFor('ada')).not.toEqual([])
  expect(asked).toHaveLength(defaultLimits.repairTries)
  expect(await checkOf()).toBe(0)
})

it('A2: a text that nobody had time for is tried again after a while, also where somebody wrote in it meanwhile', async () => {
  repair = () => Promise.reject(new Refusal('converters_busy'))
  await logged()
  expect(await wrongFor('ada')).not.toEqual([])
  repair = async (_room, text) => repairText(text)
  const now = performance.now.bind(performance)
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + 600_000)
  try {
    expect(await wrongFor('bo')).toEqual([])
    expect(asked).toEqual([roomId, roomId])
  } finally {
    clock.mockRestore()
  }
})
