import { expect, test } from 'vitest'
import { createShares } from '../../server/notify/shares.ts'

test('half of what may be under way is for projects and people with nothing under way', () => {
  const shares = createShares({ deliveriesAtOnce: 8, deliveriesPerProject: 2 })
  const begin = (projectId: string, userId: string) => shares.begin({ projectId, userId })
  const first = begin('p1', 'li')
  expect(shares.full()).toEqual({ projectIds: [], userIds: [] })
  begin('p2', 'li')
  // their projects are many, they are one
  expect(shares.full()).toEqual({ projectIds: [], userIds: ['li'] })
  begin('p3', 'bo')
  begin('p3', 'an')
  expect(shares.full()).toEqual({ projectIds: ['p1', 'p2', 'p3'], userIds: ['li', 'bo', 'an'] })
  first()
  expect(shares.full()).toEqual({ projectIds: ['p3'], userIds: [] })
})
