import { createServer, type AddressInfo, type Socket } from 'node:net'
import { MutationObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Thread } from '../../shared/review.ts'
import { api, call, convertsFirst } from '../../web/api.ts'
import { createQueryClient } from '../../web/query-client.ts'
import { storePicture } from '../../web/review/composer/comment-editor.ts'
import { isWaiting } from '../../web/review/pictures/waiting-pictures.ts'
import { createCommentQueue } from '../../web/review/queue/comment-queue.ts'
import { waitingComments } from '../../web/review/queue/waiting-comments.ts'
import { uploadFile } from '../../web/ui/files/upload-file.ts'
import { fetchWithin, NoAnswer } from '../../web/sync/within-time.ts'
import { browserOfQueues, item } from '../helpers/web/browser-of-queues.ts'

// A network that swallows everything and says nothing of it: neither an answer nor an end comes.

const minute = 60_000
const browser = browserOfQueues()
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** A `fetch` of which nothing comes back; it ends as a browser's does. */
const swallowed = (_address: unknown, { signal }: RequestInit) =>
  new Promise<Response>((_, reject) =>
    signal!.aborted
      ? reject(signal!.reason as Error)
      : signal!.addEventListener('abort', () => reject(signal!.reason as Error)),
  )
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'answered',
    (error: { code?: string }) => error.code,
  )

test('a request that nobody answers is told after a minute, one that prints first after five', async () => {
  vi.stubGlobal('fetch', swallowed)
  const told: unknown[] = []
  void codeOf(call(api.projects.$get())).then((code) => told.push(code))
  const revisions = api.projects[':projectId'].revisions
  const given = { param: { projectId: 'p' }, json: { description: '' } }
  void codeOf(call(revisions.$post(given, convertsFirst))).then((code) => told.push(code))
  await vi.advanceTimersByTimeAsync(minute - 1)
  expect(told).toEqual([])
  await vi.advanceTimersByTimeAsync(1)
  expect(told).toEqual(['no_answer'])
  await vi.advanceTimersByTimeAsync(5 * minute)
  expect(told).toEqual(['no_answer', 'no_answer'])
})

test('whoever waits gives up: that is no answer that failed to come, in a browser of before 2024 too', async () => {
  vi.stubGlobal('fetch', swallowed)
  vi.stubGlobal('AbortSignal', { timeout: undefined, any: undefined })
  const given = new AbortController()
  const asked = fetchWithin(minute, '/lists', { signal: given.signal }).catch((error: unknown) => error)
  given.abort('left')
  expect(await asked).toBe('left')
  expect(await fetchWithin(minute, '/lists', { signal: given.signal }).catch((error: unknown) => error)).toBe(
    'left',
  )
})

test('an answer may come as slowly as it likes, but not stop', async () => {
  let isCut = false
  vi.stubGlobal('fetch', (_address: unknown, { signal }: RequestInit) => {
    let sent = 0
    const pieces = ['{"projects":', '[', ']', '}']
    const body = new ReadableStream<Uint8Array>({
      start: (out) => signal!.addEventListener('abort', () => out.error(signal!.reason)),
      async pull(out) {
        await new Promise((resolve) => setTimeout(resolve, minute - 1))
        if (isCut && sent === 2) return new Promise(() => {})
        const piece = pieces[sent++]
        if (piece) out.enqueue(new TextEncoder().encode(piece))
        else out.close()
      },
    })
    return Promise.resolve(new Response(body, { status: 200, headers: { ETag: 'x' } }))
  })
  const whole = call(api.projects.$get())
  await vi.advanceTimersByTimeAsync(6 * minute)
  expect(await whole).toEqual({ projects: [] })
  isCut = true
  const cut = codeOf(call(api.projects.$get()))
  await vi.advanceTimersByTimeAsync(6 * minute)
  expect(await cut).toBe('no_answer')
})

test('who asked and waits no longer is not told that no answer came', async () => {
  vi.stubGlobal('fetch', swallowed)
  const left = new AbortController()
  const asked = fetchWithin(minute, '/api', { signal: left.signal })
  left.abort()
  await expect(asked).rejects.toBe(left.signal.reason)
})

test('over a real connection: what a browser’s fetch waits for ends, before and within an answer', async () => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (head) => {
      if (String(head).startsWith('GET /begins'))
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    await expect(fetchWithin(300, `${address}/silent`)).rejects.toThrow(NoAnswer)
    await expect(fetchWithin(300, `${address}/begins`)).rejects.toThrow(NoAnswer)
  } finally {
    for (const socket of sockets) socket.destroy()
    server.close()
  }
})

test('a comment that the network swallowed waits and is sent again under its id', async () => {
  const sent: unknown[] = []
  let isSwallowing = true
  vi.stubGlobal('fetch', (address: unknown, init: RequestInit) => {
    sent.push((JSON.parse(init.body as string) as { id: string }).id)
    return isSwallowing
      ? swallowed(address, init)
      : Promise.resolve(Response.json({ thread: { id: 't' } }, { status: 201 }))
  })
  const heard: Thread[] = []
  const queue = createCommentQueue('p', (thread) => heard.push(thread), waitingComments('u', 'p'))
  const comment = item()
  queue.send(comment)
  await vi.advanceTimersByTimeAsync(minute + 100)
  expect(queue.items.get()).toMatchObject([{ id: comment.id, isWaiting: true, isKept: true }])
  expect(queue.items.get()[0]!.error).toBeUndefined()
  isSwallowing = false
  await vi.advanceTimersByTimeAsync(minute)
  expect(queue.items.get()).toEqual([])
  expect(heard).toEqual([{ id: 't' }])
  expect(sent).toEqual([comment.id, comment.id])
  queue.stop()
  expect(browser.sent).toEqual([])
})

test('after an act that nobody answered the page asks how things stand', async () => {
  vi.stubGlobal('fetch', swallowed)
  const client = createQueryClient(() => {})
  client.setQueryData(['projects'], [])
  const act = new MutationObserver(client, {
    mutationFn: () => call(api.projects.$post({ json: { name: 'x' } })),
  })
  const code = codeOf(act.mutate())
  await vi.advanceTimersByTimeAsync(minute + 1_000)
  expect(await code).toBe('no_answer')
  expect(client.getQueryState(['projects'])!.isInvalidated).toBe(true)
  client.clear()
})

/** A request with a file, which goes as each test says. */
class FakeUpload extends EventTarget {
  static all: FakeUpload[] = []
  readonly upload = new EventTarget()
  status = 0
  response: unknown = null
  responseType = ''
  open(): void {}
  setRequestHeader(): void {}
  send(): void {
    FakeUpload.all.push(this)
  }
  abort(): void {
    this.dispatchEvent(new Event('abort'))
    this.dispatchEvent(new Event('loadend'))
  }
  goesOn(loaded: number, total = 100): void {
    this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded, total, lengthComputable: true }))
  }
  answers(): void {
    this.status = 201
    this.response = { file: { sha256: 'sha' } }
    this.dispatchEvent(new Event('load'))
    this.dispatchEvent(new Event('loadend'))
  }
}
const picture = () => new File(['x'], 'x.png', { type: 'image/png' })
const lastUpload = () => FakeUpload.all.at(-1)!
function fakeUploads() {
  FakeUpload.all = []
  vi.stubGlobal('XMLHttpRequest', FakeUpload)
}

test('a file that stands still is sent once more, and then told; three of them stop no later one', async () => {
  fakeUploads()
  const stuck = [1, 2, 3].map(() => codeOf(uploadFile('p', picture(), () => {})))
  const later = uploadFile('p', picture(), () => {})
  await vi.advanceTimersByTimeAsync(minute)
  expect(FakeUpload.all).toHaveLength(6)
  await vi.advanceTimersByTimeAsync(minute)
  expect(await Promise.all(stuck)).toEqual(['no_answer', 'no_answer', 'no_answer'])
  expect(FakeUpload.all).toHaveLength(7)
  lastUpload().answers()
  expect(await later).toEqual({ sha256: 'sha' })
})

test('a file may leave as slowly as it likes, and is answered within two minutes', async () => {
  fakeUploads()
  const shares: number[] = []
  const slow = uploadFile('p', picture(), (share) => shares.push(share))
  for (let percent = 1; percent <= 100; percent++) {
    await vi.advanceTimersByTimeAsync(minute - 1)
    lastUpload().goesOn(percent)
  }
  await vi.advanceTimersByTimeAsync(2 * minute - 1)
  expect(FakeUpload.all).toHaveLength(1)
  expect(shares).toHaveLength(100)
  await vi.advanceTimersByTimeAsync(1)
  expect(FakeUpload.all).toHaveLength(2)
  lastUpload().answers()
  expect(await slow).toEqual({ sha256: 'sha' })
})

test('a comment’s picture that the network swallowed waits on this device', async () => {
  fakeUploads()
  const stored = storePicture('p', 'u', picture())
  await vi.advanceTimersByTimeAsync(2 * minute)
  expect(isWaiting(await stored)).toBe(true)
})

test.each([204, 205, 304])('a reply of %d, which browsers give an empty body, is a reply', async (status) => {
  const empty = new Response(null, { status })
  Object.defineProperty(empty, 'body', { value: new Blob([]).stream() })
  vi.stubGlobal('fetch', () => Promise.resolve(empty))
  const reply = await fetchWithin(minute, '/api/sessions')
  expect([reply.status, await reply.text()]).toEqual([status, ''])
})
