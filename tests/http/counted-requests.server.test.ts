import { expect, test } from 'vitest'
import { openWorld } from '../helpers/access/world.ts'

test('an address that asks too often is refused, whatever X-Forwarded-For it sends', async () => {
  const strict = await openWorld({ requestsPerMinute: 10 })
  const codes = []
  for (let i = 0; i < 12; i++) {
    const headers = { 'x-forwarded-for': `203.0.113.${i}`, 'cf-connecting-ip': `203.0.113.${i}` }
    const reply = await strict.browser().get('/api/accounts/me', { headers })
    codes.push(reply.body.error.code)
    if (i === 11) {
      expect(reply.status).toBe(429)
      expect(reply.body.error.params.seconds).toBeGreaterThan(0)
      expect(reply.body.error.params.seconds).toBeLessThanOrEqual(60)
    }
  }
  await strict.close()
  expect(codes).toEqual([...Array(10).fill('session_required'), ...Array(2).fill('too_many_requests')])
})

test('who is signed in counts for themselves: an office behind one address does not use up what each may ask', async () => {
  const strict = await openWorld({ requestsPerMinute: 10 })
  const people = [await strict.person(), await strict.person()]
  const codes = async (asked: number, cookie?: string) => {
    const browser = strict.browser(cookie)
    const said: unknown[] = []
    for (let i = 0; i < asked; i++) said.push((await browser.get('/api/accounts/me')).status)
    return said
  }
  // the first of each is not known to be theirs before it is looked up
  for (const { cookie } of people) expect(await codes(11, cookie)).toEqual(Array(11).fill(200))
  for (const { cookie } of people) expect(await codes(1, cookie)).toEqual([429])
  expect(await codes(9)).toEqual([...Array(8).fill(401), 429])
  const made = `${people[0]!.cookie.slice(0, -3)}abc`
  expect(await codes(1, made)).toEqual([429])
  await strict.close()
})
