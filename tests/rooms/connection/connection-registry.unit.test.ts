import { expect, test } from 'vitest'
import type { Connection } from '../../../server/rooms/connection/connection.ts'
import { ConnectionRegistry } from '../../../server/rooms/connection/connection-registry.ts'
import type { Room } from '../../../server/rooms/room.ts'

interface FakeSocket {
  isClosed: boolean
  isDestroyed: boolean
  destroy(): void
  heardAt: number
  probes: number
  probe(): void
}

const room = (id: string) => ({ id }) as Room

const socketOf = (userId: string, projectId: string) => {
  const socket: FakeSocket = {
    isClosed: false,
    isDestroyed: false,
    destroy: () => (socket.isDestroyed = true),
    heardAt: performance.now(),
    probes: 0,
    probe: () => socket.probes++,
  }
  return Object.assign(socket, { admitted: { user: { id: userId }, projectId } }) as unknown as Connection &
    FakeSocket
}

function threeSockets() {
  const registry = new ConnectionRegistry()
  const [spec, brief, other] = [room('spec'), room('brief'), room('other')]
  const ada = { connection: socketOf('ada', 'lamp'), room: spec }
  const adasSecond = { connection: socketOf('ada', 'chair'), room: other }
  const bo = { connection: socketOf('bo', 'lamp'), room: spec }
  for (const { connection, room: where } of [ada, adasSecond, bo]) registry.enter(connection, where)
  return { registry, spec, brief, other, ada, adasSecond, bo }
}

test('a socket that is in a room is found by its room, its person and its project', () => {
  const { registry, spec, brief, other, ada, adasSecond, bo } = threeSockets()
  expect([...registry.all()]).toEqual([ada, adasSecond, bo])
  expect([...registry.in(spec)]).toEqual([ada.connection, bo.connection])
  expect([...registry.in(brief)]).toEqual([])
  expect([...registry.ofUser('ada')]).toEqual([ada, adasSecond])
  expect([registry.countOfUser('ada'), registry.countOfUser('cem')]).toEqual([2, 0])
  expect([...registry.roomsOf('lamp')]).toEqual([spec])
  expect([...registry.roomsOf('chair')]).toEqual([other])
  expect([...registry.roomsOf('desk')]).toEqual([])
})

test('one that left is found by nothing any more, and its room by its project while others are in it', () => {
  const { registry, spec, ada, adasSecond, bo } = threeSockets()
  const members = registry.in(spec)
  expect(registry.leave(ada.connection)).toBe(true)
  expect(registry.leave(ada.connection)).toBe(false)
  expect([...members]).toEqual([bo.connection])
  expect([...registry.ofUser('ada')]).toEqual([adasSecond])
  expect([...registry.roomsOf('lamp')]).toEqual([spec])
  registry.leave(bo.connection)
  expect([...registry.roomsOf('lamp')]).toEqual([])
  expect([registry.size, registry.countOfUser('bo'), members.size]).toEqual([1, 0, 0])
  // whoever comes back is in the same set, which the room has kept
  registry.enter(bo.connection, spec)
  expect([...members]).toEqual([bo.connection])
})

test('one that was refused is ended when it does not close, and not before', () => {
  const { registry, ada, bo } = threeSockets()
  expect(registry.isClosing).toBe(false)
  const before = performance.now()
  for (const { connection } of [ada, bo]) registry.refuse(connection)
  registry.endClosing(before)
  expect([ada, bo].map(({ connection }) => connection.isDestroyed)).toEqual([false, false])
  ada.connection.isClosed = true
  expect(registry.isClosing).toBe(true)
  registry.endClosing(Infinity)
  expect(bo.connection.isDestroyed).toBe(true)
  expect(registry.isClosing).toBe(false)
})

test('who was silent for long is asked once, ended when there is no answer, and asked again when there was', () => {
  const { registry, ada, bo } = threeSockets()
  const silent = ada.connection
  const answering = bo.connection
  const { heardAt } = silent
  registry.endSilent(heardAt + 44_000)
  expect([silent.probes, answering.probes]).toEqual([0, 0])
  registry.endSilent(heardAt + 46_000)
  expect([silent.probes, answering.probes]).toEqual([1, 1])
  answering.heardAt = heardAt + 46_100
  registry.endSilent(heardAt + 60_000)
  registry.endSilent(heardAt + 77_000)
  expect([silent.isDestroyed, answering.isDestroyed]).toEqual([true, false])
  expect([silent.probes, answering.probes]).toEqual([1, 1])
  registry.endSilent(heardAt + 93_000)
  expect([answering.isDestroyed, answering.probes]).toEqual([false, 2])
})

test('who is heard of is never asked, and who left is not looked at any more', () => {
  const { registry, ada, bo } = threeSockets()
  const { heardAt } = ada.connection
  registry.leave(bo.connection)
  for (let seconds = 1; seconds <= 200; seconds++) {
    ada.connection.heardAt = heardAt + seconds * 1_000 - 15_000
    registry.endSilent(heardAt + seconds * 1_000)
  }
  expect([ada.connection.probes, ada.connection.isDestroyed]).toEqual([0, false])
  expect([bo.connection.probes, bo.connection.isDestroyed]).toEqual([0, false])
})

test('who is here for a time is found until they leave or are admitted without bounds', () => {
  const { registry, ada, adasSecond, bo } = threeSockets()
  expect([...registry.withBounds()]).toEqual([])
  const bounds = { until: new Date(), view: () => null }
  for (const { connection } of [ada, adasSecond, bo]) {
    connection.admitted = { ...connection.admitted, bounds }
    registry.noteBounds(connection)
  }
  expect([...registry.withBounds()]).toEqual([ada, adasSecond, bo])
  const { bounds: _, ...unbounded } = ada.connection.admitted
  ada.connection.admitted = unbounded
  registry.noteBounds(ada.connection)
  registry.leave(bo.connection)
  registry.noteBounds(bo.connection)
  expect([...registry.withBounds()]).toEqual([adasSecond])
})
