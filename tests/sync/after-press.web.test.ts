import { QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Thread } from '../../shared/review.ts'
import { createQueryClient } from '../../web/query-client.ts'
import { afterPress, watchPresses } from '../../web/sync/after-press.ts'
import { mergeEvents, mergeThread } from '../../web/sync/threads/thread-store.ts'
import { threadsQuery } from '../../web/sync/threads/thread-lists.ts'

let page: EventTarget
let stop: () => void
let applied: string[]

beforeEach(() => {
  vi.useFakeTimers()
  page = new EventTarget()
  stop = watchPresses(page)
  applied = []
})
afterEach(() => {
  stop()
  vi.useRealTimers()
})

const pointer = (type: string, pointerType = 'mouse', pointerId = 1) =>
  page.dispatchEvent(Object.assign(new Event(type), { pointerType, pointerId }))
const change = (name: string) => afterPress(() => applied.push(name))

test('what comes while nothing is pressed is applied at once', () => {
  change('a')
  pointer('pointerdown')
  pointer('pointerup')
  page.dispatchEvent(new Event('click'))
  vi.advanceTimersByTime(0)
  change('b')
  expect(applied).toEqual(['a', 'b'])
})

test('what comes between a press and its click is applied after the click, in order', () => {
  pointer('pointerdown')
  change('a')
  change('b')
  vi.advanceTimersByTime(900)
  expect(applied).toEqual([])
  pointer('pointerup')
  change('c')
  page.dispatchEvent(new Event('click'))
  expect(applied).toEqual([])
  vi.advanceTimersByTime(0)
  expect(applied).toEqual(['a', 'b', 'c'])
})

test('a finger that is lifted clicks later, and what came waits for that', () => {
  pointer('pointerdown', 'touch')
  change('a')
  pointer('pointerup', 'touch')
  vi.advanceTimersByTime(30)
  expect(applied).toEqual([])
  page.dispatchEvent(new Event('click'))
  vi.advanceTimersByTime(0)
  expect(applied).toEqual(['a'])
})

test.each([
  ['a finger that was lifted and clicks nothing', 'pointerup', 100],
  ['a press that the browser makes a gesture of', 'pointercancel', 0],
])('%s holds nothing back for long', (_name, type, ms) => {
  pointer('pointerdown', 'touch')
  change('a')
  pointer(type, 'touch')
  vi.advanceTimersByTime(ms)
  expect(applied).toEqual(['a'])
})

test('while one of two fingers is down nothing is applied', () => {
  pointer('pointerdown', 'touch', 1)
  pointer('pointerdown', 'touch', 2)
  change('a')
  pointer('pointerup', 'touch', 1)
  vi.advanceTimersByTime(500)
  expect(applied).toEqual([])
  pointer('pointerup', 'touch', 2)
  vi.advanceTimersByTime(100)
  expect(applied).toEqual(['a'])
})

test('who keeps a pointer down sees what others do after a second, and from then on at once', () => {
  pointer('pointerdown')
  change('a')
  vi.advanceTimersByTime(1_000)
  expect(applied).toEqual(['a'])
  change('b')
  expect(applied).toEqual(['a', 'b'])
})

test('a press that begins while another holds back is protected as long as any', () => {
  pointer('pointerdown', 'touch', 1)
  change('a')
  vi.advanceTimersByTime(500)
  pointer('pointerup', 'touch', 1)
  vi.advanceTimersByTime(50)
  pointer('pointerdown', 'touch', 2)
  vi.advanceTimersByTime(900)
  expect(applied).toEqual([])
  pointer('pointerup', 'touch', 2)
  vi.advanceTimersByTime(100)
  expect(applied).toEqual(['a'])
})

test('one change that fails takes none of the others with it', () => {
  const report = vi.fn()
  vi.stubGlobal('reportError', report)
  pointer('pointerdown')
  const failure = new Error('of one')
  afterPress(() => {
    throw failure
  })
  change('b')
  vi.advanceTimersByTime(1_000)
  vi.unstubAllGlobals()
  expect(report).toHaveBeenCalledWith(failure)
  expect(applied).toEqual(['b'])
})

test('threads that others changed wait for the click, and a reply to one’s own act does not', () => {
  const client = createQueryClient(() => {})
  const { queryKey } = threadsQuery('lamp', 'brief')
  const thread = (changes: number) =>
    ({
      id: 't1',
      projectId: 'lamp',
      number: 1,
      changes,
      draft: false,
      anchor: { type: 'project' },
      comments: [],
    }) as unknown as Thread
  const changes = () => client.getQueryData<Thread[]>(queryKey)?.[0]?.changes
  client.setQueryData(queryKey, [thread(0)])
  pointer('pointerdown')
  mergeEvents(client, [thread(2)])
  expect(changes()).toBe(0)
  mergeThread(client, thread(1))
  expect(changes()).toBe(1)
  pointer('pointerup')
  vi.advanceTimersByTime(0)
  expect(changes()).toBe(2)
})

test('any list that is read anew waits for the click, and what is read first does not', async () => {
  const client = createQueryClient(() => {})
  let stored = 'first'
  const query = { queryKey: ['list'], queryFn: async () => stored }
  pointer('pointerdown')
  const observer = new QueryObserver(client, query)
  const end = observer.subscribe(() => {})
  await vi.advanceTimersByTimeAsync(10)
  expect(observer.getCurrentResult().data).toBe('first')
  stored = 'second'
  void client.invalidateQueries({ queryKey: query.queryKey })
  await vi.advanceTimersByTimeAsync(10)
  expect(observer.getCurrentResult().data).toBe('first')
  pointer('pointerup')
  await vi.advanceTimersByTimeAsync(10)
  expect(observer.getCurrentResult().data).toBe('second')
  end()
})
