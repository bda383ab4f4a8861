import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { readChangedThreads } from '../../../web/sync/threads/changed-threads.ts'

/** What the server is asked for, and what it answers: the next of `answers`, or the points. */
const asked: string[] = []
const answers: (Response | Error)[] = []
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', async (address: string | URL) => {
    asked.push(new URL(address).searchParams.get('ids') ?? 'all')
    const answer = answers.shift() ?? Response.json({ threads: [{ id: asked.at(-1) }] })
    if (answer instanceof Error) throw answer
    return answer
  })
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  asked.length = 0
  answers.length = 0
})

function reader() {
  const told = { read: 0, tooMany: 0 }
  const threads = readChangedThreads('lamp', {
    onRead: () => void told.read++,
    onTooMany: () => void told.tooMany++,
  })
  return { points: threads, told }
}
const refused = (status: number, code: string, params = {}) =>
  Response.json({ error: { code, params } }, { status })

test('R13: a few points whose reading is refused for now are asked for again, with longer pauses; never all of them', async () => {
  const { points, told } = reader()
  answers.push(refused(503, 'storage_failed'), new TypeError('no network'))
  points.add([{ id: 'a' }])
  await vi.advanceTimersByTimeAsync(200)
  expect(asked).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(999)
  points.add([{ id: 'b' }])
  expect(asked).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(1)
  expect(asked).toEqual(['a', 'a,b'])
  await vi.advanceTimersByTimeAsync(2_000)
  expect(asked).toEqual(['a', 'a,b', 'a,b'])
  expect(told).toEqual({ read: 1, tooMany: 0 })
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveLength(3)
})

test('R13: who is told to wait so long waits so long', async () => {
  const { points, told } = reader()
  answers.push(refused(429, 'too_many_requests', { seconds: 7 }))
  points.add([{ id: 'a' }])
  await vi.advanceTimersByTimeAsync(7_199)
  expect(asked).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(1)
  expect([asked.length, told.read]).toEqual([2, 1])
})

test('R13: what is refused for good is not asked for again, nor is anything once the page has gone', async () => {
  const { points, told } = reader()
  answers.push(refused(404, 'not_found'))
  points.add([{ id: 'a' }])
  await vi.advanceTimersByTimeAsync(60_000)
  expect([asked.length, told]).toEqual([1, { read: 0, tooMany: 0 }])
  answers.push(refused(503, 'storage_failed'))
  points.add([{ id: 'b' }])
  await vi.advanceTimersByTimeAsync(200)
  points.stop()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toEqual(['a', 'b'])
})

test('more than are told at once are read with all others', async () => {
  const { points, told } = reader()
  points.add(Array.from({ length: 51 }, (_, id) => ({ id: String(id) })))
  await vi.advanceTimersByTimeAsync(200)
  expect([asked, told]).toEqual([[], { read: 0, tooMany: 1 }])
})

test('W10: what goes wrong with what was read is told, and not read again', async () => {
  const told = vi.fn<(error: unknown) => void>()
  vi.stubGlobal('reportError', told)
  const fault = new Error('no room')
  const threads = readChangedThreads('lamp', {
    onRead: () => {
      throw fault
    },
    onTooMany: () => {},
  })
  threads.add([{ id: 'a' }])
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toEqual(['a'])
  expect(told).toHaveBeenCalledExactlyOnceWith(fault)
  // the next one is read as ever
  threads.add([{ id: 'b' }])
  await vi.advanceTimersByTimeAsync(200)
  expect(asked).toEqual(['a', 'b'])
})

test('W10: where a few points are refused for what was asked, they are read with all others', async () => {
  const { points, told } = reader()
  answers.push(refused(400, 'invalid_request'))
  points.add([{ id: 'a' }, { id: 'b' }])
  await vi.advanceTimersByTimeAsync(60_000)
  expect([asked, told]).toEqual([['a,b'], { read: 0, tooMany: 1 }])
})
