import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { createDocument, createPerson } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { enter, makeLink } from '../helpers/access/guest-people.ts'

/** Codes that are being looked at wait here, as in a queue of passwords. */
const queue = vi.hoisted(() => ({ holds: false, waiting: [] as (() => void)[] }))
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof import('@node-rs/argon2')>()
  const verify: typeof real.verify = async (...given) => {
    const fits = await real.verify(...given)
    if (queue.holds) await new Promise<void>((go) => queue.waiting.push(go))
    return fits
  }
  return { ...real, verify }
})

let server: Awaited<ReturnType<typeof startServer>>
let owner: Awaited<ReturnType<typeof createPerson>>
beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url)
}, 60_000)
beforeEach(() => {
  queue.holds = false
  queue.waiting = []
})
afterAll(() => server.close())

const code = 'lamp4711'

/** A guest who came in by a link, and somebody who moves there with its code, which is being looked at. */
async function whileMoving() {
  const { projectId, documentId } = await createDocument(owner)
  const { link, token } = await makeLink(owner, projectId, [documentId], { code })
  const { guest } = await enter(server.url, { token, name: 'Wang', code })
  queue.holds = true
  const moving = enter(server.url, { token, code })
  await until('the code to be looked at', () => queue.waiting.length > 0)
  queue.holds = false
  const go = () => {
    queue.waiting.forEach((one) => one())
    return moving
  }
  return { projectId, link, guest: guest!, go }
}
const meOf = (guest: { ask(method: string, path: string): Promise<{ status: number }> }) =>
  guest.ask('GET', '/api/accounts/me')

test('R6: a code opens no session of the account that the guest became meanwhile', async () => {
  const { guest, go } = await whileMoving()
  const account = { email: 'wang@example.com', password: 'tall lamps cast long shadows', firm: '' }
  expect((await guest.ask('POST', '/api/guests/claim', account)).status).toBe(200)
  expect(await go()).toMatchObject({ status: 409, code: 'guest_link_taken', guest: null })
})

test('R6: a link that is revoked meanwhile lets nobody in', async () => {
  const { projectId, link, go } = await whileMoving()
  const revoked = await owner.ask('DELETE', `/api/projects/${projectId}/guest-links/${link.id}`)
  expect(revoked.status).toBe(204)
  expect(await go()).toMatchObject({ code: 'guest_link_revoked', guest: null })
})

test('R6: who moves is in, and their former browser is not', async () => {
  const { guest, go } = await whileMoving()
  const moved = await go()
  expect(moved.status).toBe(200)
  expect((await meOf(moved.guest!)).status).toBe(200)
  expect((await meOf(guest)).status).toBe(401)
})
