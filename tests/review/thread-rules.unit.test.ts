import { describe, expect, test } from 'vitest'
import type { Thread, ThreadState } from '../../shared/review.ts'
import {
  mayAccept,
  refusalOfCommentChange,
  refusalOfFields,
  refusalOfState,
  rightsIn,
  ruled,
  type Asker,
} from '../../shared/rules/thread-rules.ts'

/** A question that a reviewer of the factory raised, assigned to a reviewer of the design firm. */
const question = (more: Partial<Thread> = {}) =>
  ({
    kind: 'question',
    state: 'open',
    draft: false,
    author: { userId: 'author', name: 'Wang', side: 'manufacture' },
    assignee: { userId: 'assignee', name: 'Mei', side: 'design' },
    ...more,
  }) as Thread

const asker = (
  userId: string,
  side: Asker['side'],
  role: Asker['role'],
  phase: Asker['phase'] = 'active',
) => ({
  userId,
  side,
  role,
  phase,
})
const people = {
  author: asker('author', 'manufacture', 'reviewer'),
  colleague: asker('colleague', 'manufacture', 'reviewer'),
  'editor of its side': asker('foreman', 'manufacture', 'editor'),
  'editor of the other side': asker('designer', 'design', 'editor'),
  'owner of the other side': asker('owner', 'design', 'owner'),
  assignee: asker('assignee', 'design', 'reviewer'),
  viewer: asker('viewer', 'manufacture', 'viewer'),
  'author of an archived project': asker('author', 'manufacture', 'reviewer', 'archived'),
}
type Who = keyof typeof people

/** `reason`: with one, not without. Each state that an open point can be brought to. */
const ofOpen: [Who, { settled: string; declined: string; answered: string }][] = [
  ['author', { settled: 'yes', declined: 'not_allowed', answered: 'yes' }],
  ['colleague', { settled: 'settle_not_yours', declined: 'not_allowed', answered: 'not_allowed' }],
  ['editor of its side', { settled: 'reason', declined: 'reason', answered: 'yes' }],
  ['editor of the other side', { settled: 'settle_not_yours', declined: 'reason', answered: 'yes' }],
  ['owner of the other side', { settled: 'settle_not_yours', declined: 'reason', answered: 'yes' }],
  ['assignee', { settled: 'settle_not_yours', declined: 'not_allowed', answered: 'yes' }],
  ['viewer', { settled: 'not_allowed', declined: 'not_allowed', answered: 'not_allowed' }],
  [
    'author of an archived project',
    { settled: 'not_allowed', declined: 'not_allowed', answered: 'not_allowed' },
  ],
]

function answerTo(thread: Thread, state: ThreadState, who: Who): string {
  const without = refusalOfState(ruled(thread), { state }, people[who])
  if (!without) return 'yes'
  if (without.code !== 'reason_required') return without.code
  return refusalOfState(ruled(thread), { state, reason: 'Measured.' }, people[who])?.code ?? 'reason'
}

describe('the state of a point', () => {
  test.each(ofOpen)('open: %s', (who, expected) => {
    const found = Object.fromEntries(
      (['settled', 'declined', 'answered'] as const).map((state) => [
        state,
        answerTo(question(), state, who),
      ]),
    )
    expect(found).toEqual(expected)
  })

  test.each<[Who, string]>([
    ['author', 'yes'],
    ['colleague', 'not_allowed'],
    ['editor of its side', 'yes'],
    ['editor of the other side', 'yes'],
    ['assignee', 'not_allowed'],
    ['viewer', 'not_allowed'],
  ])('%s opens it again: %s', (who, expected) => {
    for (const state of ['answered', 'settled', 'declined'] as const)
      expect(answerTo(question({ state }), 'open', who)).toBe(expected)
  })

  test('what is closed is not closed another way, nor answered, before it is opened; asked twice changes nothing', () => {
    const settled = question({ state: 'settled' })
    expect(answerTo(settled, 'declined', 'editor of its side')).toBe('thread_closed')
    expect(answerTo(settled, 'answered', 'assignee')).toBe('thread_closed')
    expect(answerTo(settled, 'settled', 'colleague')).toBe('yes')
  })

  test('of a draft nobody has been asked anything yet', () => {
    const given = refusalOfState(ruled(question({ draft: true })), { state: 'settled' }, people.author)
    expect(given).toEqual({ code: 'invalid_input', params: { field: 'state' } })
  })
})

describe('what is known of a point', () => {
  test.each<[Who, { category: string; severity: string; kind: string }]>([
    ['author', { category: 'yes', severity: 'yes', kind: 'yes' }],
    ['colleague', { category: 'not_allowed', severity: 'not_allowed', kind: 'not_allowed' }],
    ['editor of its side', { category: 'yes', severity: 'yes', kind: 'yes' }],
    [
      'editor of the other side',
      { category: 'yes', severity: 'severity_not_yours', kind: 'severity_not_yours' },
    ],
    ['assignee', { category: 'not_allowed', severity: 'not_allowed', kind: 'not_allowed' }],
    [
      'author of an archived project',
      { category: 'not_allowed', severity: 'not_allowed', kind: 'not_allowed' },
    ],
  ])('%s', (who, expected) => {
    const found = Object.fromEntries(
      (['category', 'severity', 'kind'] as const).map((field) => [
        field,
        refusalOfFields(ruled(question()), [field], people[who])?.code ?? 'yes',
      ]),
    )
    expect(found).toEqual(expected)
  })

  test('nothing changed is refused to nobody who speaks; a proposal stays one', () => {
    expect(refusalOfFields(ruled(question()), [], people.colleague)).toBeNull()
    const proposal = ruled(question({ kind: 'proposal' }))
    expect(refusalOfFields(proposal, ['kind'], people.author)).toEqual({
      code: 'invalid_input',
      params: { field: 'kind' },
    })
  })
})

describe('buttons', () => {
  const none = {
    settle: null,
    decline: false,
    answer: false,
    reopen: false,
    change: false,
    weigh: false,
    retype: false,
  }
  test.each<[string, Partial<Thread>, Who, object]>([
    ['open', {}, 'author', { settle: 'plainly', answer: true, change: true, weigh: true, retype: true }],
    [
      'open',
      {},
      'editor of its side',
      { settle: 'reason', decline: true, answer: true, change: true, weigh: true, retype: true },
    ],
    ['open', {}, 'editor of the other side', { decline: true, answer: true, change: true }],
    ['open', {}, 'assignee', { answer: true }],
    ['open', {}, 'viewer', {}],
    [
      'answered',
      { state: 'answered' },
      'author',
      { settle: 'plainly', reopen: true, change: true, weigh: true, retype: true },
    ],
    ['settled', { state: 'settled' }, 'author', { reopen: true, change: true, weigh: true, retype: true }],
    ['settled', { state: 'settled' }, 'editor of the other side', { reopen: true, change: true }],
    ['a draft', { draft: true }, 'author', { change: true, weigh: true, retype: true }],
    [
      'a proposal',
      { kind: 'proposal' },
      'author',
      { settle: 'plainly', answer: true, change: true, weigh: true },
    ],
  ])('%s %o: %s', (_name, more, who, expected) => {
    expect(rightsIn(question(more), people[who])).toEqual({ ...none, ...expected })
  })
})

test('editors accept proposals, in a project that is not archived', () => {
  expect(Object.entries(people).map(([who, person]) => [who, mayAccept(person)])).toEqual(
    Object.keys(people).map((who) => [who, /editor|owner/.test(who)]),
  )
  expect(mayAccept({ role: 'owner', phase: 'archived' })).toBe(false)
})

test.each([
  ['an own one', {}, 'open', 'author', undefined],
  ['somebody else’s', {}, 'open', 'owner', 'not_allowed'],
  ['a withdrawn one', { withdrawnAt: '2026-11-28T08:00:00Z' }, 'open', 'author', 'comment_withdrawn'],
  ['of a closed point', {}, 'settled', 'author', 'thread_closed'],
  ['a draft on a closed point', { draft: true }, 'declined', 'author', undefined],
] as const)('a comment is changed: %s', (_name, more, state, userId, code) => {
  const comment = { authorId: 'author', draft: false, withdrawnAt: null, ...more }
  expect(refusalOfCommentChange({ state }, comment, userId)?.code).toBe(code)
})
