import { expect, test } from 'vitest'
import type { Connection } from '../../../server/rooms/connection/connection.ts'
import { ConnectionRegistry } from '../../../server/rooms/connection/connection-registry.ts'
import type { Room } from '../../../server/rooms/room.ts'

interface FakeSocket {
  isClosed: boolean
  isDestroyed: boolean
  destroy(): void
}

const room = (id: string) => ({ id }) as Room

const socketOf = (userId: string, projectId: string) => {
  const socket: FakeSocket = {
    isClosed: false,
    isDestroyed: false,
    destroy: () => (socket.isDestroyed = true),
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
