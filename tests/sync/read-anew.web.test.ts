import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { readAnew } from '../../web/sync/read-anew.ts'

afterEach(() => void vi.useRealTimers())

const queryKey = ['projects', 'lamp']

/** Somebody who reads a role from a server whose answers are on their way until they are let go. */
function reader() {
  const client = new QueryClient()
  const server = { role: 'viewer' }
  const answers: (() => void)[] = []
  const query = {
    queryKey,
    queryFn: () => {
      const { role } = server
      return new Promise<string>((resolve) => answers.push(() => resolve(role)))
    },
    staleTime: Infinity,
  }
  return {
    client,
    server,
    query,
    show: () => new QueryObserver(client, query).subscribe(() => {}),
    shown: () => client.getQueryData(queryKey),
    underWay: () => answers.length,
    /** Has the readings answered that are under way, and those that follow from that. */
    async answerAll() {
      for (let turn = 0; turn < 20; turn++) {
        for (const answer of answers.splice(0)) answer()
        await new Promise((resolve) => setTimeout(resolve))
      }
    },
  }
}

test('a change during the first reading leads to another one, and many changes to one', async () => {
  const { client, server, show, shown, answerAll, underWay } = reader()
  show()
  server.role = 'reviewer'
  for (let time = 0; time < 5; time++) void readAnew(client, { queryKey })
  expect(underWay()).toBe(1)
  await answerAll()
  expect(shown()).toBe('reviewer')
})

test('a change during a later reading begins that one again', async () => {
  const { client, server, show, shown, answerAll } = reader()
  show()
  await answerAll()
  void readAnew(client, { queryKey })
  server.role = 'reviewer'
  void readAnew(client, { queryKey })
  await answerAll()
  expect(shown()).toBe('reviewer')
})

test('a change while something is read that nothing shows yet has it read when it is shown', async () => {
  const { client, server, query, show, shown, answerAll } = reader()
  for (const role of ['reviewer', 'editor']) {
    void client.fetchQuery({ ...query, staleTime: 0 })
    server.role = role
    void readAnew(client, { queryKey })
    await answerAll()
    const stop = show()
    await answerAll()
    expect(shown()).toBe(role)
    stop()
  }
})

test('a first reading that fails is read again after a change', async () => {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const fails: (() => void)[] = []
  let times = 0
  const queryFn = () => {
    if (times++ > 0) return Promise.resolve('reviewer')
    return new Promise<string>((_resolve, reject) => fails.push(() => reject(new Error('not a member'))))
  }
  new QueryObserver(client, { queryKey, queryFn }).subscribe(() => {})
  const read = readAnew(client, { queryKey })
  for (const fail of fails) fail()
  await read
  expect(client.getQueryData(queryKey)).toBe('reviewer')
})

test('what others change without end is read again every few seconds, with all that came until then', async () => {
  vi.useFakeTimers()
  const client = new QueryClient()
  const read = vi.fn<() => Promise<string>>(async () => 'read')
  const stop = new QueryObserver(client, { queryKey, queryFn: read }).subscribe(() => {})
  const other = vi.fn<() => Promise<string>>(async () => 'read')
  const stopOther = new QueryObserver(client, {
    queryKey: [...queryKey, 'reviews'],
    queryFn: other,
  }).subscribe(() => {})
  await vi.advanceTimersByTimeAsync(0)
  for (let second = 0; second < 60; second++) {
    for (let time = 0; time < 8; time++) {
      void readAnew(client, { queryKey, exact: true })
      await vi.advanceTimersByTimeAsync(125)
    }
  }
  expect(read.mock.calls.length).toBeLessThan(26)
  expect(other).toHaveBeenCalledTimes(1)
  // whatever is meant by those that wait is read
  void readAnew(client, { queryKey, exact: true })
  void readAnew(client, { queryKey, predicate: (query) => query.queryKey[2] === 'reviews' })
  const before = read.mock.calls.length
  await vi.advanceTimersByTimeAsync(5_000)
  expect([read.mock.calls.length - before, other.mock.calls.length]).toEqual([1, 2])
  stop()
  stopOther()
})
