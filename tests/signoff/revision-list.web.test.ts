import { QueryClient, QueryObserver } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { keepRevision, revisionsQuery } from '../../web/signoff/queries.ts'
import { until } from '../helpers/until.ts'

const revision = (more: Partial<RevisionSummary>) =>
  ({
    id: 'a',
    projectId: 'p',
    letter: 'A',
    createdAt: '2026-01-01',
    state: 'open',
    integrity: 'ok',
    signatures: [],
    ...more,
  }) as unknown as RevisionSummary

function list(...known: RevisionSummary[]) {
  const client = new QueryClient()
  const { queryKey } = revisionsQuery('p')
  client.setQueryData(queryKey, known)
  return {
    keep: (said: RevisionSummary) => keepRevision(client, said),
    /** Reads the list anew; what comes is what the server knew when it was asked. */
    read(...answer: RevisionSummary[]) {
      let arrive = () => {}
      const way = new Promise<void>((resolve) => (arrive = resolve))
      const queryFn = () => way.then(() => answer)
      const reading = client.fetchQuery({ ...revisionsQuery('p'), queryFn })
      return async () => (arrive(), void (await reading))
    },
    state: () => client.getQueryData(queryKey)!.map(({ state, integrity }) => `${state} ${integrity}`),
    letters: () => client.getQueryData(queryKey)!.map(({ letter }) => letter),
  }
}

test('a reply that an event overtook takes nothing back: what was sealed does not read as being sealed', () => {
  const { keep, state } = list(revision({ state: 'open' }))
  keep(revision({ state: 'signed' }))
  keep(revision({ state: 'sealing' }))
  expect(state()).toEqual(['signed ok'])
})

test('what proves to be broken is shown as broken, whatever was known', () => {
  const { keep, state } = list(revision({ state: 'signed' }))
  keep(revision({ state: 'open', integrity: 'broken' }))
  expect(state()).toEqual(['open broken'])
})

test('a revision that was not known is put before the older ones', () => {
  const { keep, state } = list(revision({ state: 'withdrawn' }))
  keep(revision({ id: 'b', letter: 'B' }))
  expect(state()).toEqual(['open ok', 'withdrawn ok'])
})

test('the latest is the one with the last letter, also where the clock was put back since', () => {
  const { keep, letters } = list(revision({ id: 'y', letter: 'Y', createdAt: '2026-01-02' }))
  keep(revision({ id: 'aa', letter: 'AA', createdAt: '2026-01-01' }))
  expect(letters()).toEqual(['AA', 'Y'])
})

test('a list that was on its way while somebody signed takes nothing back, nor the revision that came meanwhile', async () => {
  const { keep, read, state } = list(revision({ state: 'open' }))
  const arrives = read(revision({ state: 'open' }))
  keep(revision({ state: 'signed' }))
  keep(revision({ id: 'b', letter: 'B' }))
  await arrives()
  expect(state()).toEqual(['open ok', 'signed ok'])
})

test('what is read anew is believed where it says that a revision is broken, or is whole again', async () => {
  const { read, state } = list(revision({ state: 'signed' }))
  await read(revision({ state: 'open', integrity: 'broken' }))()
  expect(state()).toEqual(['open broken'])
  await read(revision({ state: 'signed' }))()
  expect(state()).toEqual(['signed ok'])
})

test('an event is believed that says that a revision is broken, or is whole again', () => {
  const { keep, state } = list(revision({ state: 'signed' }))
  keep(revision({ state: 'signed', integrity: 'broken' }))
  expect(state()).toEqual(['signed broken'])
  keep(revision({ state: 'signed' }))
  expect(state()).toEqual(['signed ok'])
})

test('what was told to be broken is not shown as intact by a list that was on its way', async () => {
  const client = new QueryClient()
  let answer = [revision({ state: 'signed' })]
  const waiting: (() => void)[] = []
  // as the server knew it when it was asked
  const queryFn = () => {
    const known = answer
    return new Promise<void>((resolve) => waiting.push(resolve)).then(() => known)
  }
  const observer = new QueryObserver(client, { ...revisionsQuery('p'), queryFn })
  const shown: string[] = []
  const stop = observer.subscribe(({ data }) => {
    if (data) shown.push(data[0]!.integrity)
  })
  waiting.shift()!()
  await until('the first list', () => shown.length > 0)
  void client.invalidateQueries()
  answer = [revision({ state: 'signed', integrity: 'broken' })]
  keepRevision(client, answer[0]!)
  for (const arrive of waiting) arrive()
  await until('nothing to be on its way', () => client.isFetching() === 0)
  expect(shown.slice(shown.indexOf('broken'))).not.toContain('ok')
  expect(shown).toContain('broken')
  stop()
})
