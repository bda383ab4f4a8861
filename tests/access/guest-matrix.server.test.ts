import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { createDocument } from '../../server/documents/documents.ts'
import { templateContent } from '../../server/documents/templates.ts'
import { threads } from '../../server/review/tables.ts'
import { guestRoles, type GuestRole } from '../../shared/guests.ts'
import { actions, can, type Action } from '../../shared/permissions.ts'
import { describedRoutes, type DescribedRoute, within } from '../helpers/access/described-routes.ts'
import { insertPerson, letIn, openWorld, type World } from '../helpers/access/world.ts'

/** Every route of the interface, asked by guests: inside their link, outside of it, and about themselves. */

let world: World
let routes: DescribedRoute[]
let place: Awaited<ReturnType<typeof openPlace>>
beforeAll(async () => {
  world = await openWorld()
  routes = await describedRoutes(world)
  place = await openPlace()
})
afterAll(() => world.close())

/** A project with one document that links open and one that they do not, each with a point. */
async function openPlace() {
  const owner = await world.person()
  const { projectId, documentId } = await world.project([owner, 'owner'])
  const content = templateContent('blank', 'en')
  const given = { projectId, userId: owner.id, kind: 'spec', title: 'Price', content } as const
  const closedId = await createDocument(world.database, given)
  const author = { authorId: owner.id, authorName: owner.name, authorSide: 'design' as const }
  const raise = async (inDocument: string, number: number) => {
    const id = newId()
    const anchor = { type: 'text', documentId: inDocument, start: '', end: '', quote: '' } as const
    const fields = { kind: 'comment', severity: 'note', ...author } as const
    await world.database
      .insert(threads)
      .values({ id, projectId, resourceId: inDocument, number, anchor, ...fields })
    return id
  }
  return {
    owner,
    projectId,
    inside: { projectId, documentId, threadId: await raise(documentId, 1) },
    outside: { projectId, documentId: closedId, threadId: await raise(closedId, 2) },
  }
}

/** A new guest in the place. */
async function guest(role: GuestRole) {
  const { owner, projectId, inside } = place
  const { id: userId, cookie } = await insertPerson(world.database, { name: 'Wang' })
  const given = { projectId, userId, side: 'manufacture', role, createdBy: owner.id } as const
  await letIn(world.database, given, [inside.documentId])
  return world.browser(cookie)
}

const isAction = (permission: string): permission is Action => (actions as string[]).includes(permission)
const code = (reply: { body: { error?: { code: string } } }) => reply.body?.error?.code ?? 'done'
const namesContent = ({ path }: DescribedRoute) => /\{(resourceId|documentId|threadId)\}/.test(path)

test('every route that names a document or a point declares that guests come to it', () => {
  const closed = routes.filter((route) => namesContent(route) && isAction(route.permission) && !route.guests)
  expect(closed.map(({ method, path }) => `${method} ${path}`)).toEqual([])
})

describe.each(guestRoles)('a guest as %s', (role) => {
  test('does inside the link what the role may, and nothing of the whole project', async () => {
    for (const { method, path, permission, guests } of routes) {
      if (!isAction(permission)) continue
      const reply = await (await guest(role)).ask(method, within(path, place.inside))
      const where = `${method} ${path}`
      if (!guests) expect([reply.status, code(reply)], where).toEqual([403, 'not_for_guests'])
      else if (!can(role, permission, 'active')) expect(code(reply), where).toBe('not_allowed')
      else expect(code(reply), where).not.toMatch(/session_required|not_allowed|not_for_guests|internal/)
    }
  })

  test('finds nothing outside the link, whatever the role may', async () => {
    const wang = await guest(role)
    for (const route of routes.filter(namesContent)) {
      const reply = await wang.ask(route.method, within(route.path, place.outside))
      expect([reply.status, code(reply)], `${route.method} ${route.path}`).toEqual([404, 'not_found'])
    }
  })

  test('has a session and no account', async () => {
    for (const { method, path, permission } of routes) {
      if (permission !== 'session' && permission !== 'account') continue
      const reply = await (await guest(role)).ask(method, within(path, {}))
      const where = `${method} ${path}`
      if (permission === 'account') {
        expect([reply.status, code(reply)], where).toEqual([403, 'account_required'])
      } else {
        expect(code(reply), where).toMatch(/^(done|invalid_input)$/)
      }
    }
  })
})

test('which routes of a whole project are open to guests is decided here, one by one', () => {
  const open = routes
    .filter((route) => isAction(route.permission) && route.guests && !namesContent(route))
    .map(({ method, path }) => `${method} ${path}`)
  expect(open.toSorted()).toEqual([
    'GET /api/projects/{projectId}',
    'GET /api/projects/{projectId}/files/{sha256}',
    'GET /api/projects/{projectId}/people',
    'GET /api/projects/{projectId}/reviews',
    'GET /api/projects/{projectId}/threads',
    'POST /api/projects/{projectId}/files',
    'POST /api/projects/{projectId}/reviews',
    'POST /api/projects/{projectId}/threads',
  ])
})
