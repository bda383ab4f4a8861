import { afterEach, expect, test, vi } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { picture } from '../helpers/signoff/lamp-revision.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

const hashes = vi.hoisted(() => ({ running: 0, most: 0 }))
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof import('@node-rs/argon2')>()
  return {
    ...real,
    async hash(...given: Parameters<typeof real.hash>) {
      hashes.most = Math.max(hashes.most, ++hashes.running)
      return await real.hash(...given).finally(() => hashes.running--)
    },
  }
})

/** Hashing a password costs a core for a while, and anybody may ask for it: it is bounded, and holds up nobody else. */

let world: World
afterEach(() => world.close())

const signUp = () =>
  world.browser().post('/api/accounts', {
    email: `${newId()}@example.com`,
    name: 'Li',
    password: 'a lamp that is repaired',
  })

test('a file is served while a flood of sign-ups waits, and all of them succeed', async () => {
  world = await openWorld()
  const owner = await world.person()
  const { projectId } = await world.project([owner, 'owner'])
  const path = `/api/projects/${projectId}/files`
  const { body } = await owner.post(path, picture, { 'content-type': 'image/png' })
  const flood = 60
  let ended = 0
  const asked = Array.from({ length: flood }, async () => {
    const { status } = await signUp()
    ended++
    return status
  })
  await until('the first of them', () => ended > 0)
  const served = await owner.get(`${path}/${body.file.sha256}`)
  expect(served.status).toBe(200)
  expect(new Set(await Promise.all(asked))).toEqual(new Set([201]))
  // Node reads files with four threads, which hashes take too: there was always one left
  expect(hashes.most).toBeGreaterThan(0)
  expect(hashes.most).toBeLessThan(4)
})

test('who comes when too many wait is told when to come again', async () => {
  world = await openWorld({ passwordsWaitingPerAddress: 0 })
  const refused = await signUp()
  expect(refused.status).toBe(429)
  expect(refused.body.error).toMatchObject({ code: 'too_many_requests', params: { seconds: 1 } })
  expect(refused.headers.get('Retry-After')).toBe('1')
})
