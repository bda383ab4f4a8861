import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { users } from '../../server/accounts/tables.ts'
import { newId } from '../../server/db/columns.ts'
import type { RevisionSummary } from '../../shared/signoff.ts'
import type { RunningServer } from '../../server/open-server.ts'
import {
  createDocument,
  createPerson,
  join,
  ownPage,
  password,
  personWith,
  type Person,
} from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { enter, makeLink } from '../helpers/access/guest-people.ts'

/** One person, one side; how each signer came in, and that two came from one browser, is recorded and shown. */

let server: RunningServer
let owner: Person, maker: Person
let projectId: string, documentId: string

beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin')
  maker = await createPerson(server.url, 'Zhou')
  ;({ projectId, documentId } = await createDocument(owner))
  await join(owner, maker, projectId, 'manufacture', 'reviewer')
  // the first conversion starts a process, which on a busy machine takes a while
  await withdraw(await put())
}, 120_000)
afterAll(() => server.close())

const path = () => `/api/projects/${projectId}/revisions`
const put = async () =>
  (await owner.post<{ revision: RevisionSummary }>(path(), { description: '' })).revision
const sign = (who: Person, { id }: { id: string }) =>
  who.ask<{ revision: RevisionSummary; error?: { code: string } }>('POST', `${path()}/${id}/signatures`, {
    password,
  })
const withdraw = ({ id }: { id: string }) => owner.post(`${path()}/${id}/withdraw`, {})

/** Signs in again, in the browser that has these cookies. */
async function signIn(person: Person, cookies = ''): Promise<{ session: Person; cookies: string }> {
  const reply = await fetch(`${server.url}/api/sessions`, {
    method: 'POST',
    headers: { ...ownPage(server.url), 'Content-Type': 'application/json', Cookie: cookies },
    body: JSON.stringify({ email: person.user.email, password }),
  })
  expect(reply.status).toBe(201)
  const set = reply.headers.getSetCookie().map((one) => one.split(';', 1)[0]!)
  const browser = set.find((one) => one.startsWith('browser=')) ?? ''
  return { session: personWith(server.url, set[0]!, person.user), cookies: browser }
}

/** Guests of one project bear a name each. */
let guests = 0

/** Somebody comes in by a guest link of a side and then makes an account of the guest, as the page does. */
async function takeOver(side: 'design' | 'manufacture', asGuest?: (guest: Person) => Promise<unknown>) {
  const { token } = await makeLink(owner, projectId, [documentId], { side })
  const { guest } = await enter(server.url, { token, name: `Wang ${++guests}` })
  await asGuest?.(guest!)
  const claim = await fetch(`${server.url}/api/guests/claim`, {
    method: 'POST',
    headers: { ...ownPage(server.url), 'Content-Type': 'application/json', Cookie: guest!.cookie },
    body: JSON.stringify({ email: `${newId()}@example.com`, password }),
  })
  expect(claim.status).toBe(200)
  const session = claim.headers.getSetCookie().find((one) => one.startsWith('session='))!
  return { guest: guest!, account: personWith(server.url, session.split(';', 1)[0]!, guest!.user) }
}

test('one account signs for one side only, also when its membership’s side changed in between', async () => {
  const first = await put()
  expect((await sign(maker, first)).status).toBe(201)
  await withdraw(first)
  const move = (side: string) =>
    server.database.execute(
      sql`update members set side = ${side} where project_id = ${projectId} and user_id = ${maker.user.id}`,
    )
  await move('design')
  const second = await put()
  const refused = await sign(maker, second)
  expect([refused.status, refused.body.error?.code]).toEqual([409, 'other_side_signed'])
  await move('manufacture')
  expect((await sign(maker, second)).status).toBe(201)
  await withdraw(second)
})

test('two signatures from one browser are recorded and shown, two from two browsers are not', async () => {
  const apart = await put()
  const design = await signIn(owner)
  const manufacture = await signIn(maker)
  await sign(design.session, apart)
  const whole = (await sign(manufacture.session, apart)).body.revision
  expect(whole).toMatchObject({ state: expect.stringMatching(/^(sealing|signed)$/), integrity: 'ok' })
  expect(whole.signatures.map(({ sameBrowser }) => sameBrowser)).toEqual([false, false])

  const together = await put()
  await sign(design.session, together)
  const after = await signIn(maker, design.cookies)
  const same = (await sign(after.session, together)).body.revision
  expect(same).toMatchObject({ state: expect.stringMatching(/^(sealing|signed)$/), integrity: 'ok' })
  expect(same.signatures.map(({ sameBrowser }) => sameBrowser)).toEqual([true, true])
  const markdown = await owner.ask<string>('GET', `${path()}/${together.id}/revision.md?locale=en`)
  expect(markdown.body.match(/Both signatures came from one browser/g)).toHaveLength(2)
})

test('how each signer came in is recorded and shown', async () => {
  await server.database
    .update(users)
    .set({ emailConfirmedAt: new Date() })
    .where(sql`id = ${owner.user.id}`)
  const revision = await put()
  const signed = (await sign(owner, revision)).body.revision
  expect(signed.signatures[0]!.signIn).toEqual({
    by: 'password',
    address: 'confirmed',
    guestLink: null,
    passwordSetBy: null,
  })
  // a guest and the account that took it over are one person: the link's side stays with it
  const { account: taken } = await takeOver('design')
  await join(owner, taken, projectId, 'manufacture', 'reviewer')
  const closed = (await sign(taken, revision)).body.revision
  expect(closed.signatures[1]!.signIn).toMatchObject({ address: 'unconfirmed', guestLink: 'design' })
  const markdown = await owner.ask<string>('GET', `${path()}/${revision.id}/revision.md?locale=en`)
  expect(markdown.body).toContain('address not confirmed · first came by a guest link')
})

test('a password that was set past its owner, by SQL, is recorded and shown with what is signed with it', async () => {
  await server.database.execute(
    sql`update users set password_hash = (select password_hash from users where id = ${owner.user.id})
      where id = ${maker.user.id}`,
  )
  const revision = await put()
  const signed = (await sign(maker, revision)).body.revision
  expect(signed.signatures[0]!.signIn).toMatchObject({ passwordSetBy: 'operator' })
  const markdown = (locale: string) =>
    owner.ask<string>('GET', `${path()}/${revision.id}/revision.md?locale=${locale}`)
  expect((await markdown('en')).body).toContain('password set by the operator')
  expect((await markdown('zh-CN')).body).toContain('密码由管理员重设')
  await withdraw(revision)

  // its owner sets another, and signs with that
  const next = 'lamps that are mended last'
  const changed = await fetch(`${server.url}/api/accounts/me/password`, {
    method: 'PUT',
    headers: { ...ownPage(server.url), 'Content-Type': 'application/json', Cookie: maker.cookie },
    body: JSON.stringify({ current: password, next }),
  })
  expect(changed.status).toBe(204)
  const [row] = await server.database
    .select()
    .from(users)
    .where(sql`id = ${maker.user.id}`)
  expect(row!.passwordSetBy).toBeNull()
})

test('a guest cannot sign; the account that the guest became signs for one side, and the link is told', async () => {
  const first = await put()
  const { guest, account } = await takeOver('manufacture', async (before) =>
    expect((await sign(before, first)).status).toBe(403),
  )
  // an account in name, and a guest by their link
  expect((await sign(account, first)).status).toBe(403)

  await join(owner, account, projectId, 'design', 'reviewer')
  const signed = (await sign(account, first)).body.revision
  const [own] = signed.signatures
  expect(own).toMatchObject({ userId: guest.user.id, side: 'design', signIn: { guestLink: 'manufacture' } })
  await withdraw(first)

  // the other way round: a member who signed leaves, comes back by a link of the other side, and cannot sign there
  expect((await account.ask('DELETE', `/api/projects/${projectId}/members/me`)).status).toBeLessThan(300)
  const second = await put()
  const again = await makeLink(owner, projectId, [documentId])
  expect((await enter(server.url, { token: again.token }, account.cookie)).status).toBe(200)
  expect((await sign(account, second)).status).toBe(403)
  await join(owner, account, projectId, 'manufacture', 'reviewer')
  const refused = await sign(account, second)
  expect([refused.status, refused.body.error?.code]).toEqual([409, 'other_side_signed'])
})
