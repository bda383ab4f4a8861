import { expect, test } from 'vitest'
import { createShares } from '../../server/jobs/fair-shares.ts'

test('half of what may be under way is for projects and people with nothing under way', () => {
  const shares = createShares({ atOnce: 8, perOwner: 2 })
  const begin = (projectId: string, userId: string) => shares.begin([projectId, userId])
  const first = begin('p1', 'li')
  expect(shares.full()).toEqual([])
  begin('p2', 'li')
  // their projects are many, they are one
  expect(shares.full()).toEqual(['li'])
  begin('p3', 'bo')
  begin('p3', 'an')
  expect(shares.full().toSorted()).toEqual(['an', 'bo', 'li', 'p1', 'p2', 'p3'])
  first()
  expect(shares.full()).toEqual(['p3'])
  // whose nobody is counts for nobody
  shares.begin([])()
  expect(shares.full()).toEqual(['p3'])
})
