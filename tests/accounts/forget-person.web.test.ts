import { QueryClient } from '@tanstack/react-query'
import { expect, test } from 'vitest'
import { forgetPerson } from '../../web/accounts/account.ts'

test('who signs in where somebody else was gets nothing that was read for them', () => {
  const client = new QueryClient()
  const ofPerson = [
    ['projects', 'p', 'revisions'],
    ['documents', 'd'],
    ['notices'],
    ['address'],
    ['tokens'],
    ['sessions'],
    ['changes', 'd'],
    ['search', 'p', 'words'],
    ['comment edits', 'c'],
    ['trail-page', 'p'],
    ['trail-check', 'p'],
  ]
  const ofLink = [['account'], ['offer', 'link'], ['guest-offer', 'link'], ['confirmation', 'link']]
  for (const queryKey of [...ofPerson, ...ofLink]) client.setQueryData(queryKey, 'read')
  forgetPerson(client)
  const kept = client
    .getQueryCache()
    .getAll()
    .map(({ queryKey }) => queryKey)
  expect(kept).toEqual(ofLink)
})
