import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sessions, users } from '../../server/accounts/tables.ts'
import { cookieOf, openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const password = 'brass lamp from Dazu'
let count = 0
const newEmail = () => `li${++count}@example.com`

async function create(email = newEmail()) {
  const reply = await world.browser().post('/api/accounts', { email, name: 'Li', password })
  expect(reply.status).toBe(201)
  return { email, user: reply.body.user, ...world.browser(cookieOf(reply)) }
}

test('an account is created signed in, with its e-mail in lower case', async () => {
  const email = newEmail()
  const reply = await world
    .browser()
    .post('/api/accounts', { email: ` ${email.toUpperCase()} `, name: '李', password })
  expect(reply.body.user).toEqual({ id: expect.any(String), email, name: '李', firm: '', locale: 'en' })
  const me = await world.browser(cookieOf(reply)).get('/api/accounts/me')
  expect(me.body.user).toEqual(reply.body.user)
})

test('the language comes from the browser unless it is chosen', async () => {
  const headers = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' }
  const given = { email: newEmail(), name: '李', password }
  expect((await world.browser().post('/api/accounts', given, headers)).body.user.locale).toBe('zh-CN')
  const chosen = { ...given, email: newEmail(), locale: 'en' }
  expect((await world.browser().post('/api/accounts', chosen, headers)).body.user.locale).toBe('en')
})

test('a second person with the same e-mail is told, and the first keeps the account', async () => {
  const { email, get } = await create()
  const second = await world
    .browser()
    .post('/api/accounts', { email: email.toUpperCase(), name: 'Bo', password })
  expect([second.status, second.body.error.code]).toEqual([409, 'email_taken'])
  expect(second.cookies).toEqual([])
  expect((await get('/api/accounts/me')).body.user.name).toBe('Li')
})

test('the database holds the SHA-256 of the secret in the cookie, not the secret', async () => {
  const { cookie, user } = await create()
  const secret = cookie.match(/session=([^;]+)/)![1]!
  const [row] = await world.database.select().from(sessions).where(eq(sessions.userId, user.id))
  expect(row!.id).toBe(createHash('sha256').update(secret).digest('hex'))
  expect((await world.browser(`session=${row!.id}`).get('/api/accounts/me')).status).toBe(401)
})

test('cookies are HttpOnly and SameSite; by https they are __Host- and Secure', async () => {
  const secure = await openWorld({}, 'https://review.example.com')
  const given = { email: newEmail(), name: 'Li', password }
  const [session, browser, device] = (await secure.browser().post('/api/accounts', given)).cookies
  await secure.close()
  expect(session).toMatch(/^__Host-session=/)
  expect(browser).toMatch(/^__Host-browser=/)
  expect(device).toMatch(/^__Host-device=/)
  for (const cookie of [session!, browser!, device!]) {
    expect(cookie).toMatch(/; Secure(;|$)/)
    expect(cookie).toMatch(/; HttpOnly(;|$)/)
    expect(cookie).toMatch(/; Path=\/(;|$)/)
    expect(cookie).toMatch(/; SameSite=(Lax|Strict)(;|$)/)
    expect(cookie).not.toMatch(/Domain=/)
  }
})

test('signing in makes a new secret and ends the session that the browser had', async () => {
  const first = await create()
  const reply = await world.browser(first.cookie).post('/api/sessions', { email: first.email, password })
  expect(reply.status).toBe(201)
  expect(cookieOf(reply)).not.toBe(first.cookie)
  expect((await first.get('/api/accounts/me')).body.error.code).toBe('session_required')
  expect((await world.browser(cookieOf(reply)).get('/api/accounts/me')).status).toBe(200)
})

test('signing out ends the session, takes the cookie and tells open sockets', async () => {
  const { user, cookie, ...browser } = await create()
  const [row] = await world.database.select().from(sessions).where(eq(sessions.userId, user.id))
  const reply = await browser.delete('/api/sessions/current')
  expect(reply.status).toBe(204)
  expect(reply.cookies[0]).toMatch(/^session=;.*Max-Age=0/)
  expect((await world.browser(cookie).get('/api/accounts/me')).status).toBe(401)
  expect(world.rechecks).toContainEqual({ userId: user.id, sessionId: row!.id })
})

test('an unknown e-mail and a wrong password get the same reply', async () => {
  const { email } = await create()
  const wrong = await world.browser().post('/api/sessions', { email, password: 'not this one' })
  const unknown = await world.browser().post('/api/sessions', { email: newEmail(), password: 'not this one' })
  const { requestId: _1, ...wrongError } = wrong.body.error
  const { requestId: _2, ...unknownError } = unknown.body.error
  expect(wrong.status).toBe(401)
  expect(unknown.status).toBe(401)
  expect(unknownError).toEqual(wrongError)
})

test('guessing is slowed; the owner gets in at once on a device that is known', async () => {
  const slow = await openWorld({ loginDelayMs: 60_000 })
  const email = newEmail()
  const created = await slow.browser().post('/api/accounts', { email, name: 'Li', password })
  const guesses = await Promise.all(
    Array.from({ length: 5 }, () => slow.browser().post('/api/sessions', { email, password: 'wrong guess' })),
  )
  expect(guesses.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401])
  const began = performance.now()
  let isAnswered = false
  const sixth = slow.browser().post('/api/sessions', { email, password: 'wrong guess' })
  void sixth.then(() => (isAnswered = true))
  const owner = await slow.browser(cookieOf(created)).post('/api/sessions', { email, password })
  expect(owner.status).toBe(201)
  expect(isAnswered, 'the guess that was made before is answered').toBe(false)
  expect((await sixth).status).toBe(401)
  expect(performance.now() - began).toBeGreaterThan(950)
  await slow.close()
})

test('a sign-in that waits its turn while the password is changed opens nothing', async () => {
  const slow = await openWorld({ loginDelayMs: 60_000 })
  const email = newEmail()
  const created = await slow.browser().post('/api/accounts', { email, name: 'Li', password })
  const guess = () => slow.browser().post('/api/sessions', { email, password: 'wrong guess' })
  await Promise.all(Array.from({ length: 5 }, guess))
  const waiting = slow.browser().post('/api/sessions', { email, password })
  const change = { current: password, next: 'zinc lamp from Dazu' }
  const changed = await slow.browser(cookieOf(created)).put('/api/accounts/me/password', change)
  expect(changed.status).toBe(204)
  const late = await waiting
  expect([late.status, late.body.error?.code]).toEqual([401, 'wrong_credentials'])
  expect(await slow.database.$count(sessions)).toBe(1)
  await slow.close()
})

test('a person sees and ends their other sessions, and nobody else’s', async () => {
  const laptop = await create()
  const phone = world.browser(
    cookieOf(await world.browser().post('/api/sessions', { email: laptop.email, password })),
  )
  const listed = (await laptop.get('/api/sessions')).body.sessions
  expect(listed).toHaveLength(2)
  expect(listed.filter((one: { current: boolean }) => one.current)).toHaveLength(1)
  const other = listed.find((one: { current: boolean }) => !one.current)
  const stranger = await world.person()
  expect((await stranger.delete(`/api/sessions/${other.id}`)).body.error.code).toBe('not_found')
  expect((await laptop.delete(`/api/sessions/${other.id}`)).status).toBe(204)
  expect((await phone.get('/api/accounts/me')).status).toBe(401)
  expect(world.rechecks).toContainEqual({ userId: laptop.user.id, sessionId: other.id })
})

test('all other sessions end together', async () => {
  const laptop = await create()
  const phone = world.browser(
    cookieOf(await world.browser().post('/api/sessions', { email: laptop.email, password })),
  )
  expect((await laptop.delete('/api/sessions')).status).toBe(204)
  expect((await phone.get('/api/accounts/me')).status).toBe(401)
  expect((await laptop.get('/api/accounts/me')).status).toBe(200)
  expect(world.rechecks).toContainEqual({ userId: laptop.user.id })
})

test('a failed sign-in is logged with address and account, on one line whatever was typed', async () => {
  const email = `li@example.com\r\n{"level":60,"msg":"forged"}\u2028\u001b[2k`
  const before = world.logged.length
  expect((await world.browser().post('/api/sessions', { email, password: 'no such' })).status).toBe(401)
  const lines = world.logged.slice(before).filter((line) => line.includes('sign-in failed'))
  expect(lines).toHaveLength(1)
  expect(lines[0]!.trimEnd()).toMatch(/^[^\p{Cc}]*$/u)
  const { address, account, code } = JSON.parse(lines[0]!) as Record<string, string>
  expect({ address, account, code }).toEqual({
    address: '127.0.0.1',
    account: email,
    code: 'wrong_credentials',
  })
  expect(world.logged.slice(before).join('')).not.toContain('no such')
})

test.each([
  ['          ', 'only spaces'],
  ['zzzzzzzzzz', 'one character'],
  ['Countersign2026', 'the name of the product'],
])('the password "%s" is refused: %s', async (hollow) => {
  const account = { email: newEmail(), name: 'Li', password: hollow }
  const reply = await world.browser().post('/api/accounts', account)
  expect([reply.status, reply.body.error.code]).toEqual([400, 'password_hollow'])
})

test('a new password asks for the old one, ends every session and opens a new one here', async () => {
  const laptop = await create()
  const phone = world.browser(
    cookieOf(await world.browser().post('/api/sessions', { email: laptop.email, password })),
  )
  const path = '/api/accounts/me/password'
  const next = 'zinc lamp from Dazu'
  expect((await laptop.put(path, { current: 'wrong', next })).body.error.code).toBe('wrong_password')
  expect((await laptop.put(path, { current: password, next: 'password1' })).body.error.code).toBe(
    'password_common',
  )
  const changed = await laptop.put(path, { current: password, next })
  expect(changed.status).toBe(204)
  expect((await laptop.get('/api/accounts/me')).status).toBe(401)
  expect((await phone.get('/api/accounts/me')).status).toBe(401)
  expect((await world.browser(cookieOf(changed)).get('/api/accounts/me')).status).toBe(200)
  expect(world.rechecks).toContainEqual({ userId: laptop.user.id })
  expect((await world.browser().post('/api/sessions', { email: laptop.email, password })).status).toBe(401)
  expect((await world.browser().post('/api/sessions', { email: laptop.email, password: next })).status).toBe(
    201,
  )
})

test('name, firm and language are changed one by one', async () => {
  const { patch, user } = await create()
  expect((await patch('/api/accounts/me', { locale: 'zh-CN' })).body.user).toEqual({
    ...user,
    locale: 'zh-CN',
  })
  const named = { name: '李', firm: '大足灯具厂' }
  expect((await patch('/api/accounts/me', named)).body.user).toEqual({ ...user, ...named, locale: 'zh-CN' })
  expect((await patch('/api/accounts/me', { name: ' ' })).body.error).toMatchObject({
    code: 'invalid_input',
    params: { field: 'name' },
  })
})

test('a session ends when it was idle for its limit, and at the latest after the absolute one', async () => {
  const idle = await world.person()
  const past = new Date(Date.now() - 1000)
  await world.database.update(sessions).set({ expiresAt: past }).where(eq(sessions.id, idle.sessionId))
  expect((await idle.get('/api/accounts/me')).status).toBe(401)
  const old = await world.person()
  const created = new Date(Date.now() - (world.limits.sessionDays + 1) * 86_400_000)
  await world.database.update(sessions).set({ createdAt: created }).where(eq(sessions.id, old.sessionId))
  expect((await old.get('/api/accounts/me')).status).toBe(401)
})

test('being seen keeps a session alive', async () => {
  const { sessionId, get } = await world.person()
  const before = new Date(Date.now() - 3_600_000)
  await world.database.update(sessions).set({ lastSeenAt: before }).where(eq(sessions.id, sessionId))
  await get('/api/accounts/me')
  const [row] = await world.database.select().from(sessions).where(eq(sessions.id, sessionId))
  expect(row!.lastSeenAt.getTime()).toBeGreaterThan(before.getTime())
  expect(row!.expiresAt.getTime()).toBeGreaterThan(
    Date.now() + (world.limits.sessionIdleDays - 1) * 86_400_000,
  )
})

test('neither the log nor the database holds a password or a session’s secret', async () => {
  const { cookie, user } = await create()
  const secret = cookie.match(/session=([^;]+)/)![1]!
  const [row] = await world.database.select().from(users).where(eq(users.id, user.id))
  const traces = world.logged.join('') + JSON.stringify(row)
  expect(traces).not.toContain(password)
  expect(traces).not.toContain(secret)
  expect(world.logged.join('')).toContain('account created')
})

test('one network makes no more accounts in an hour than the limit; what makes none is not counted', async () => {
  const strict = await openWorld({ signUpsPerHour: 4 })
  try {
    const ask = (email: string) =>
      strict.browser().post('/api/accounts', { email, name: 'Li', password: 'brass lamp from Dazu' })
    const refused = await strict
      .browser()
      .post('/api/accounts', { email: newEmail(), name: 'Li', password: 'countersign' })
    expect(refused.status).toBe(400)
    expect([(await ask('a@example.com')).status, (await ask('b@example.com')).status]).toEqual([201, 201])
    const over = await ask('c@example.com')
    expect([over.status, over.body.error.code]).toEqual([429, 'too_many_requests'])
  } finally {
    await strict.close()
  }
})

test('a script that signs in at each run leaves so many sessions: the one not seen for longest ends, and no other', async () => {
  const few = await openWorld({ sessionsPerPerson: 3 })
  const email = newEmail()
  const first = await few.browser().post('/api/accounts', { email, name: 'Li', password })
  const all = [few.browser(cookieOf(first))]
  const sessionIds = async () =>
    (await few.database.select({ id: sessions.id }).from(sessions)).map(({ id }) => id)
  const ended = await sessionIds()
  for (let left = 4; left > 0; left--) {
    all.push(few.browser(cookieOf(await few.browser().post('/api/sessions', { email, password }))))
    if (left === 4) ended.push(...(await sessionIds()).filter((id) => !ended.includes(id)))
  }
  const statuses = await Promise.all(all.map(async (one) => (await one.get('/api/accounts/me')).status))
  expect(statuses).toEqual([401, 401, 200, 200, 200])
  // and so do the rooms that were open in them
  const looked = few.rechecks.map(({ sessionId }) => sessionId)
  expect(new Set(looked)).toEqual(new Set(ended))
  expect(looked).toHaveLength(2)
  expect((await all[4]!.get('/api/sessions')).body.sessions).toHaveLength(3)
  await few.close()
})
