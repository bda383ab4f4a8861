import { expect, test } from 'vitest'
import { createGuestLinkThrottle } from '../../server/guests/guest-link-throttle.ts'
import { inProcessCounter } from '../../shared/rules/counter.ts'

test('who tries a link often keeps its guest out of nothing from elsewhere, nor does who tries many links', () => {
  const linkThrottle = createGuestLinkThrottle(
    { arrivalsPerHour: 4, arrivalsPerHourOfNetwork: 12 },
    inProcessCounter(),
  )
  const come = (token: string, address: string) => linkThrottle.count(token, address)
  come('a', '203.0.113.1')
  come('a', '203.0.113.2')
  expect(() => come('a', '203.0.113.3')).toThrow('too_many_requests')
  come('a', '198.51.100.1')
  for (const token of ['b', 'c', 'd']) come(token, '203.0.113.1')
  expect(() => come('e', '203.0.113.1')).toThrow('too_many_requests')
  come('e', '198.51.100.1')
})
