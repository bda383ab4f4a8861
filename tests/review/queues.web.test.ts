import { expect, test, vi } from 'vitest'
import { onSent, queueOf, sendFor, unsentOn } from '../../web/review/queue/queues.ts'
import { waitingComments } from '../../web/review/queue/waiting-comments.ts'
import { until } from '../helpers/until.ts'
import { browserOfQueues, item, locks, turns } from '../helpers/web/browser-of-queues.ts'

const browser = browserOfQueues()

test('one queue for the app: asked for twice it is the same, and sign-out stops it for good', async () => {
  browser.answer = () => {
    throw new TypeError('no network')
  }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    sendFor('u')
    const box = queueOf('u', 'project')
    expect(queueOf('u', 'project')).toBe(box)
    box.send(item())
    await turns(() => box.items.get()[0]?.isWaiting === true)
    expect(browser.sent).toHaveLength(1)
    sendFor(null)
    browser.answer = () => Response.json({ thread: { id: 't' } }, { status: 201 })
    box.retry(box.items.get()[0]!.id)
    // longer than any wait between two tries
    await vi.advanceTimersByTimeAsync(60_000)
    expect(browser.sent).toHaveLength(1)
  } finally {
    vi.useRealTimers()
  }
  browser.sent = []
  // it waits on the device, and goes when the same person is back, wherever they are
  sendFor('somebody else')
  expect(queueOf('somebody else', 'project').items.get()).toEqual([])
  sendFor('u')
  await until('it to be sent', () => browser.sent.length === 1)
  await until('an empty queue', () => queueOf('u', 'project').items.get().length === 0)
  sendFor(null)
})

test('what is sent when its author has signed out is told to nobody who is signed in since', async () => {
  let answer: ((reply: Response) => void) | undefined
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => (answer = resolve)))
  const heard: string[] = []
  const end = onSent(({ id }) => heard.push(id))
  sendFor('u')
  const box = queueOf('u', 'project')
  box.send(item())
  await until('it to be on its way', () => answer)
  sendFor('somebody else')
  answer!(Response.json({ thread: { id: 't' } }, { status: 201 }))
  await until('it to be sent', () => box.items.get().length === 0)
  expect(heard).toEqual([])
  end()
  sendFor(null)
})

test('a comment that another tab left in a project that is not open here is sent too', async () => {
  sendFor('u')
  const one = { ...item(), createdAt: new Date(0).toISOString() }
  waitingComments('u', 'elsewhere').keep(one)
  browser.page.dispatchEvent(
    Object.assign(new Event('storage'), { key: `comment-queue/u/elsewhere/${one.id}` }),
  )
  await until('it to be sent', () => browser.sent.length === 1)
  sendFor(null)
})

test('one tab leads for all projects, and who hears what was sent need not have opened them', async () => {
  const asked: string[] = []
  const granted = locks()
  vi.stubGlobal('navigator', {
    locks: {
      request(...given: Parameters<typeof granted.request>) {
        asked.push(given[0])
        return granted.request(...given)
      },
    },
  })
  const heard: string[] = []
  const end = onSent(({ id }) => heard.push(id))
  const of = (projectId: string) => ({ ...item(), threadId: projectId, createdAt: new Date(0).toISOString() })
  browser.answer = () => Response.json({ thread: { id: `thread ${browser.sent.length}` } }, { status: 201 })
  waitingComments('u', 'lamp').keep(of('lamp'))
  waitingComments('u', 'desk').keep(of('desk'))
  sendFor('u')
  await until('both to be sent', () => heard.length === 2)
  expect(asked.filter((name) => name === 'outbox/u')).toHaveLength(1)
  expect(asked).toHaveLength(3)
  // what this tab comes to know later it leads for too
  const late = of('chair')
  waitingComments('u', 'chair').keep(late)
  browser.page.dispatchEvent(Object.assign(new Event('storage'), { key: `comment-queue/u/chair/${late.id}` }))
  await until('it to be sent', () => heard.length === 3)
  end()
  sendFor(null)
})

test('what was written on a document’s page is told to whoever is let in no more, also where only this tab holds it', async () => {
  browser.answer = () => Response.json({ error: { code: 'not_found', params: {} } }, { status: 404 })
  const kept = { ...item(), resourceId: 'brief', createdAt: new Date(0).toISOString() }
  waitingComments('u', 'lamp').keep(kept)
  sendFor('u')
  vi.stubGlobal('localStorage', {
    ...localStorage,
    setItem() {
      throw new DOMException('full', 'QuotaExceededError')
    },
  })
  const alone = { ...item(), resourceId: 'brief' }
  queueOf('u', 'lamp').send(alone)
  queueOf('u', 'lamp').send({ ...item(), resourceId: 'spec' })
  const told = () => unsentOn('u', 'brief').map(({ item: { id } }) => id)
  expect(told()).toEqual([kept.id, alone.id])
  unsentOn('u', 'brief')[1]!.drop()
  expect(told()).toEqual([kept.id])
  sendFor(null)
})

test('what a former version left under its own key is sent, also while a tab of it is open', async () => {
  const former = (projectId: string) => {
    const { resourceId, ...kept } = { ...item(), resourceId: 'brief', createdAt: new Date(0).toISOString() }
    const key = `outbox/former/${projectId}/${kept.id}`
    localStorage.setItem(key, JSON.stringify({ ...kept, documentId: resourceId }))
    return key
  }
  let isOnline = false
  browser.answer = () => {
    if (!isOnline) throw new TypeError('no network')
    return Response.json({ thread: { id: 't' } }, { status: 201 })
  }
  former('lamp')
  sendFor('former')
  expect(unsentOn('former', 'brief')).toHaveLength(1)
  // one in a project that is open here, and one in another
  for (const projectId of ['lamp', 'chair']) {
    browser.page.dispatchEvent(Object.assign(new Event('storage'), { key: former(projectId) }))
  }
  expect(unsentOn('former', 'brief')).toHaveLength(3)
  isOnline = true
  for (const { item: one } of unsentOn('former', 'brief')) queueOf('former', 'lamp').retry(one.id)
  for (const { item: one } of unsentOn('former', 'brief')) queueOf('former', 'chair').retry(one.id)
  await until('all to be sent', () => unsentOn('former', 'brief').length === 0)
  const left = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at)!)
  expect(left.filter((key) => /^(outbox|comment-queue)\//.test(key))).toEqual([])
  sendFor(null)
})
