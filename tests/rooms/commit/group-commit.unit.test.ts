import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { GroupCommit } from '../../../server/rooms/commit/group-commit.ts'
import { roomMetrics } from '../../../server/rooms/metrics.ts'
import type { Log, LogEntry } from '../../../server/rooms/ports.ts'
import { until } from '../../helpers/until.ts'

const entry = (roomId: string, bytes: number): LogEntry => ({
  roomId,
  userId: 'ada',
  update: new Uint8Array(bytes),
  clientIds: [],
})

test('what is short does not stand behind megabytes of others, and these have their turn', async () => {
  const groups: string[][] = []
  const ends: (() => void)[] = []
  const log = {
    append: (entries: LogEntry[]) => {
      groups.push(entries.map(({ roomId }) => roomId))
      return new Promise<void>((resolve) => ends.push(resolve))
    },
  } as unknown as Log
  const commits = new GroupCommit(log, roomMetrics(new Registry(), { rooms: () => 0, people: () => 0 }))
  const done: Promise<void>[] = []
  const commit = (roomId: string, bytes: number) => void done.push(commits.commit([entry(roomId, bytes)]))
  const go = async (count: number) => {
    ends.shift()?.()
    await until('the next group', () => groups.length === count)
  }
  for (const roomId of ['A', 'B', 'C']) commit(roomId, 600_000)
  commit('a', 10)
  commit('b', 10)
  await go(1)
  commit('c', 10)
  await go(2)
  commit('d', 10)
  await go(3)
  commit('D', 3_000_000)
  await go(4)
  await go(5)
  await go(6)
  ends.shift()?.()
  expect(groups).toEqual([['a', 'b'], ['A'], ['c', 'd'], ['B'], ['C'], ['D']])
  await Promise.all(done)
})
