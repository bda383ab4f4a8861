import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { ReadThrottles, type ThrottledSocket } from '../../../server/rooms/budgets/read-throttle.ts'
import { defaultLimits } from '../../../shared/limits.ts'

const limits = { ...defaultLimits, readBytesPerSecond: 1_000, readFramesPerSecond: 10 }

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A socket that keeps whether it is read from; `order` gets its name each time that it is again. */
function openSocket(name = '', order: string[] = []) {
  const socket = {
    isRead: true,
    pauseReading: () => void (socket.isRead = false),
    resumeReading() {
      socket.isRead = true
      order.push(name)
    },
  }
  return socket satisfies ThrottledSocket
}

test('bytes over two seconds’ worth stop all sockets of that person and nobody else’s, for as long as they fill', () => {
  let pauses = 0
  const throttles = new ReadThrottles(limits, () => pauses++)
  const [first, second, other] = [openSocket(), openSocket(), openSocket()]
  throttles.of('ada').add(first)
  throttles.of('ada').add(second)
  throttles.of('bo').add(other)
  throttles.of('ada').countBytes(first, 1_500)
  throttles.of('ada').countBytes(second, 500)
  expect([first.isRead, second.isRead, pauses]).toEqual([true, true, 0])
  throttles.of('ada').countBytes(second, 1_000)
  expect([first.isRead, second.isRead, other.isRead, pauses]).toEqual([false, false, true, 1])
  vi.advanceTimersByTime(1_000)
  expect([first.isRead, second.isRead]).toEqual([false, false])
  vi.advanceTimersByTime(200)
  expect([first.isRead, second.isRead, pauses]).toEqual([true, true, 1])
})

test('frames count whatever they hold, and those that had been read already are waited for as well', () => {
  const throttle = new ReadThrottles(limits, () => {}).of('ada')
  const socket = openSocket()
  throttle.add(socket)
  for (let frame = 0; frame < 20; frame++) throttle.countFrame(socket, performance.now())
  expect(socket.isRead).toBe(true)
  for (let frame = 0; frame < 10; frame++) throttle.countFrame(socket, performance.now())
  expect(socket.isRead).toBe(false)
  vi.advanceTimersByTime(900)
  expect(socket.isRead).toBe(false)
  vi.advanceTimersByTime(400)
  expect(socket.isRead).toBe(true)
})

test('items of updates count before they are read, be it with many or many small ones', () => {
  const throttle = new ReadThrottles({ ...limits, readItemsPerSecond: 1_000 }, () => {}).of('ada')
  const socket = openSocket()
  throttle.add(socket)
  const doc = new Y.Doc()
  const list = doc.getXmlFragment('default')
  for (let block = 0; block < 25_000; block++) list.insert(0, [new Y.XmlElement('paragraph')])
  const update = Y.encodeStateAsUpdate(doc)
  throttle.countItems(socket, update)
  for (let times = 0; times < 14; times++) throttle.countItems(socket, update.subarray(0, 8_000))
  expect(socket.isRead).toBe(true)
  throttle.countItems(socket, update)
  expect(socket.isRead).toBe(false)
  vi.advanceTimersByTime(20_000)
  expect(socket.isRead).toBe(false)
  vi.advanceTimersByTime(10_000)
  expect(socket.isRead).toBe(true)
  for (let times = 0; times < 100; times++) throttle.countItems(socket, new Uint8Array(4_000))
  expect(socket.isRead).toBe(false)
})

test('states count by what is to be made of them: thousands of lists in each other, not a cursor', () => {
  const throttle = new ReadThrottles(limits, () => {}).of('ada')
  const socket = openSocket()
  throttle.add(socket)
  const json = (state: string) => new TextEncoder().encode(state)
  const place = { type: { client: 1, clock: 2 }, tname: null, item: { client: 1, clock: 3 }, assoc: 0 }
  const cursor = json(JSON.stringify({ user: { color: '#aabbcc' }, cursor: { anchor: place, head: place } }))
  // thirty a second of each of twenty tabs, for ten seconds
  for (let times = 0; times < 6_000; times++) throttle.countState(socket, cursor)
  expect(socket.isRead).toBe(true)
  const nested = json(`{"cursor":${'['.repeat(4_000)}${']'.repeat(4_000)}}`)
  for (let times = 0; times < 1_000; times++) throttle.countState(socket, nested)
  expect(socket.isRead).toBe(false)
})

test('neither a new socket nor coming back is read from sooner', () => {
  const throttles = new ReadThrottles(limits, () => {})
  const first = openSocket()
  throttles.of('ada').add(first)
  throttles.of('ada').countBytes(first, 4_000)
  throttles.of('ada').remove(first)
  expect(throttles.of('ada').isInUse).toBe(false)
  for (let person = 0; person < 1_000; person++) throttles.of(`person ${person}`)
  const again = openSocket()
  throttles.of('ada').add(again)
  expect(again.isRead).toBe(false)
  vi.advanceTimersByTime(2_200)
  expect(again.isRead).toBe(true)
})

test('the socket that used it up is the last to be read from again', () => {
  const throttle = new ReadThrottles(limits, () => {}).of('ada')
  const order: string[] = []
  const [flood, quiet] = [openSocket('flood', order), openSocket('quiet', order)]
  throttle.add(flood)
  throttle.add(quiet)
  throttle.countBytes(flood, 3_000)
  vi.advanceTimersByTime(2_000)
  expect(order).toEqual(['quiet', 'flood'])
})
