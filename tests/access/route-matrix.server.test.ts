import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { projects } from '../../server/projects/tables.ts'
import { actions, can, phases, roles, type Action, type Role } from '../../shared/permissions.ts'
import { describedRoutes, type DescribedRoute, within } from '../helpers/access/described-routes.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

/** Every route of the interface, as it describes itself, asked by everybody there is. */

let world: World
let routes: DescribedRoute[]
beforeAll(async () => {
  world = await openWorld()
  routes = await describedRoutes(world)
})
afterAll(() => world.close())

const isAction = (permission: string): permission is Action => (actions as string[]).includes(permission)
const code = (reply: { body: { error?: { code: string } } }) => reply.body?.error?.code ?? null

test('every route is described and names its permission', () => {
  const mounted = world.app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  const described = routes.map(({ method, path }) => `${method} ${path}`)
  expect([...new Set(mounted)].toSorted()).toEqual(described.toSorted())
  for (const route of routes) {
    const known = isAction(route.permission) || ['public', 'session', 'account'].includes(route.permission)
    expect(known, `${route.method} ${route.path} names ${route.permission}`).toBe(true)
  }
})

test('a route with an action of the table is inside a project, and the other way round', () => {
  for (const { path, permission } of routes) {
    expect(/\{(projectId|resourceId|documentId)\}/.test(path), path).toBe(isAction(permission))
  }
})

test('signed out, every route but the public ones asks for a session', async () => {
  const owner = await world.person()
  const ids = await world.project([owner, 'owner'])
  for (const { method, path, permission } of routes) {
    const reply = await world.browser().ask(method, within(path, ids))
    const expected =
      permission === 'public' ? expect.not.stringMatching('session_required') : 'session_required'
    expect(code(reply) ?? 'done', `${method} ${path}`).toEqual(expected)
  }
})

describe('who is not a member gets the answer of a project that does not exist', () => {
  const outsiders = {
    'a stranger': async () => world.person(),
    'an owner of another project': async () => {
      const other = await world.person()
      await world.project([other, 'owner'])
      return other
    },
    'a removed owner': async (projectId: string, owner: Awaited<ReturnType<World['person']>>) => {
      const { token } = (
        await owner.post(`/api/projects/${projectId}/invites`, { side: 'design', role: 'owner' })
      ).body
      const removed = await world.person()
      await removed.post('/api/invites/accept', { token })
      expect((await owner.delete(`/api/projects/${projectId}/members/${removed.id}`)).status).toBe(204)
      return removed
    },
  }
  test.each(Object.keys(outsiders) as (keyof typeof outsiders)[])('%s', async (who) => {
    const owner = await world.person()
    const ids = await world.project([owner, 'owner'])
    const outsider = await outsiders[who](ids.projectId, owner)
    for (const { method, path } of routes.filter(({ permission }) => isAction(permission))) {
      const here = await outsider.ask(method, within(path, ids))
      const nowhere = await outsider.ask(method, within(path, {}))
      expect([here.status, code(here)], `${method} ${path}`).toEqual([404, 'not_found'])
      expect([nowhere.status, nowhere.body.error.params]).toEqual([here.status, here.body.error.params])
    }
  })
})

describe('a member may do what the table says, and nothing else', () => {
  test.each(phases.flatMap((phase) => roles.map((role) => [role, phase] as const)))(
    '%s, project %s',
    async (role: Role, phase) => {
      const owner = await world.person()
      const open = async () => {
        const member = await world.person()
        const ids = await world.project([owner, 'owner'], [member, role])
        await world.database.update(projects).set({ phase }).where(eq(projects.id, ids.projectId))
        return { member, ids }
      }
      let place = await open()
      for (const { method, path, permission } of routes) {
        if (!isAction(permission)) continue
        const { member, ids } = place
        const reply = await member.ask(method, within(path, ids))
        const answer = code(reply) ?? 'done'
        // some of these requests succeed and leave nothing behind: the next finds another project
        if (method !== 'GET' && reply.status < 400) place = await open()
        const where = `${method} ${path}`
        if (can(role, permission, phase)) {
          expect(answer, where).not.toMatch(/session_required|not_allowed|project_archived|internal/)
          const asksForMore = within(path, ids).includes('unknown')
          if (!asksForMore) expect(answer, where).not.toBe('not_found')
        } else {
          expect(answer, where).toBe(can(role, permission, 'active') ? 'project_archived' : 'not_allowed')
        }
      }
    },
  )
})

test('a request that names two projects by its ids is asked about each of them', async () => {
  const [li, bo] = [await world.person(), await world.person()]
  const mine = await world.project([li, 'owner'])
  const theirs = await world.project([bo, 'owner'])
  const { invite } = (
    await bo.post(`/api/projects/${theirs.projectId}/invites`, { side: 'design', role: 'viewer' })
  ).body
  for (const { method, path } of routes) {
    if (!path.startsWith('/api/projects/{projectId}/') || !/\{\w+\}.*\{\w+\}/.test(path)) continue
    const ids = { projectId: mine.projectId, inviteId: invite.id, userId: bo.id }
    const reply = await li.ask(method, within(path, ids))
    expect(code(reply), `${method} ${path}`).toMatch(/^(not_found|invalid_input|comment_empty)$/)
  }
  expect((await bo.get(`/api/projects/${theirs.projectId}/invites`)).body.invites).toHaveLength(1)
})
