import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { unchecked } from '../../server/http/access-recheck.ts'
import { apiTokens } from '../../server/tokens/tables.ts'
import { createToken } from '../../server/tokens/tokens.ts'
import { actions } from '../../shared/permissions.ts'
import type { TokenScope } from '../../shared/tokens.ts'
import { describedRoutes, within, type DescribedRoute } from '../helpers/access/described-routes.ts'
import { insertPerson, letIn, openWorld, type World } from '../helpers/access/world.ts'

/** Every route of the interface, as it describes itself, asked with every token there is. */

let world: World
let routes: DescribedRoute[]
let ids: { projectId: string; documentId: string }
let owner: Awaited<ReturnType<World['person']>>
beforeAll(async () => {
  world = await openWorld({
    loginFreeTries: 1_000_000,
    guessesPerHour: 1_000_000,
    guessesPerHourOfWideNetwork: 1_000_000,
  })
  const asking = (await describedRoutes(world)).filter(({ permission }) => permission !== 'public')
  // what removes things comes last, so that they are there for all others
  routes = asking.toSorted(
    (one, other) => Number(one.method === 'DELETE') - Number(other.method === 'DELETE'),
  )
  owner = await world.person()
  ids = await world.project([owner, 'owner'])
})
afterAll(() => world.close())

interface Given {
  scope?: TokenScope
  projectId?: string | null
}

function tokenOf(userId: string, { scope = 'write', projectId = null }: Given = {}) {
  const order = { userId, name: 'Test', scope, projectId, days: 1 }
  return unchecked(world.database).transaction((tx) => createToken(tx, order, world.limits))
}

/** As a script asks: with a token, and no word of where it comes from. */
async function ask({ method, path }: DescribedRoute, token: string, cookie = ''): Promise<string> {
  const reply = await fetch(world.origin + within(path, ids), {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(cookie && { Cookie: cookie }) },
  })
  if (reply.ok) return 'ok'
  return ((await reply.json()) as { error: { code: string } }).error.code
}

const isOfProject = ({ permission }: DescribedRoute) => (actions as string[]).includes(permission)
const writes = ({ method }: DescribedRoute) => method !== 'GET'

/** What each route answers, by its name; those that are left out of the expectation may answer anything else. */
async function answers(secret: () => Promise<string>, cookie = ''): Promise<Record<string, string>> {
  const told: Record<string, string> = {}
  for (const route of routes) {
    told[`${route.method} ${route.path}`] = await ask(route, await secret(), cookie)
  }
  return told
}

/** The same code of each route that `applies`, and of no other one of these codes. */
function expectOnly(told: Record<string, string>, code: string, applies: (route: DescribedRoute) => boolean) {
  const wanted = routes.filter(applies).map(({ method, path }) => `${method} ${path}`)
  expect(wanted.length).toBeGreaterThan(0)
  expect(Object.keys(told).filter((route) => told[route] === code)).toEqual(wanted)
}

describe('a token that is not good opens nothing, also beside the cookie of whose it is', () => {
  test('an unknown one', async () => {
    const told = await answers(async () => `csn_${'x'.repeat(43)}`, owner.cookie)
    expectOnly(told, 'token_invalid', () => true)
  })

  test('one of another shape', async () => {
    expectOnly(await answers(async () => 'secret', owner.cookie), 'token_invalid', () => true)
  })

  test('an expired one', async () => {
    const { id, secret } = await tokenOf(owner.id)
    await world.database.update(apiTokens).set({ expiresAt: new Date() }).where(eq(apiTokens.id, id))
    expectOnly(await answers(async () => secret, owner.cookie), 'token_expired', () => true)
  })

  test('a revoked one', async () => {
    const { id, secret } = await tokenOf(owner.id)
    expect((await owner.delete(`/api/tokens/${id}`)).status).toBe(204)
    expectOnly(await answers(async () => secret, owner.cookie), 'token_invalid', () => true)
  })
})

test('one of a stranger finds no project', async () => {
  const { secret } = await tokenOf((await world.person()).id)
  expectOnly(
    await answers(async () => secret),
    'not_found',
    (route) => isOfProject(route) && route.tokens !== 'none',
  )
})

test('one of a guest comes as far as the guest', async () => {
  const guest = await insertPerson(world.database, {
    name: 'Wang',
    email: `${newId()}@example.com`,
    passwordHash: 'none',
  })
  const link = { userId: guest.id, side: 'design', role: 'editor', createdBy: owner.id, ...ids } as const
  await letIn(world.database, link, [ids.documentId])
  const { secret } = await tokenOf(guest.id)
  const told = await answers(async () => secret)
  expectOnly(
    told,
    'not_for_guests',
    (route) => isOfProject(route) && !route.guests && route.tokens !== 'none',
  )
})

test('one that may read does nothing else', async () => {
  const { secret } = await tokenOf(owner.id, { scope: 'read' })
  expectOnly(
    await answers(async () => secret),
    'token_scope',
    (route) => writes(route) || route.tokens === 'none',
  )
})

test('one for another project finds this one not, and opens nothing that is not of a project but what is narrowed to it', async () => {
  const { projectId } = await world.project([owner, 'owner'])
  const { secret } = await tokenOf(owner.id, { projectId })
  const told = await answers(async () => secret)
  expectOnly(told, 'not_found', (route) => isOfProject(route) && route.tokens !== 'none')
  expectOnly(told, 'token_scope', (route) => route.tokens === 'none' || route.tokens === 'all')
})

test('one for all does what its owner may, needs no Origin, and stands for nobody where a person has to be there', async () => {
  const { secret } = await tokenOf(owner.id)
  const told = await answers(async () => secret)
  expectOnly(told, 'token_scope', (route) => route.tokens === 'none')
  const shut = /^(session_required|foreign_origin|token_invalid|token_expired|not_allowed|internal)$/
  expect(Object.entries(told).filter(([, code]) => shut.test(code))).toEqual([])
})

test('a person has to be there to make tokens, to change what an account opens with, and to sign', () => {
  const names = routes
    .filter(({ tokens }) => tokens === 'none')
    .map(({ method, path }) => `${method} ${path}`)
  expect(names.toSorted()).toEqual([
    'DELETE /api/sessions',
    'DELETE /api/sessions/current',
    'DELETE /api/sessions/{sessionId}',
    'DELETE /api/tokens/{tokenId}',
    'GET /api/accounts/me/email',
    'GET /api/notices/mail',
    'GET /api/sessions',
    'GET /api/tokens',
    'PATCH /api/accounts/me',
    'POST /api/accounts/me/email/confirmation',
    'POST /api/guests/claim',
    'POST /api/invites/accept',
    'POST /api/projects/sample',
    'POST /api/projects/{projectId}/revisions/{revisionId}/signatures',
    'POST /api/tokens',
    'PUT /api/accounts/me/email',
    'PUT /api/accounts/me/password',
    'PUT /api/notices/mail',
  ])
})
