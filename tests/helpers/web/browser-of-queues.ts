import { afterEach, beforeEach, expect, vi } from 'vitest'
import { contentOfText } from '../../../shared/comment/content.ts'
import { expectedUserHeader } from '../../../shared/expected-user.ts'
import { newClientId } from '../../../web/review/queue/client-id.ts'
import type { Outgoing } from '../../../web/review/queue/outgoing.ts'

/** The browser's local storage, as far as it is used. */
export function storage() {
  const kept = new Map<string, string>()
  return {
    get length() {
      return kept.size
    },
    key: (at: number) => [...kept.keys()][at] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }
}

/** What a queue meets in a browser: its storage and events, and a server of which each test says what it answers. */
export function browserOfQueues() {
  const browser = {
    sent: [] as Record<string, unknown>[],
    /** Whose each request said that it is. */
    expected: [] as (string | null)[],
    /** What the page hears, such as a change that another tab made to the storage. */
    page: new EventTarget(),
    answer: (): Response => Response.json({ thread: { id: 't' } }, { status: 201 }),
  }
  const { answer } = browser
  beforeEach(() => {
    Object.assign(browser, { sent: [], expected: [], page: new EventTarget(), answer })
    const { page } = browser
    vi.stubGlobal('localStorage', storage())
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page))
    vi.stubGlobal(
      'fetch',
      async (_address: string, { body, headers }: { body: string; headers: Headers }) => {
        browser.sent.push(JSON.parse(body) as Record<string, unknown>)
        browser.expected.push(headers.get(expectedUserHeader))
        return browser.answer()
      },
    )
  })
  afterEach(() => void vi.unstubAllGlobals())
  return browser
}

export const item = (): Omit<Outgoing, 'createdAt'> => ({
  id: newClientId(),
  threadId: newClientId(),
  body: '壁厚',
  content: contentOfText('壁厚'),
  draft: false,
  author: { userId: 'u', name: '王师傅', side: 'manufacture' },
})
/** Waits without a clock, for tests that hold it. */
export const turns = async (isOver: () => boolean) => {
  for (let turn = 0; turn < 500 && !isOver(); turn++) await new Promise((resolve) => setImmediate(resolve))
  expect(isOver()).toBe(true)
}

/** As browsers grant them: one holder of a name at a time, in the order of asking. */
export function locks() {
  const last = new Map<string, Promise<unknown>>()
  return {
    request(name: string, { signal }: { signal: AbortSignal }, act: () => Promise<void>) {
      const turn = (last.get(name) ?? Promise.resolve()).then(() => (signal.aborted ? undefined : act()))
      const ended = new Promise((resolve) => signal.addEventListener('abort', resolve))
      last.set(name, Promise.race([turn, ended]))
      return turn
    },
  }
}
