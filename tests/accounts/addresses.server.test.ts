import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hashPassword } from '../../server/accounts/passwords.ts'
import { emailConfirmations, sessions, users } from '../../server/accounts/tables.ts'
import { newId } from '../../server/db/columns.ts'
import { jobs } from '../../server/jobs/tables.ts'
import { notices } from '../../server/notify/tables.ts'
import { waitingForLocks } from '../helpers/locks.ts'
import { openMailServer } from '../helpers/notify/mail-server.ts'
import { createDocument, join, ownPage, personWith, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { newClientId } from '../helpers/access/points-of.ts'

/** How many passwords were checked. */
const checks = vi.hoisted(() => ({ count: 0 }))
vi.mock('@node-rs/argon2', async (original) => {
  const { cheaply } = await import('../helpers/cheap-passwords.ts')
  const real = cheaply(await original<typeof import('@node-rs/argon2')>())
  const verify: typeof real.verify = (...given) => {
    checks.count++
    return real.verify(...given)
  }
  return { ...real, verify }
})

let mail: Awaited<ReturnType<typeof openMailServer>>
let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  mail = await openMailServer()
  const limits = {
    mailsPerRecipient: 2,
    confirmationMailsPerSource: 200,
    loginDelayMs: 20,
    accountsTriedPerMail: 6,
  }
  server = await startServer({ smtpUrl: mail.url, limits })
})
afterAll(async () => {
  await server.close()
  await mail.close()
})

const newAddress = () => `${newId()}@example.com`.toLowerCase()

async function post(path: string, body: object, { cookie = '', at = server.url } = {}) {
  const reply = await fetch(at + path, {
    method: 'POST',
    headers: { ...ownPage(at), 'Content-Type': 'application/json', Cookie: cookie },
    body: JSON.stringify(body),
  })
  const text = await reply.text()
  // oxlint-disable-next-line typescript/no-explicit-any -- replies of any shape are looked into
  const read: any = text === '' ? {} : JSON.parse(text)
  const session = reply.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return { status: reply.status, code: read.error?.code as string | undefined, body: read, cookie: session }
}

async function signUp(email: string, password: string, name = 'Li', at = server.url): Promise<Person> {
  const { status, body, cookie } = await post('/api/accounts', { email, password, name }, { at })
  expect(status).toBe(201)
  return personWith(at, cookie, body.user)
}
const signIn = (email: string, password: string, at = server.url) =>
  post('/api/sessions', { email, password }, { at })
const stateOf = async (person: Person) =>
  (await person.get<{ state: string }>('/api/accounts/me/email')).state

/** The secret in the latest mail to an address. */
async function tokenFor(email: string): Promise<string> {
  const sent = await until('the mail that asks', () => mail.to(email).at(-1))
  return /\/confirm-email#([\w-]{43})/.exec(sent.text)![1]!
}
const sentAll = () => until('all mails to be sent', async () => (await server.database.$count(jobs)) === 0)

async function confirmed(name: string): Promise<Person> {
  const email = newAddress()
  const person = await signUp(email, 'brass lamp from Dazu', name)
  await post('/api/email-confirmations', { token: await tokenFor(email) }, { cookie: person.cookie })
  return person
}

const [first, second] = ['brass lamp from Dazu', 'zinc lamp from Dazu']

describe('security 46: an address that is not confirmed', () => {
  test('gets one mail, in which no stranger’s words stand', async () => {
    const email = newAddress()
    const names = ['Cheap pills http://evil.example', '请汇款', 'B', 'C', 'D']
    for (const [at, name] of names.entries()) await signUp(email, `${first} ${at}`, name)
    await sentAll()
    expect(mail.to(email)).toHaveLength(1)
    expect(mail.to(email)[0]!.text).not.toMatch(/pills|evil|汇款/)
  })

  test('blocks nobody: who confirms it has it, and the other account stays with its own password', async () => {
    const email = newAddress()
    const squatter = await signUp(email, first, 'Squatter')
    const owner = await signUp(email, second, 'Owner')
    const token = await tokenFor(email)
    // from the mail, on another device: the password says which account is meant
    expect((await post('/api/email-confirmations', { token, password: second })).status).toBe(200)
    expect(await stateOf(owner)).toBe('confirmed')
    expect((await signIn(email, second)).body.user.id).toBe(owner.user.id)
    expect((await signIn(email, first)).body.user.id).toBe(squatter.user.id)
    expect(await stateOf(squatter)).toBe('taken')
    const again = await squatter.ask('POST', '/api/accounts/me/email/confirmation')
    expect(again.body).toMatchObject({ error: { code: 'email_taken' } })
    expect((await post('/api/accounts', { email, password: first, name: 'Third' })).code).toBe('email_taken')
    const other = newAddress()
    const put = (given: object) => squatter.ask('PUT', '/api/accounts/me/email', given)
    expect((await put({ email: other, password: second })).body).toMatchObject({
      error: { code: 'wrong_password' },
    })
    expect((await put({ email: other, password: first })).status).toBe(200)
    expect((await signIn(other, first)).body.user.id).toBe(squatter.user.id)
    expect((await signIn(email, first)).code).toBe('wrong_credentials')
    await tokenFor(other)
  })

  test('is its reader’s with more squatters before them than a sign-in tries: the link works on a new device', async () => {
    const email = newAddress()
    const passwordHash = await hashPassword(first)
    const squatter = { email, name: 'Squatter', locale: 'en', passwordHash } as const
    await server.database.insert(users).values(Array.from({ length: 5 }, () => ({ ...squatter })))
    const owner = await signUp(email, second, 'Owner')
    expect((await signIn(email, second)).code).toBe('wrong_credentials')
    const token = await tokenFor(email)
    expect((await post('/api/email-confirmations', { token, password: second })).status).toBe(200)
    expect(await stateOf(owner)).toBe('confirmed')
    expect((await signIn(email, second)).body.user.id).toBe(owner.user.id)
  })

  test('is its reader’s with any number of older accounts of strangers before them', async () => {
    const email = newAddress()
    const owner = await signUp(email, second, 'Owner')
    const passwordHash = await hashPassword(first)
    const older = { email, name: 'Squatter', locale: 'en', passwordHash, createdAt: new Date(0) } as const
    // before the owner's account by age, and by the random id by which one part follows the other
    const ids = Array.from({ length: 8 }, (_, at) => `----------------------${newId()}${at}`)
    await server.database.insert(users).values(ids.map((id) => ({ ...older, id })))
    expect((await signIn(email, second)).code).toBe('wrong_credentials')
    const token = await tokenFor(email)
    let parts = 1
    let reply = await post('/api/email-confirmations', { token, password: second })
    for (; reply.code === 'confirmation_goes_on'; parts++) {
      const { after } = reply.body.error.params
      reply = await post('/api/email-confirmations', { token, password: second, after })
    }
    expect(reply.status).toBe(200)
    expect(parts).toBeGreaterThan(1)
    expect(await stateOf(owner)).toBe('confirmed')
    expect((await signIn(email, second)).body.user.id).toBe(owner.user.id)
  })

  test('security 19: a refused sign-in checks as many passwords, whether none, one or many name the address', async () => {
    const passwordHash = await hashPassword(first)
    const [one, three] = [newAddress(), newAddress()]
    const named = (email: string) => ({ email, name: 'Li', locale: 'en' as const, passwordHash })
    const isRead = { ...named(newAddress()), emailConfirmedAt: new Date() }
    const all = [named(one), named(three), named(three), named(three), isRead]
    await server.database.insert(users).values(all)
    const counts = []
    for (const email of [newAddress(), one, three, isRead.email]) {
      checks.count = 0
      expect((await signIn(email, second)).code).toBe('wrong_credentials')
      counts.push(checks.count)
    }
    expect(counts).toEqual([5, 5, 5, 5])
  })

  test('is not confirmed for a stranger by its reader’s click', async () => {
    const email = newAddress()
    const stranger = await signUp(email, first, 'Stranger')
    const token = await tokenFor(email)
    expect((await post('/api/email-confirmations/look', { token })).body).toEqual({
      email,
      asksPassword: true,
    })
    expect((await post('/api/email-confirmations', { token })).code).toBe('invalid_input')
    expect((await post('/api/email-confirmations', { token, password: second })).code).toBe(
      'wrong_credentials',
    )
    const reader = await signUp(newAddress(), second, 'Reader')
    const as = { cookie: reader.cookie }
    expect((await post('/api/email-confirmations', { token }, as)).code).toBe('invalid_input')
    expect(await stateOf(stranger)).toBe('asked')
  })

  test('is shown to nobody as theirs once another confirmed it', async () => {
    const email = newAddress()
    const squatter = await signUp(email, first)
    const owner = await signUp(email, second)
    const { projectId } = await createDocument(squatter)
    const shown = async () =>
      (await squatter.get<{ members: { email: string | null }[] }>(`/api/projects/${projectId}`)).members[0]!
        .email
    expect(await shown()).toBe(email)
    const token = await tokenFor(email)
    await post('/api/email-confirmations', { token }, { cookie: owner.cookie })
    expect(await shown()).toBeNull()
  })

  test('is told nothing else until it is confirmed, and then what comes', async () => {
    const owner = await confirmed('Lin Yue')
    const email = newAddress()
    const worker = await signUp(email, first, 'Wang')
    const { projectId } = await createDocument(owner)
    await join(owner, worker, projectId, 'manufacture', 'reviewer')
    const raise = () => raiseMust(owner, projectId)
    const token = await tokenFor(email)
    await raise()
    await sentAll()
    expect(mail.to(email)).toHaveLength(1)
    expect((await worker.get<{ total: number }>('/api/notices/unread')).total).toBe(1)
    await post('/api/email-confirmations', { token }, { cookie: worker.cookie })
    await raise()
    await until('the mail about the point', () => mail.to(email).length === 2)
    expect(mail.to(email)[1]!.text).toContain('#2')
    await sentAll()
  })
})

describe('the link in the mail', () => {
  test('is not spent by looking, works once, and says in a code of its own that it is used, old or unknown', async () => {
    const email = newAddress()
    const li = await signUp(email, first)
    const token = await tokenFor(email)
    const here = { cookie: li.cookie }
    const look = () => post('/api/email-confirmations/look', { token }, here)
    await fetch(`${server.url}/confirm-email`)
    expect((await look()).body).toEqual({ email, asksPassword: false })
    expect((await look()).status).toBe(200)
    const both = await Promise.all([1, 2].map(() => post('/api/email-confirmations', { token }, here)))
    expect(both.map(({ code }) => code ?? 'ok').toSorted()).toEqual(['confirmation_used', 'ok'])
    expect((await look()).code).toBe('confirmation_used')
    expect((await post('/api/email-confirmations', { token: 'x' })).code).toBe('confirmation_invalid')
    const late = newAddress()
    await signUp(late, first)
    const old = await tokenFor(late)
    const isLate = eq(emailConfirmations.email, late)
    await server.database.update(emailConfirmations).set({ expiresAt: new Date() }).where(isLate)
    expect((await post('/api/email-confirmations', { token: old, password: first })).code).toBe(
      'confirmation_expired',
    )
  })

  test('is not in the database', async () => {
    const email = newAddress()
    await signUp(email, first)
    const token = await tokenFor(email)
    const rows = [
      ...(await server.database.select().from(emailConfirmations)),
      ...(await server.database.select().from(jobs)),
    ]
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('is sent again by its reader’s wish, a few times a day', async () => {
    const email = newAddress()
    const li = await signUp(email, first)
    const again = async () => {
      const { body } = await li.ask('POST', '/api/accounts/me/email/confirmation')
      return (body as { error?: { code: string } } | undefined)?.error?.code ?? 'ok'
    }
    const anHourLater = () =>
      server.database
        .update(emailConfirmations)
        .set({ createdAt: sql`${emailConfirmations.createdAt} - interval '1 hour'` })
        .where(eq(emailConfirmations.email, email))
    const codes = [await again()]
    for (let time = 0; time < 4; time++) {
      await anHourLater()
      codes.push(await again())
    }
    expect(codes).toEqual(['too_many_requests', 'ok', 'ok', 'too_many_requests', 'too_many_requests'])
    await sentAll()
    expect(mail.to(email)).toHaveLength(3)
  })
})

describe('without a mail server', () => {
  test('nothing is sent or asked, and when there is one, people are asked as they sign in', async () => {
    const own = await startServer({ limits: { loginDelayMs: 20 } })
    const email = newAddress()
    const li = await signUp(email, first, 'Li', own.url)
    expect(await stateOf(li)).toBe('unneeded')
    expect((await post('/api/accounts', { email, password: second, name: 'Bo' }, { at: own.url })).code).toBe(
      'email_taken',
    )
    expect(await own.database.$count(emailConfirmations)).toBe(0)
    await own.close()

    // the same row, where mail is sent
    const passwordHash = await hashPassword(first)
    await server.database.insert(users).values({ email, name: 'Li', locale: 'zh-CN', passwordHash })
    const { cookie, body } = await signIn(email, first)
    const sent = await until('the mail that asks', () => mail.to(email)[0])
    expect(sent.text).toContain('请打开下面的链接并确认')
    expect(await stateOf(personWith(server.url, cookie, body.user))).toBe('asked')
    await signIn(email, first)
    await sentAll()
    expect(mail.to(email)).toHaveLength(1)
  })
})

test('of who changes address and password at once one waits: the address is not changed by a session that ended', async () => {
  const email = newAddress()
  const li = await signUp(email, first)
  let asked!: ReturnType<typeof li.ask>
  await server.database.transaction(async (db) => {
    // in the order in which a change of the password holds them
    await db.select().from(users).where(eq(users.id, li.user.id)).for('update')
    asked = li.ask('PUT', '/api/accounts/me/email', { email: newAddress(), password: first })
    await until('it to wait', async () => (await waitingForLocks(server.database)) > 0)
    await db.delete(sessions).where(eq(sessions.userId, li.user.id))
  })
  expect((await asked).body).toMatchObject({ error: { code: 'session_required' } })
  const [row] = await server.database.select().from(users).where(eq(users.id, li.user.id))
  expect(row!.email).toBe(email)
})

describe('mails per person', () => {
  test('what is over the budget of an hour is told in the digest, and nothing is lost', async () => {
    const [owner, worker] = [await confirmed('Lin Yue'), await confirmed('Wang')]
    const { projectId } = await createDocument(owner)
    await join(owner, worker, projectId, 'manufacture', 'reviewer')
    const before = mail.to(worker.user.email).length
    for (let time = 0; time < 5; time++) await raiseMust(owner, projectId)
    const count = () => mail.to(worker.user.email).length - before
    await until('two at once, and one digest that gathers', async () => {
      const left = await server.database.select().from(jobs)
      return count() === 2 && left.length === 1 && left[0]!.task.type === 'digest'
    })
    expect((await worker.get<{ total: number }>('/api/notices/unread')).total).toBe(5)
    await server.database
      .update(jobs)
      .set({ createdAt: sql`${jobs.createdAt} - interval '1 hour'`, runAt: sql`now() - interval '1 hour'` })
    server.wakeDelivery()
    await until('the digest', () => count() === 3)
    const digest = mail.to(worker.user.email).at(-1)!.text
    expect(['#3', '#4', '#5'].every((number) => digest.includes(number))).toBe(true)
    const mine = eq(notices.userId, worker.user.id)
    // noted once the mail server has taken the mail
    await until('all of it to be noted as told', async () => {
      const told = await server.database.select().from(notices).where(mine)
      return told.every(({ mailedAt }) => mailedAt !== null)
    })
  })
})

const raiseMust = (owner: Person, projectId: string) =>
  owner.post(`/api/projects/${projectId}/threads`, {
    id: newClientId(),
    commentId: newClientId(),
    anchor: { type: 'project' },
    severity: 'must',
    body: '壁厚 2.8 mm？',
  })
