import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashPassword } from '../../server/accounts/passwords.ts'
import { users } from '../../server/accounts/tables.ts'
import { newId } from '../../server/db/columns.ts'
import { members } from '../../server/projects/tables.ts'
import { apiTokens } from '../../server/tokens/tables.ts'
import { trailEntries } from '../../server/trail/tables.ts'
import type { ApiToken } from '../../shared/tokens.ts'
import type { TrailEntry } from '../../shared/trail.ts'
import { waitingForLocks } from '../helpers/locks.ts'
import { password } from '../helpers/people.ts'
import { until } from '../helpers/until.ts'
import { insertPerson, openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld({ tokensPerPerson: 3 })
})
afterAll(() => world.close())

const sameHash = hashPassword(password)

/** Somebody whose password is known. */
async function person() {
  const email = `${newId()}@example.com`
  const made = await insertPerson(world.database, { email, name: 'Li', passwordHash: await sameHash })
  return { ...made, ...world.browser(made.cookie), name: 'Li', email }
}
type Person = Awaited<ReturnType<typeof person>>

async function make(by: Person, given: object = {}): Promise<{ id: string; token: string }> {
  const order = { name: 'Nightly export', scope: 'write', days: 30, password, ...given }
  const reply = await by.post('/api/tokens', order)
  expect([reply.status, reply.body]).toEqual([201, reply.body])
  return reply.body
}

/** As a script asks. */
async function ask(token: string, method: string, path: string, body?: unknown) {
  const reply = await fetch(world.origin + path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  // oxlint-disable-next-line typescript/no-explicit-any -- replies of any shape are looked into
  return { status: reply.status, headers: reply.headers, body: (text && JSON.parse(text)) as any }
}

const listed = async (by: Person) => (await by.get('/api/tokens')).body.tokens as ApiToken[]

test('it is shown once, kept as a hash, and listed with when it was used', async () => {
  const li = await person()
  const { id, token } = await make(li)
  const [row] = await world.database.select().from(apiTokens).where(eq(apiTokens.id, id))
  expect(JSON.stringify(row)).not.toContain(token.slice(4))
  expect(await listed(li)).toMatchObject([{ id, name: 'Nightly export', projectId: null, lastUsedAt: null }])
  expect((await ask(token, 'GET', '/api/accounts/me')).body.user.id).toBe(li.id)
  const [used] = await listed(li)
  expect(Date.now() - Date.parse(used!.lastUsedAt!)).toBeLessThan(60_000)
  expect(JSON.stringify(used)).not.toContain(token.slice(4))
})

test('it is made by who knows the password, in a project of theirs, so many times', async () => {
  const li = await person()
  const order = { name: 'Nightly export', scope: 'read', days: 30 }
  const refused = async (given: object) =>
    (await li.post('/api/tokens', { ...order, password, ...given })).body.error.code
  expect(await refused({ password: 'short lamps cast none' })).toBe('wrong_password')
  const { projectId } = await world.project([await world.person(), 'owner'])
  expect(await refused({ projectId })).toBe('not_found')
  expect(await refused({ days: 367 })).toBe('invalid_input')
  for (const name of ['one', 'two', 'three']) await make(li, { name })
  expect(await refused({})).toBe('too_many_tokens')
})

test('what is done by it stands in the trail as its owner’s, by token', async () => {
  const li = await person()
  const { projectId } = await world.project([li as never, 'owner'])
  const { id, token } = await make(li, { projectId })
  const path = `/api/projects/${projectId}`
  expect((await ask(token, 'PATCH', path, { name: 'Chair' })).status).toBe(200)
  expect((await li.patch(path, { name: 'Table' })).status).toBe(200)
  const rows = await world.database.select().from(trailEntries).where(eq(trailEntries.projectId, projectId))
  const actors = rows.map(({ line }) => (JSON.parse(line) as TrailEntry).actor)
  const who = { userId: li.id, name: 'Li', side: 'design' }
  expect(actors).toEqual([{ ...who, token: id }, who])
  expect((await li.get(`${path}/trail/check`)).body.brokenAt).toBeNull()
})

test('one for a project lists that project only', async () => {
  const li = await person()
  const { projectId } = await world.project([li as never, 'owner'])
  await world.project([li as never, 'owner'])
  const { token } = await make(li, { projectId })
  const { projects } = (await ask(token, 'GET', '/api/projects')).body
  expect(projects.map((one: { id: string }) => one.id)).toEqual([projectId])
})

test('who leaves a project has no token for it', async () => {
  const [li, keeper] = [await person(), await person()]
  const { projectId } = await world.project([keeper as never, 'owner'], [li as never, 'editor'])
  const { token } = await make(li, { projectId })
  expect((await ask(token, 'GET', `/api/projects/${projectId}`)).status).toBe(200)
  await world.database.delete(members).where(eq(members.userId, li.id))
  expect((await ask(token, 'GET', `/api/projects/${projectId}`)).body.error.code).toBe('not_found')
})

test.each([
  [
    'its owner changes the password',
    (li: Person) => li.put('/api/accounts/me/password', { current: password, next: `${password} indeed` }),
  ],
  [
    'an operator sets another password',
    (li: Person) => world.database.update(users).set({ passwordHash: 'another' }).where(eq(users.id, li.id)),
  ],
  ['the account goes', (li: Person) => world.database.delete(users).where(eq(users.id, li.id))],
])('it ends when %s', async (_when, end) => {
  const li = await person()
  const { token } = await make(li)
  expect((await ask(token, 'GET', '/api/accounts/me')).status).toBe(200)
  await end(li)
  const reply = await ask(token, 'GET', '/api/accounts/me')
  expect([reply.status, reply.body.error.code]).toEqual([401, 'token_invalid'])
  expect(reply.headers.get('WWW-Authenticate')).toBe('Bearer error="invalid_token"')
})

test('one that is revoked while its request is under way changes nothing', async () => {
  const li = await person()
  const { projectId } = await world.project([li as never, 'owner'])
  const { id, token } = await make(li)
  // its use is noted, which would wait too
  await ask(token, 'GET', '/api/accounts/me')
  let sent!: Promise<{ body: { error: { code: string } } }>
  await world.database.transaction(async (tx) => {
    await tx.delete(apiTokens).where(eq(apiTokens.id, id))
    sent = ask(token, 'PATCH', `/api/projects/${projectId}`, { name: 'Chair' })
    await until('it to wait', async () => (await waitingForLocks(world.database)) > 0)
  })
  expect((await sent).body.error.code).toBe('token_invalid')
  expect((await li.get(`/api/projects/${projectId}`)).body.project.name).toBe('Lamp')
})

test('a page of another site has no use of one, and sessions need their Origin still', async () => {
  const li = await person()
  const { token } = await make(li)
  const post = (headers: Record<string, string>) =>
    fetch(`${world.origin}/api/projects`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify({ name: 'Chair' }),
    })
  expect((await post({ Cookie: li.cookie })).status).toBe(403)
  expect((await post({ Authorization: `Bearer ${token}`, Origin: 'https://elsewhere.example' })).status).toBe(
    403,
  )
  expect((await post({ Authorization: `Bearer ${token}` })).status).toBe(201)
})

test('those that are wrong are logged with where they come from, and slowed as passwords are', async () => {
  const slow = await openWorld({ loginFreeTries: 2, guessesPerHour: 8, guessesPerHourOfWideNetwork: 6 })
  try {
    const codes: string[] = []
    for (let nth = 0; nth < 8; nth++) {
      const reply = await fetch(`${slow.origin}/api/projects`, {
        headers: { Authorization: `Bearer csn_${newId()}${newId().slice(1)}` },
      })
      codes.push(((await reply.json()) as { error: { code: string } }).error.code)
    }
    expect(codes[0]).toBe('token_invalid')
    expect(codes.at(-1)).toBe('too_many_requests')
    const logged = slow.logged.filter((line) => line.includes('"sign-in failed"'))
    expect(logged).toHaveLength(8)
    expect(JSON.parse(logged[0]!)).toMatchObject({ account: 'token', address: '127.0.0.1' })
    expect(logged.join('')).not.toContain('csn_')
  } finally {
    await slow.close()
  }
})
