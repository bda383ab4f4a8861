import { expect, test, vi } from 'vitest'
import type { Thread } from '../../shared/review.ts'
import { createCommentQueue } from '../../web/review/queue/comment-queue.ts'
import { waitingComments } from '../../web/review/queue/waiting-comments.ts'
import { until } from '../helpers/until.ts'
import { browserOfQueues, item, locks, storage, turns } from '../helpers/web/browser-of-queues.ts'

const browser = browserOfQueues()

const open = (userId = 'u', heard: Thread[] = []) =>
  createCommentQueue('project', (thread) => heard.push(thread), waitingComments(userId, 'project'))

/** A tab that does not lead. */
const follower = () =>
  createCommentQueue(
    'project',
    () => {},
    waitingComments('u', 'project'),
    () => () => {},
  )

test('what could not be sent waits on the device, and is sent under the same id with the time it was written', async () => {
  browser.answer = () => {
    throw new TypeError('no network')
  }
  const first = item()
  const closed = open()
  closed.send(first)
  await until('a first try', () => browser.sent.length > 0)
  expect(browser.sent[0]).toMatchObject({ id: first.id })
  expect(browser.sent[0]).not.toHaveProperty('writtenAt')

  browser.answer = () => Response.json({ thread: { id: 't' } }, { status: 201 })
  browser.sent = []
  const heard: Thread[] = []
  const again = open('u', heard)
  expect(again.items.get()).toMatchObject([{ id: first.id, body: '壁厚' }])
  await until('it to be sent', () => again.items.get().length === 0)
  expect(browser.sent[0]).toMatchObject({ id: first.id, writtenAt: expect.stringMatching(/^\d{4}-.*Z$/) })
  expect(heard).toHaveLength(1)
  expect(open().items.get()).toEqual([])
  await until('the first tab to give up its copy', () => closed.items.get().length === 0)
})

test('what waits for its next try is tried at once when the server was just reached', async () => {
  browser.answer = () => {
    throw new TypeError('no network')
  }
  // no pause ends by itself
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    const box = open()
    box.send(item())
    await turns(() => box.items.get()[0]?.isWaiting === true)
    browser.answer = () => Response.json({ thread: { id: 't' } }, { status: 201 })
    box.wake()
    await turns(() => box.items.get().length === 0)
    expect(browser.sent).toHaveLength(2)
    box.stop()
  } finally {
    vi.useRealTimers()
  }
})

test('another person on the same device neither sees nor sends it', async () => {
  browser.answer = () => Response.json({ error: { code: 'comment_invalid', params: {} } }, { status: 400 })
  const box = open()
  box.send(item())
  await until('the refusal', () => box.items.get()[0]?.error)
  expect(open('somebody else').items.get()).toEqual([])
  expect(open().items.get()).toHaveLength(1)
})

test('a refused one waits for the person, who can throw it away for good', async () => {
  browser.answer = () => Response.json({ error: { code: 'comment_invalid', params: {} } }, { status: 400 })
  const box = open()
  const refused = item()
  box.send(refused)
  await until('the refusal', () => box.items.get()[0]?.error)
  box.drop(refused.id)
  expect(box.items.get()).toEqual([])
  expect(open().items.get()).toEqual([])
})

test('a comment that is sent again and again has one sender', async () => {
  let finish = (_reply: Response) => {}
  vi.stubGlobal('fetch', (_address: string, { body }: { body: string }) => {
    browser.sent.push(JSON.parse(body) as Record<string, unknown>)
    return new Promise<Response>((resolve) => (finish = resolve))
  })
  const box = open()
  const one = item()
  box.send(one)
  await until('a first try', () => browser.sent.length > 0)
  box.retry(one.id)
  box.retry(one.id)
  finish(Response.json({ thread: { id: 't' } }, { status: 201 }))
  await until('it to be sent', () => box.items.get().length === 0)
  expect(browser.sent).toHaveLength(1)
})

/** A server that answers when it is told to, in whatever order. */
function slowServer() {
  const asked: { id: string; answer(reply: Response): void }[] = []
  vi.stubGlobal('fetch', (_address: string, { body }: { body: string }) => {
    const sent = JSON.parse(body) as { id: string }
    browser.sent.push(sent)
    return new Promise<Response>((answer) => asked.push({ id: sent.id, answer }))
  })
  return async (id: string, reply = Response.json({ thread: { id: 't' } }, { status: 201 })) => {
    await until('it to be asked', () => asked.some((one) => one.id === id))
    const [one] = asked.splice(
      asked.findIndex((other) => other.id === id),
      1,
    )
    one!.answer(reply)
  }
}

test('a point reads as it was written: its comments are sent one after the other, those of other points beside them', async () => {
  const answer = slowServer()
  const box = open()
  const [first, second, elsewhere] = [item(), item(), item()]
  second.threadId = first.threadId
  for (const one of [first, second, elsewhere]) box.send(one)
  await answer(elsewhere.id)
  await until('the other point’s to be sent', () => box.items.get().length === 2)
  expect(browser.sent.map(({ id }) => id)).toEqual([first.id, elsewhere.id])
  await answer(first.id)
  await answer(second.id)
  await until('an empty queue', () => box.items.get().length === 0)
  // it waited, so it says since when
  expect(browser.sent.map((one) => [one.id, 'writtenAt' in one])).toEqual([
    [first.id, false],
    [elsewhere.id, false],
    [second.id, true],
  ])
  box.stop()
})

test('what waits behind another comment of its point is told to wait with it, goes when that one is refused, and not when it was thrown away', async () => {
  const answer = slowServer()
  const box = open()
  const [first, second, third] = [item(), item(), item()]
  for (const one of [first, second, third]) box.send({ ...one, threadId: first.threadId })
  await answer(first.id, Response.json({ error: { code: 'storage_failed', params: {} } }, { status: 503 }))
  await until('all to wait', () => box.items.get().every(({ isWaiting }) => isWaiting))
  box.drop(second.id)
  browser.sent = []
  box.wake()
  await until('a second try', () => browser.sent.length === 1)
  await answer(first.id, Response.json({ error: { code: 'comment_invalid', params: {} } }, { status: 400 }))
  await answer(third.id)
  await until('the refused one alone', () => box.items.get().length === 1)
  expect(box.items.get()).toMatchObject([{ id: first.id, error: { code: 'comment_invalid' } }])
  expect(browser.sent.map(({ id }) => id)).toEqual([first.id, third.id])
  box.stop()
})

test('what waits is sent by the tab that leads, and not before it does', async () => {
  const waiting = waitingComments('u', 'project')
  const one = { ...item(), createdAt: new Date().toISOString() }
  waiting.keep(one)
  const leads: (() => void)[] = []
  const [first, second] = [0, 1].map(() =>
    createCommentQueue(
      'project',
      () => {},
      waitingComments('u', 'project'),
      (lead) => {
        leads.push(lead)
        return () => {}
      },
    ),
  )
  expect([first!.items.get().length, second!.items.get().length]).toEqual([1, 1])
  leads[0]!()
  await until('it to be sent', () => first!.items.get().length === 0)
  // the other leads later and finds nothing left to do
  leads[1]!()
  expect(browser.sent).toHaveLength(1)
})

test('a comment says whose it is, and while another account is signed in it waits for its author', async () => {
  browser.answer = () => Response.json({ error: { code: 'account_changed', params: {} } }, { status: 412 })
  const box = open()
  box.send(item())
  await until('a try', () => browser.sent.length > 0)
  expect(browser.expected[0]).toBe('u')
  await until('it to be said that it waits', () => box.items.get()[0]?.isWaiting)
  expect(box.items.get().map(({ error }) => error)).toEqual([undefined])
  expect(open().items.get()).toHaveLength(1)
  browser.answer = () => Response.json({ thread: { id: 't' } }, { status: 201 })
  browser.page.dispatchEvent(new Event('online'))
  await until('it to be sent', () => box.items.get().length === 0)
  expect(new Set(browser.expected)).toEqual(new Set(['u']))
  box.stop()
})

test('a comment that a closed tab left is sent by the tab that leads, without a reload, and once', async () => {
  vi.stubGlobal('navigator', { locks: locks() })
  const heardStorage = () => browser.page.dispatchEvent(Object.assign(new Event('storage'), { key: null }))
  const leader = open()
  let isAway = true
  browser.answer = () => {
    if (isAway) throw new TypeError('no network')
    return Response.json({ thread: { id: 't' } }, { status: 201 })
  }
  const other = follower()
  other.send(item())
  await until('a try of the other', () => browser.sent.length > 0)
  heardStorage()
  expect(leader.items.get()).toHaveLength(1)
  // while the other tab is open it is the one that sends
  expect(new Set(browser.sent.map(({ writtenAt }) => writtenAt)).size).toBe(1)
  other.stop()
  isAway = false
  await until('it to be sent', () => leader.items.get().length === 0)
  expect(open().items.get()).toEqual([])
  leader.stop()
})

test('what another tab sent, or threw away, waits here no more', async () => {
  vi.stubGlobal('navigator', { locks: locks() })
  browser.answer = () => {
    throw new TypeError('no network')
  }
  const [one, other] = [follower(), follower()]
  const comment = item()
  one.send(comment)
  browser.page.dispatchEvent(Object.assign(new Event('storage'), { key: null }))
  expect(other.items.get()).toHaveLength(1)
  one.drop(comment.id)
  browser.page.dispatchEvent(Object.assign(new Event('storage'), { key: null }))
  expect(other.items.get()).toEqual([])
  one.stop()
  other.stop()
})

test('whatever goes wrong while one is sent is told, and an end before its turn is not', async () => {
  let request = (_name: string, { signal }: { signal: AbortSignal }, _act: () => Promise<void>) =>
    new Promise<void>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error))
    })
  vi.stubGlobal('navigator', {
    locks: { request: (...given: Parameters<typeof request>) => request(...given) },
  })
  const kept = waitingComments('u', 'project')
  const ended = createCommentQueue('project', () => {}, kept)
  const waiting = item()
  ended.send(waiting)
  ended.stop()
  await new Promise((resolve) => setImmediate(resolve))
  expect(ended.items.get()).toMatchObject([{ id: waiting.id }])
  expect(ended.items.get()[0]!.error).toBeUndefined()

  // the storage is taken away as its turn comes
  request = (_name, _options, act) => act()
  const fault = new Error('no storage')
  const broken = {
    ...kept,
    has: () => {
      throw fault
    },
  }
  const box = createCommentQueue(
    'project',
    () => {},
    broken,
    () => () => {},
  )
  const one = item()
  box.send(one)
  await until('it to be told', () => box.items.get().at(-1)!.error === fault)

  // a browser that refuses its locks sends all the same
  request = () => Promise.reject(new DOMException('denied', 'SecurityError'))
  const refused = createCommentQueue(
    'project',
    () => {},
    kept,
    () => () => {},
  )
  const other = item()
  refused.send(other)
  await until('it to be sent', () => browser.sent.some(({ id }) => id === other.id))
  box.stop()
  refused.stop()
})

/** A storage that is full until `free` is called, and a network that is away. */
function fullAndAway() {
  let isFull = true
  const local = storage()
  const { setItem } = local
  local.setItem = (key, value) => {
    if (isFull) throw new DOMException('full', 'QuotaExceededError')
    setItem(key, value)
  }
  vi.stubGlobal('localStorage', local)
  browser.answer = () => {
    throw new TypeError('away')
  }
  return { local, free: () => void (isFull = false) }
}

test('R9: a comment that this device could not keep is told so, and asks before the tab is closed; it is kept once there is room', async () => {
  vi.useFakeTimers()
  try {
    const { free } = fullAndAway()
    const kept = waitingComments('u', 'p')
    const queue = createCommentQueue('p', () => {}, kept)
    queue.send(item())
    queue.send(item())
    expect(queue.items.get().map(({ isKept }) => isKept)).toEqual([false, false])
    free()
    browser.page.dispatchEvent(new Event('online'))
    expect(queue.items.get().map(({ isKept }) => isKept)).toEqual([true, true])
    expect(kept.all()).toHaveLength(2)
    queue.stop()
  } finally {
    vi.useRealTimers()
  }
})

test('W2: a comment that was kept late and then thrown away, or sent, stays away: no other tab writes it back', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    vi.stubGlobal('navigator', { locks: locks() })
    const { local, free } = fullAndAway()
    const heardStorage = () => browser.page.dispatchEvent(Object.assign(new Event('storage'), { key: null }))
    const [author, other] = [follower(), follower()]
    const comment = item()
    author.send(comment)
    expect(author.items.get()).toMatchObject([{ isKept: false }])
    free()
    heardStorage()
    expect(other.items.get()).toMatchObject([{ id: comment.id, isKept: true }])
    author.drop(comment.id)
    heardStorage()
    expect([author.items.get(), other.items.get(), local.length]).toEqual([[], [], 0])
    author.stop()
    other.stop()
  } finally {
    vi.useRealTimers()
  }
})
