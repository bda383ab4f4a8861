import { beforeEach, expect, test, vi } from 'vitest'
import { expectUser } from '../../../web/api.ts'
import { queueOf, sendFor } from '../../../web/review/queue/queues.ts'
import { addHolder, letGo, mayLose } from '../../../web/sync/held-alone.ts'
import { observable } from '../../../web/sync/observable.ts'
import { recoveredWords } from '../../../web/sync/recovered-words.ts'
import type { SaveState } from '../../../web/sync/save-state.ts'
import { holdsAlone, keepAtSessionEnd } from '../../../web/sync/use-room.ts'

const confirm = vi.hoisted(() => vi.fn<() => Promise<boolean>>())
vi.mock('../../../web/ui/confirm.tsx', () => ({ confirm }))
beforeEach(() => void confirm.mockReset())

const roomWith = (state: SaveState, changes: number, keeps: boolean) => ({
  state: observable(state),
  unsent: () => changes,
  keepsLocally: observable(keeps),
})

test('W4: what is typed while the link is being made is held alone where the browser keeps nothing', () => {
  expect(holdsAlone(roomWith({ kind: 'connecting' }, 3, false))).toBe(true)
  expect(holdsAlone(roomWith({ kind: 'connecting' }, 3, true))).toBe(false)
  expect(holdsAlone(roomWith({ kind: 'connecting' }, 0, false))).toBe(false)
  // all is sent, and not known to be there yet
  expect(holdsAlone(roomWith({ kind: 'saving' }, 0, false))).toBe(true)
  expect(holdsAlone(roomWith({ kind: 'saved' }, 0, false))).toBe(false)
})

test('W3: before all that the page holds goes, it is asked for what only this tab holds, once that had time to be saved', async () => {
  expect(await mayLose()).toBe(true)
  let isHeld = true
  const end = addHolder({ holdsAlone: () => isHeld, whenSaved: async () => void (isHeld = false) })
  expect(await mayLose()).toBe(true)
  expect(confirm).not.toHaveBeenCalled()

  const endOther = addHolder({ holdsAlone: () => true })
  for (const answer of [false, true]) {
    confirm.mockResolvedValueOnce(answer)
    // oxlint-disable-next-line no-await-in-loop -- one answer after the other
    expect(await mayLose()).toBe(answer)
  }
  expect(confirm).toHaveBeenCalledTimes(2)
  endOther()
  expect(await mayLose()).toBe(true)
  end()
})

test('W3: a session that ends asks nothing: words that only this tab holds are kept apart for who wrote them', async () => {
  const room = { ...roomWith({ kind: 'saving' }, 1, false), id: 'text', unsavedWords: () => 'half a page' }
  let id: string | undefined = 'li'
  expectUser({ id: () => id, onMismatch: () => {} })
  const shelf = () => recoveredWords('li', 'text').words.get()
  // left for another page, which asked
  keepAtSessionEnd(room, 'li')
  id = undefined
  keepAtSessionEnd({ ...room, keepsLocally: observable(true) }, 'li')
  keepAtSessionEnd(room, 'li')
  await vi.waitFor(() => expect(shelf()).toMatchObject([{ words: 'half a page', code: 'session_required' }]))
})

test('W3: comments that no storage kept wait in the tab when a session ends, and go with a sign-out that was meant', async () => {
  // neither storage nor network
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('away')
  })
  try {
    sendFor('li')
    queueOf('li', 'lamp').send({
      id: 'comment',
      threadId: 'thread',
      body: '壁厚',
      content: null,
      draft: false,
      author: { userId: 'li', name: '李', side: 'manufacture' },
    })
    const { createdAt } = queueOf('li', 'lamp').items.get()[0]!
    sendFor(null)
    sendFor('somebody else')
    expect(queueOf('somebody else', 'lamp').items.get()).toEqual([])
    sendFor('li')
    expect(queueOf('li', 'lamp').items.get()).toMatchObject([{ id: 'comment', createdAt, isKept: false }])
    letGo()
    sendFor(null)
    sendFor('li')
    expect(queueOf('li', 'lamp').items.get()).toEqual([])
    expect(await mayLose()).toBe(true)
  } finally {
    sendFor(null)
    vi.unstubAllGlobals()
  }
})
