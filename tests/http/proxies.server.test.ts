import { afterEach, expect, test } from 'vitest'
import type { RunningServer } from '../../server/open-server.ts'
import { ownPage } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'

let server: RunningServer & { logged: string[] }
afterEach(() => server.close())

/** Asks three times, each time as another client according to the header, where two requests are allowed. */
async function askAsThree(trustedProxies: string[]): Promise<number[]> {
  server = await startServer({ limits: { requestsPerMinute: 2 }, trustedProxies })
  const statuses: number[] = []
  for (const client of ['198.51.100.1', '198.51.100.2', '198.51.100.3']) {
    const headers = { ...ownPage(server.url), 'X-Forwarded-For': `203.0.113.9, ${client}` }
    statuses.push((await fetch(`${server.url}/api/projects`, { headers })).status)
  }
  return statuses
}

test('X-Forwarded-For from a client is ignored: its own address is limited', async () => {
  expect(await askAsThree([])).toEqual([401, 401, 429])
})

test('12.30: a proxy that is not named is noticed in the log, once; one that is named is not', async () => {
  const noticed = () => server.logged.filter((line) => line.includes('TRUSTED_PROXIES'))
  await askAsThree([])
  expect(noticed()).toHaveLength(1)
  await server.close()
  await askAsThree(['127.0.0.0/8'])
  expect(noticed()).toEqual([])
})

test('a proxy that the configuration names is believed about its clients', async () => {
  expect(await askAsThree(['127.0.0.1'])).toEqual([401, 401, 401])
})
