import { expect, test } from 'vitest'
import type { Transaction } from '../../server/db/database.ts'
import { cachedFactsOf, factsOf } from '../../server/signoff/record-facts.ts'

test('of more records than are remembered, all that are asked for together are told', async () => {
  const said = {
    projectId: 'p',
    letter: 'A',
    description: '',
    createdBy: 'u',
    at: '2026-11-29T00:00:00.000Z',
  }
  const tx = { transaction: () => Promise.resolve({ rows: [said] }) } as unknown as Transaction
  const rows = Array.from({ length: 1_500 }, (_, index) => ({ id: `r-${index}`, hash: `hash-${index}` }))
  const facts = await factsOf(tx, rows)
  expect(rows.filter(({ hash }) => facts.get(hash)?.letter !== 'A')).toEqual([])
  expect(cachedFactsOf(rows.slice(-10))?.size).toBe(10)
  expect(cachedFactsOf(rows)).toBeNull()
})
