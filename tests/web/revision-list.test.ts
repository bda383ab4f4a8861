import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { keepRevision, revisionsQuery } from '../../web/signoff/queries.ts'

const revision = (more: Partial<RevisionSummary>) =>
  ({
    id: 'a',
    projectId: 'p',
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
    state: () => client.getQueryData(queryKey)!.map(({ state, integrity }) => `${state} ${integrity}`),
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
  keep(revision({ id: 'b', createdAt: '2026-01-02' }))
  expect(state()).toEqual(['open ok', 'withdrawn ok'])
})
