import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import * as Y from 'yjs'
import { documentBases } from '../../../server/history/tables.ts'
import { Refusal } from '../../../shared/errors.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { changeOf, openStock, paragraph, textOf, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(
  async () => (server = await startRooms({ limits: { socketsPerUser: 1_000, answersPerMinute: 1_000 } })),
)
afterAll(() => server.stop())
afterEach(() => {
  server.control.before = null
  vi.useRealTimers()
})

const rowsOf = async (roomId: string) => (await server.logged()).filter((row) => row.documentId === roomId)
const gauge = async (name: string) => (await server.registry.getSingleMetric(name)!.get()).values[0]?.value

it('failure 2: asked to stop, it commits what came, says so, and then closes with 1012', async () => {
  const own = await startRooms()
  const roomId = await own.newDocument()
  const ada = await WireClient.open(own, 'ada', roomId)
  let release = () => {}
  let begun = false
  own.control.before = (call) => {
    if (call !== 'append') return
    begun = true
    return new Promise<void>((done) => (release = done))
  }
  const { doc, text, update } = paragraph('first')
  ada.sendUpdate(update)
  await until('the commit to begin', () => begun)
  ada.sendUpdate(changeOf(doc, () => text.insert(5, ' and last')))
  ada.sendFrame(102)
  await ada.when('the server to have read on', () => ada.types.includes(102))
  const closing = own.rooms.close()
  own.control.before = null
  release()
  await closing
  expect(await ada.whenClosed()).toEqual({ code: 1012, reason: 'server_stopping' })
  expect(ada.saved).toBe(2)
  const kept = (await own.logged()).map((row): Uint8Array => row.update)
  expect(textOf(...kept)).toBe('<paragraph>first and last</paragraph>')
  await own.stop()
})

it('failure 4: a slow store is asked once at a time, and what gathers meanwhile goes in one piece', async () => {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  let running = 0
  let most = 0
  const calls: (() => void)[] = []
  server.control.before = async (call) => {
    if (call !== 'append') return
    most = Math.max(most, ++running)
    await new Promise<void>((done) => calls.push(done))
    running--
  }
  const { doc, text, update } = paragraph('')
  ada.sendUpdate(update)
  await until('the store to be asked', () => calls.length === 1)
  for (let i = 1; i < 100; i++) ada.sendUpdate(changeOf(doc, () => text.insert(0, 'x')))
  ada.sendFrame(102)
  await ada.when('the server to have read on', () => ada.types.includes(102))
  expect(calls).toHaveLength(1)
  expect(ada.saved).toBe(0)
  calls[0]!()
  await until('the store to be asked again', () => calls.length === 2)
  calls[1]!()
  await ada.when('all to be saved', () => ada.saved === 100)
  expect(most).toBe(1)
  expect(calls).toHaveLength(2)
  server.control.before = null
  await ada.close()
})

it('failure 5: a store that fails ten times acknowledges nothing, then has everything, and nothing stays open', async () => {
  const roomId = await server.newDocument()
  let failures = 0
  server.control.before = (call) => {
    if (call === 'append' && failures < 10) {
      failures++
      throw new Refusal('storage_failed')
    }
  }
  const { doc, text, update } = paragraph('kept')
  const closes: number[] = []
  for (;;) {
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendStep2(closes.length === 0 ? update : Y.encodeStateAsUpdate(doc))
    const end = await ada.when('an end', () => ada.closed ?? (ada.saved === 1 && 'saved'))
    if (end === 'saved') {
      await ada.close()
      break
    }
    expect(ada.saved).toBe(0)
    closes.push(end.code)
    doc.transact(() => text.insert(text.length, '+'))
  }
  expect(closes).toEqual(Array.from({ length: 10 }, () => 4503))
  expect(textOf(await server.rooms.read(roomId))).toBe(`<paragraph>kept${'+'.repeat(10)}</paragraph>`)
  expect(await rowsOf(roomId)).toHaveLength(1)
  await until('the room to be gone', async () => (await gauge('rooms_open')) === 0)
})

it('failure 7: a database that ends in the middle of commits is not believed; each word is kept once', async () => {
  const { rows } = await server.database.execute(sql`show data_sync_retry`)
  expect(rows).toEqual([{ data_sync_retry: 'off' }])
  const roomId = await server.newDocument()
  const { doc, text, update } = paragraph('')
  let typed = 0
  let durable = 0
  let ended = 0
  let first = true
  while (ended < 10) {
    const ada = await WireClient.open(server, 'ada', roomId)
    ada.sendStep2(first ? update : Y.encodeStateAsUpdate(doc))
    first = false
    const words = [typed]
    while (!ada.closed && words.length < 30) {
      ada.sendUpdate(changeOf(doc, () => text.insert(text.length, `${++typed}.`)))
      words.push(typed)
      if (words.length === 10) {
        ended++
        await server.database.execute(
          sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
        )
      }
      // as somebody types: the last few words are on their way
      await ada.when('what was typed before', () => ada.closed || ada.saved > words.length - 4)
    }
    durable = Math.max(durable, ada.saved > 0 ? words[ada.saved - 1]! : 0)
    if (!ada.closed) await ada.close()
    const kept = await until('the log to be read again', () => server.rooms.read(roomId).catch(() => null))
    for (let i = 1; i <= durable; i++) expect(textOf(kept)).toContain(`${i}.`)
  }
  const ada = await WireClient.open(server, 'ada', roomId)
  ada.sendStep2(Y.encodeStateAsUpdate(doc))
  await ada.when('the last to be saved', () => ada.saved === 1)
  const all = Array.from({ length: typed }, (_, i) => `${i + 1}.`).join('')
  server.crash()
  expect(textOf(await server.rooms.read(roomId))).toBe(`<paragraph>${all}</paragraph>`)
})

it.each([
  ['cut short', sql`substring(state for 20)`],
  ['with one bit turned', sql`set_byte(state, 40, get_byte(state, 40) # 1)`],
])(
  'failure 8: a base %s is never served: the text comes from the history, with an alarm',
  async (_how, damaged) => {
    const roomId = await server.newDocument()
    const ada = await WireClient.open(server, 'ada', roomId)
    const { doc, text, update } = paragraph('whole')
    ada.sendUpdate(update)
    for (let i = 0; i < 60; i++) ada.sendUpdate(changeOf(doc, () => text.insert(5, '.')))
    await ada.when('all to be saved', () => ada.saved === 61)
    await ada.close()
    const base = () =>
      server.database.select().from(documentBases).where(eq(documentBases.documentId, roomId))
    await until('the log to be folded', async () => (await base()).length === 1)
    await server.database
      .update(documentBases)
      .set({ state: damaged as unknown as Buffer })
      .where(eq(documentBases.documentId, roomId))
    server.crash()
    const bo = openStock(server, 'bo', roomId)
    await bo.synced()
    expect(bo.doc.getXmlFragment('default').toString()).toBe(doc.getXmlFragment('default').toString())
    expect(server.logLines.some((line) => line.level === 50 && line.documentId === roomId)).toBe(true)
    bo.provider.destroy()
  },
)

it('failure 9: while loading is slow nobody is answered, and what is written meanwhile joins the whole text and stays', async () => {
  const roomId = await server.newDocument()
  const { update } = paragraph('was here')
  const ada = await WireClient.open(server, 'ada', roomId)
  ada.sendUpdate(update)
  await ada.when('the update to be saved', () => ada.saved === 1)
  server.crash()
  const releases: (() => void)[] = []
  server.control.before = (call) =>
    call === 'load' ? new Promise<void>((done) => void releases.push(done)) : undefined
  const bo = await WireClient.open(server, 'bo', roomId)
  bo.sendStep1()
  bo.sendUpdate(paragraph('new').update)
  bo.sendFrame(102)
  await bo.when('the server to have read on', () => bo.types.includes(102))
  expect([bo.answers.length, bo.saved, (await rowsOf(roomId)).length]).toEqual([0, 0, 1])
  server.control.before = null
  expect(releases, 'one reading for all who wait').toHaveLength(1)
  for (const release of releases) release()
  await bo.when('the answer', () => bo.answers.length === 1)
  await bo.when('the update to be saved', () => bo.saved === 1)
  expect(textOf(bo.answers[0]!)).toContain('was here')
  expect(textOf(await server.rooms.read(roomId))).toContain('was here')
  expect(textOf(await server.rooms.read(roomId))).toContain('new')
  await bo.close()
})

it('failure 33: a clock that jumps a day back and forth changes no order and ends nobody’s work', async () => {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const { doc, text, update } = paragraph('')
  ada.sendUpdate(update)
  let sent = 1
  const now = Date.now()
  const day = 24 * 3_600_000
  for (const at of [now, now - day, now + day, now - day, now]) {
    vi.useFakeTimers({ toFake: ['Date'], now: at })
    for (let i = 0; i < 5; i++) {
      ada.sendUpdate(changeOf(doc, () => text.insert(text.length, String(sent % 10))))
      sent++
      await ada.when('the word to be saved', () => ada.saved === sent)
    }
  }
  vi.useRealTimers()
  const rows = await rowsOf(roomId)
  expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, i) => i + 1))
  server.crash()
  expect(textOf(await server.rooms.read(roomId))).toBe(doc.getXmlFragment('default').toString())
})

it('failure 36: 500 people who come back at once cost one reading of the log, and all get the whole text', async () => {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  ada.sendUpdate(paragraph('x '.repeat(50_000)).update)
  await ada.when('the text to be saved', () => ada.saved === 1)
  server.crash()
  let loads = 0
  server.control.before = (call) => void (loads += call === 'load' ? 1 : 0)
  const before = process.memoryUsage().rss
  const crowd = Array.from({ length: 500 }, () => new WireClient(server, 'bo', roomId))
  for (const one of crowd) one.socket.once('open', () => one.sendStep1())
  await until('everybody to have the text', () => crowd.every((one) => one.answers.length === 1), 30)
  expect(loads).toBe(1)
  expect(crowd.every((one) => one.answers[0]!.length > 100_000)).toBe(true)
  // both ends of 500 sockets are in this process, each with its copy of 100 KB
  expect(process.memoryUsage().rss - before).toBeLessThan(before)
  for (const one of crowd) one.socket.terminate()
  await until('everybody to be gone', async () => (await gauge('rooms_sockets')) === 0)
})
