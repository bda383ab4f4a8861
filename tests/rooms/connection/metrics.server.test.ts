import { afterAll, beforeAll, expect, it } from 'vitest'
import { Refusal } from '../../../shared/errors.ts'
import { until } from '../../helpers/until.ts'
import { startRooms, type RoomServer } from '../../helpers/rooms/room-server.ts'
import { paragraph, WireClient } from '../../helpers/rooms/wire-client.ts'

let server: RoomServer
beforeAll(async () => (server = await startRooms()))
afterAll(() => server.stop())

/** A line of the metrics as Prometheus reads it; labels are part of the name. */
async function value(name: string): Promise<number> {
  const line = (await server.registry.metrics()).split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.split(' ')[1] ?? Number.NaN)
}

it('rooms, people, commits, acknowledgements, ticks and bytes are counted', async () => {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  const bo = await WireClient.open(server, 'bo', roomId)
  ada.sendUpdate(paragraph('counted').update)
  await bo.when('the update', () => bo.updates.length === 1)
  await ada.when('the acknowledgement', () => ada.saved === 1)
  expect(await value('rooms_open')).toBe(1)
  expect(await value('rooms_sockets')).toBe(2)
  expect(await value('rooms_updates_committed_total')).toBe(1)
  expect(await value('rooms_commit_seconds_count')).toBe(1)
  expect(await value('rooms_acknowledge_seconds_count')).toBe(1)
  expect(await value('rooms_acknowledge_seconds_sum')).toBeGreaterThan(0)
  expect(await value('rooms_ticks_total')).toBeGreaterThanOrEqual(1)
  expect(await value('rooms_sent_bytes_total')).toBeGreaterThan(bo.updates[0]!.length)
  for (const one of [ada, bo]) await one.close()
  await until('the room to be closed', async () => (await value('rooms_open')) === 0)
  expect(await value('rooms_sockets')).toBe(0)
})

it('failure 25: each refusal is counted by its reason and logged, with who and where and none of the content', async () => {
  const roomId = await server.newDocument()
  const { update } = paragraph('a secret lamp')
  const ada = await WireClient.open(server, 'ada', roomId)
  ada.sendUpdate(update)
  await ada.when('the update to be saved', () => ada.saved === 1)
  server.standing.set('bo', { canWrite: false })
  const bo = await WireClient.open(server, 'bo', roomId)
  bo.sendUpdate(paragraph('another secret').update)
  expect(await bo.whenClosed()).toMatchObject({ reason: 'read_only' })
  ada.sendFrame(42)
  expect(await ada.whenClosed()).toMatchObject({ reason: 'frame_unexpected' })
  server.standing.set('cem', null)
  await new WireClient(server, 'cem', roomId).whenClosed()
  server.standing.clear()

  for (const code of ['read_only', 'frame_unexpected', 'session_required']) {
    expect(await value(`rooms_refusals_total{code="${code}"}`)).toBe(1)
    expect(server.logLines.filter((line) => line.code === code)).toHaveLength(1)
  }
  expect(server.logLines.find((line) => line.code === 'read_only')).toMatchObject({ roomId, userId: 'bo' })
  expect(JSON.stringify(server.logLines)).not.toContain('secret')
})

it('commits that fail are counted', async () => {
  const roomId = await server.newDocument()
  const ada = await WireClient.open(server, 'ada', roomId)
  server.control.before = (call) => {
    if (call === 'append') throw new Refusal('storage_full')
  }
  ada.sendUpdate(paragraph('x').update)
  expect(await ada.whenClosed()).toMatchObject({ reason: 'storage_full' })
  server.control.before = null
  expect(await value('rooms_commit_failures_total')).toBe(1)
  expect(await value('rooms_refusals_total{code="storage_full"}')).toBe(1)
})

it('a client of another version that is turned away at the door leaves no room open', async () => {
  const roomId = await server.newDocument()
  const old = await WireClient.open(server, 'ada', roomId, '?protocol=2&schema=999')
  expect(await old.whenClosed()).toMatchObject({ reason: 'client_outdated' })
  await until('no room to be open', async () => (await value('rooms_open')) === 0)
})
