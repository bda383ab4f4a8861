import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import { mergeThreads } from '../../web/sync/threads/thread-store.ts'
import { threadsQuery } from '../../web/sync/threads/thread-lists.ts'
import type { Thread } from '../../shared/review.ts'

afterEach(() => void vi.useRealTimers())

const draft = (id: string, number: number) =>
  ({
    id,
    number,
    projectId: 'lamp',
    draft: true,
    changes: 1,
    comments: [],
    anchor: { type: 'text', documentId: 'doc', resourceId: 'doc', quote: '' },
  }) as unknown as Thread

test.each([0, 10])(
  'an own draft that an older answer lacks is read again, behind %s acts of the same person',
  async (acts) => {
    vi.useFakeTimers()
    const client = new QueryClient()
    const server = { threads: [] as Thread[] }
    const answers: (() => void)[] = []
    const { queryKey } = threadsQuery('lamp', 'doc')
    const queryFn = () => {
      const threads = [...server.threads]
      return new Promise<Thread[]>((resolve) => answers.push(() => resolve(threads)))
    }
    const answerAll = async () => {
      for (let turn = 0; turn < 20; turn++) {
        for (const answer of answers.splice(0)) answer()
        await vi.advanceTimersByTimeAsync(1)
      }
    }
    new QueryObserver(client, { queryKey, queryFn, staleTime: Infinity }).subscribe(() => {})
    await answerAll()
    for (let at = 1; at <= acts; at++) {
      server.threads.push(draft(`d${at}`, at))
      mergeThreads(client, [draft(`d${at}`, at)])
      await vi.advanceTimersByTimeAsync(1)
      await answerAll()
    }
    // the list is read, as others changed it, and meanwhile a draft of mine is stored
    void client.invalidateQueries({ queryKey })
    await vi.advanceTimersByTimeAsync(1)
    server.threads.push(draft('mine', 99))
    mergeThreads(client, [draft('mine', 99)])
    await answerAll()
    await vi.advanceTimersByTimeAsync(60_000)
    await answerAll()
    const shown = client.getQueryData<Thread[]>(queryKey)!.map(({ id }) => id)
    expect(shown).toContain('mine')
  },
)
