import { describe, expect, test } from 'vitest'
import type { Thread } from '../../shared/review.ts'
import {
  columnsOf,
  countPending,
  pointAfterStep,
  threadsShown,
  sorted,
  turnOf,
  waitsFor,
  type Reader,
} from '../../web/threads/thread-list.ts'
import { threadsSearch } from '../../web/threads/threads-search.ts'

const reader: Reader = { userId: 'me', side: 'design', day: '2026-11-24' }
const designer = { userId: 'me', name: 'Lin', side: 'design' } as const
const worker = { userId: 'wang', name: '王师傅', side: 'manufacture' } as const

let number = 0
function thread(
  more: Partial<Thread> = {},
  words: [string, typeof designer | typeof worker][] = [['壁厚', worker]],
): Thread {
  number++
  return {
    id: `p${number}`,
    projectId: 'lamp',
    number,
    anchor: { type: 'project' },
    kind: 'comment',
    severity: 'should',
    category: null,
    tooling: null,
    stage: null,
    assignee: null,
    dueOn: null,
    state: 'open',
    draft: false,
    replacement: null,
    changes: 0,
    author: words[0]![1],
    createdAt: '2026-11-01T00:00:00.000Z',
    closedBy: null,
    closedAt: null,
    closedReason: null,
    comments: words.map(([body, author], index) => ({
      id: `c${number}-${index}`,
      author,
      body,
      content: null,
      draft: false,
      createdAt: `2026-11-0${index + 1}T00:00:00.000Z`,
      writtenAt: null,
      editedAt: null,
      withdrawnAt: null,
    })),
    ...more,
  } as Thread
}

const shown = (threads: Thread[], search: object) =>
  threadsShown(threads, threadsSearch.parse(search), reader).map(({ id }) => id)

describe('whose turn it is', () => {
  test('an open point waits for the side that did not have the last word', () => {
    expect(waitsFor(thread())).toBe('design')
    const replied = thread({}, [
      ['壁厚', worker],
      ['2.5 mm?', designer],
    ])
    expect([waitsFor(replied), turnOf(replied, reader)]).toEqual(['manufacture', 'them'])
  })

  test('a withdrawn word was not said', () => {
    const replied = thread({}, [
      ['壁厚', worker],
      ['oops', designer],
    ])
    replied.comments[1]!.withdrawnAt = '2026-11-03T00:00:00.000Z'
    expect(waitsFor(replied)).toBe('design')
  })

  test('an answered one waits for those who raised it; a closed one for nobody', () => {
    expect(waitsFor(thread({ state: 'answered' }))).toBe('manufacture')
    expect(waitsFor(thread({ state: 'settled' }))).toBeNull()
    expect(waitsFor(thread({ state: 'declined' }))).toBeNull()
  })
})

describe('a step of the keyboard', () => {
  const [open, second, third] = [thread(), thread(), thread()]
  const settled = thread({ state: 'settled' })
  const board = columnsOf([open, settled, second, third])
  const from = (at: Thread | undefined, down: number, across: number) =>
    pointAfterStep(board, at, down, across)?.id

  test('begins at the first point, moves within its column and stays at its ends', () => {
    expect(from(undefined, 1, 0)).toBe(open.id)
    expect(from(open, 1, 0)).toBe(second.id)
    expect([from(open, -1, 0), from(third, 1, 0)]).toEqual([open.id, third.id])
  })

  test('goes across to the next column that has points, at the same height or its last one, and back', () => {
    expect(from(third, 0, 1)).toBe(settled.id)
    expect(from(settled, 0, -1)).toBe(open.id)
    expect([from(settled, 0, 1), from(second, 0, -1)]).toEqual([settled.id, second.id])
  })

  test('begins again when its point is shown no more, and leads nowhere when there is none', () => {
    expect(from(thread(), 1, 0)).toBe(open.id)
    expect(pointAfterStep([[]], open, 1, 0)).toBeUndefined()
  })
})

describe('what is shown', () => {
  const late = thread({
    dueOn: '2026-11-20',
    kind: 'problem',
    category: 'wall',
    stage: 'T1',
    tooling: 'steelCut',
    assignee: designer,
    severity: 'must',
  })
  const soon = thread({ dueOn: '2026-11-28' }, [['Gate stands on the visible face', designer]])
  const closed = thread({ state: 'settled', dueOn: '2026-11-01' })
  const all = [late, soon, closed]

  test.each([
    ['those not closed, when nothing is asked for', {}, [late, soon]],
    ['all', { state: 'all' }, all],
    ['one state', { state: 'settled' }, [closed]],
    ['every state on the board', { view: 'board', state: 'open' }, all],
    ['late ones, of which a closed one is none', { due: 'late', state: 'all' }, [late]],
    ['due within a week, late ones too', { due: 'week' }, [late, soon]],
    ['mine', { assignee: 'me' }, [late]],
    ['nobody’s', { assignee: 'none' }, [soon]],
    ['of one kind', { kind: 'problem' }, [late]],
    ['without a category', { category: 'none' }, [soon]],
    ['of the first trial shots', { stage: 'T1' }, [late]],
    ['for which steel is cut', { tooling: 'steelCut' }, [late]],
    ['for which steel was left', { tooling: 'steelSafe' }, []],
    ['raised by a side', { side: 'design' }, [soon]],
    ['waiting for them', { waiting: 'them' }, [soon]],
    ['with two Chinese characters', { q: '壁厚' }, [late]],
    ['with all the words, in any case', { q: 'GATE face' }, [soon]],
    ['by its number', { q: `#${soon.number}` }, [soon]],
    ['nothing, of another document', { document: 'other' }, []],
  ])('%s', (_what, search, expected) => {
    expect(shown(all, search)).toEqual(expected.map(({ id }) => id))
  })

  test('an address that makes no sense asks for nothing', () => {
    expect(shown(all, { state: 'lost', severity: 7, sort: 'colour', q: ['x'] })).toEqual([late.id, soon.id])
  })

  test('what has no date, nobody or no category stands last, and equals stand by number', () => {
    const none = thread()
    expect(sorted([none, soon, late], 'due', false).map(({ id }) => id)).toEqual([late.id, soon.id, none.id])
    expect(sorted([soon, none, late], 'category', false).map(({ id }) => id)).toEqual([
      late.id,
      soon.id,
      none.id,
    ])
    expect(sorted([soon, none], 'severity', true).map(({ id }) => id)).toEqual([soon.id, none.id])
  })

  test('counts are of what is pending', () => {
    expect(countPending(all, reader)).toEqual({ design: 1, manufacture: 1, us: 1, them: 1, late: 1 })
  })
})
