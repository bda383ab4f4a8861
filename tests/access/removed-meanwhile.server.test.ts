import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { and, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { decodeChunk } from '../../server/history/chunk.ts'
import { postgresLog } from '../../server/history/log.ts'
import { documentHistory } from '../../server/history/tables.ts'
import { files } from '../../server/files/tables.ts'
import { versions } from '../../server/history/tables.ts'
import { guestLinks } from '../../server/guests/tables.ts'
import { invites, members } from '../../server/projects/tables.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { trailEntries, trailHeads } from '../../server/trail/tables.ts'
import { can, type Action } from '../../shared/permissions.ts'
import { holdLock, waitingForLocks } from '../helpers/locks.ts'
import { until } from '../helpers/until.ts'
import { picture } from '../helpers/signoff/lamp-revision.ts'
import { describedRoutes, type DescribedRoute, within } from '../helpers/access/described-routes.ts'
import { insertPerson, letIn, openWorld, type Reply, type World } from '../helpers/access/world.ts'

/**
 * Membership is what it is when an act is committed, not when its request began (rule 8): a body may come slowly, a
 * conversion or a lock may take its time, and whoever was removed or signed out by then commits nothing.
 */

let world: World
let withBody: DescribedRoute[]
beforeAll(async () => {
  // all of somebody's acts wait at once here
  world = await openWorld({
    transactionsAtOncePerPerson: 100,
    transactionsAtOncePerProject: 100,
    transactionsAtOncePerNetwork: 100,
    transactionsAtOnce: 100,
  })
  withBody = (await describedRoutes(world)).filter(({ takesJson }) => takesJson)
})
afterAll(() => world.close())

const inProject = ({ path }: DescribedRoute) => /\{(projectId|documentId)\}/.test(path)
/** Sends the headers and half of a body that any route would read; `finish` sends the rest and gives the code. */
function begin(cookie: string, { method, path }: Pick<DescribedRoute, 'method' | 'path'>) {
  const body = '{"side":"design","role":"owner"}'
  const headers = {
    origin: world.origin,
    cookie,
    'content-type': 'application/json',
    'content-length': body.length,
  }
  const sending = request(world.origin + path, { method, headers })
  const answer = new Promise<string>((resolve, reject) => {
    sending.on('error', reject)
    sending.on('response', (response) => {
      text(response).then((said) => {
        const code = (said && JSON.parse(said).error?.code) as string | undefined
        resolve(code || `done ${response.statusCode}`)
      }, reject)
    })
  })
  sending.write(body.slice(0, 9))
  return {
    finish: () => {
      sending.end(body.slice(9))
      return answer
    },
  }
}

/** Requests that came before this one have been looked at. */
const settle = async (cookie: string) => {
  for (let time = 0; time < 3; time++) await world.browser(cookie).get('/api/accounts/me')
}

test('the list of routes with a body is the real one', () => {
  expect(withBody.filter(inProject).length).toBeGreaterThan(15)
  expect(withBody.filter((route) => inProject(route) && route.guests).length).toBeGreaterThan(2)
})

test('rule 8: whoever is removed while their bodies are on their way commits none of them', async () => {
  const [owner, removed] = [await world.person(), await world.person()]
  const ids = await world.project([owner, 'owner'], [removed, 'owner'])
  const routes = withBody.filter(inProject)
  const begun = routes.map((route) => begin(removed.cookie, { ...route, path: within(route.path, ids) }))
  await settle(removed.cookie)
  expect((await owner.delete(`/api/projects/${ids.projectId}/members/${removed.id}`)).status).toBe(204)
  const codes = await Promise.all(begun.map(({ finish }) => finish()))
  expect(routes.filter((_route, at) => codes[at] !== 'not_found')).toEqual([])
  expect(await world.database.$count(invites, eq(invites.projectId, ids.projectId))).toBe(0)
})

test('rule 8: a guest whose link is revoked while their bodies are on their way commits none of them', async () => {
  const owner = await world.person()
  const ids = await world.project([owner, 'owner'])
  const guest = await insertPerson(world.database, { name: 'Wang' })
  const link = { projectId: ids.projectId, userId: guest.id, side: 'manufacture', role: 'reviewer' } as const
  await letIn(world.database, { ...link, createdBy: owner.id }, [ids.documentId])
  const mayAct = ({ permission }: DescribedRoute) => can('reviewer', permission as Action, 'active')
  const routes = withBody.filter((route) => inProject(route) && route.guests && mayAct(route))
  const begun = routes.map((route) => begin(guest.cookie, { ...route, path: within(route.path, ids) }))
  await settle(guest.cookie)
  const [made] = await world.database.select().from(guestLinks).where(eq(guestLinks.userId, guest.id))
  expect((await owner.delete(`/api/projects/${ids.projectId}/guest-links/${made!.id}`)).status).toBe(204)
  const codes = await Promise.all(begun.map(({ finish }) => finish()))
  expect(routes.filter((_route, at) => codes[at] !== 'not_found')).toEqual([])
})

test('rule 8: of a session that ends while its bodies are on their way nothing is committed', async () => {
  const person = await world.person()
  const ids = await world.project([person, 'owner'])
  const routes = withBody.filter(({ permission }) => permission !== 'public')
  const begun = routes.map((route) => begin(person.cookie, { ...route, path: within(route.path, ids) }))
  await settle(person.cookie)
  expect((await person.delete('/api/sessions/current')).status).toBe(204)
  const codes = await Promise.all(begun.map(({ finish }) => finish()))
  expect(routes.filter((_route, at) => codes[at] !== 'session_required')).toEqual([])
})

/** What somebody asks for, each in its own way to the trail. */
const acts = (ids: { projectId: string; documentId: string }): [string, string, unknown?, string?][] => [
  ['POST', `/api/projects/${ids.projectId}/invites`, { side: 'design', role: 'owner' }],
  [
    'POST',
    `/api/projects/${ids.projectId}/guest-links`,
    { label: 'W', side: 'design', role: 'reviewer', resourceIds: [ids.documentId], days: 3 },
  ],
  ['PATCH', `/api/projects/${ids.projectId}`, { name: 'Mine' }],
  ['POST', `/api/projects/${ids.projectId}/documents`, { kind: 'spec', title: 'Mine' }],
  ['PATCH', `/api/documents/${ids.documentId}`, { title: 'Mine' }],
  ['POST', `/api/documents/${ids.documentId}/versions`, { name: 'mine' }],
  ['GET', `/api/projects/${ids.projectId}/threads.csv`],
]

test.each(['the member is removed', 'the role is lowered', 'the session ends'] as const)(
  'rule 8: when %s while acts wait for their place in the trail, none of them is committed',
  async (what) => {
    const [owner, other] = [await world.person(), await world.person()]
    const ids = await world.project([owner, 'owner'], [other, 'owner'])
    // the head's row is there from the first entry on
    await owner.patch(`/api/projects/${ids.projectId}`, { name: 'Lamp 2' })
    const isTheirs = and(eq(members.projectId, ids.projectId), eq(members.userId, other.id))
    let asked: Promise<{ status: number; body: unknown }[]> | undefined
    await world.database.transaction(async (tx) => {
      await tx.select().from(trailHeads).where(eq(trailHeads.projectId, ids.projectId)).for('update')
      asked = Promise.all(acts(ids).map(([method, path, body]) => other.ask(method, path, { body })))
      await until(
        'all of them to wait',
        async () => (await waitingForLocks(world.database)) === acts(ids).length,
      )
      if (what === 'the member is removed') await tx.delete(members).where(isTheirs)
      else if (what === 'the role is lowered')
        await tx.update(members).set({ role: 'viewer' }).where(isTheirs)
      else await tx.execute(sql`delete from sessions where id = ${other.sessionId}`)
    })
    const replies = await asked!
    const expected = {
      'the member is removed': 'not_found',
      'the role is lowered': 'not_allowed',
      'the session ends': 'session_required',
    }[what]
    const codes = replies.map(({ status, body }) =>
      status < 300 ? 'done' : (body as { error: { code: string } }).error.code,
    )
    // a viewer may still take points away: asked once more, it is done
    const exported = what === 'the role is lowered' ? 'storage_unreadable' : expected
    expect(codes).toEqual([
      ...acts(ids)
        .slice(1)
        .map(() => expected),
      exported,
    ])
    const isOthers = sql`${trailEntries.line}::jsonb -> 'actor' ->> 'userId' = ${other.id}
      and ${trailEntries.line}::jsonb ->> 'action' <> 'points.exported'`
    expect(await world.database.$count(trailEntries, isOthers)).toBe(0)
    expect(await world.database.$count(invites, eq(invites.projectId, ids.projectId))).toBe(0)
    expect(await world.database.$count(versions, eq(versions.documentId, ids.documentId))).toBe(0)
  },
)

const must = { severity: 'must', anchor: { type: 'project' }, body: 'Is the wall too thin?' } as const

test.each([
  [
    'made a reviewer',
    'declines',
    'manufacture',
    { role: 'reviewer' },
    { state: 'declined', reason: 'Too dear' },
  ],
  [
    'moved to the other side',
    'settles',
    'design',
    { side: 'manufacture' },
    { state: 'settled', reason: 'Fine' },
  ],
] as const)(
  'rule 8: who is %s while their act waits %s nothing as before',
  async (_how, _act, side, change, act) => {
    const [owner, editor] = [await world.person(), await world.person()]
    const { projectId } = await world.project([owner, 'owner'], [editor, 'editor'])
    const path = `/api/projects/${projectId}`
    const membership = `${path}/members/${editor.id}`
    expect((await owner.patch(membership, { side })).status).toBe(200)
    const id = newId()
    const thread = `${path}/threads/${id}`
    expect((await owner.post(`${path}/threads`, { id, commentId: newId(), ...must })).status).toBe(201)
    const free = await holdLock(world.database, 'select 1 from threads where id = $1 for update', [id])
    const asked = editor.patch(thread, act)
    await until('it to wait', async () => (await waitingForLocks(world.database)) === 1)
    expect((await owner.patch(membership, change)).status).toBe(200)
    await free()
    const { status, body } = await asked
    expect({ status, code: body.error?.code }).toEqual({ status: 503, code: 'being_changed' })
    const { body: page } = await owner.get(`${path}/threads`)
    expect(page.threads).toMatchObject([{ id, state: 'open' }])
  },
)

test('rule 8: an owner who is removed while histories are discarded discards none that is not in the trail', async () => {
  const [owner, other] = [await world.person(), await world.person()]
  const { projectId, documentId } = await world.project([owner, 'owner'], [other, 'owner'])
  const path = `/api/projects/${projectId}`
  const authors = async () => {
    const rows = await world.database
      .select()
      .from(documentHistory)
      .where(eq(documentHistory.documentId, documentId))
    return rows.flatMap(({ chunk }) => decodeChunk(chunk).map(({ userId }) => userId))
  }
  const folded = async () => {
    const { entries } = (await owner.get(`${path}/trail`)).body
    return entries.filter(({ action }: { action: string }) => action === 'history.folded')
  }
  await postgresLog(world.database, world.limits).compact(documentId)
  expect(await authors()).toEqual([owner.id])
  await owner.patch(path, { name: 'Lamp 2' })

  let asked: Promise<Reply> | undefined
  await world.database.transaction(async (tx) => {
    await tx.select().from(trailHeads).where(eq(trailHeads.projectId, projectId)).for('update')
    asked = other.post(`${path}/history/fold`)
    await until(
      'it to wait for its place in the trail',
      async () => (await waitingForLocks(world.database)) === 1,
    )
    await tx.delete(members).where(and(eq(members.projectId, projectId), eq(members.userId, other.id)))
  })
  expect((await asked!).body.error?.code).toBe('not_found')
  expect(await authors()).toEqual([owner.id])
  expect(await folded()).toEqual([])

  expect((await owner.post(`${path}/history/fold`)).status).toBe(200)
  expect(await authors()).toEqual([null])
  expect(await folded()).toMatchObject([
    { actor: { userId: owner.id }, subject: { document: { id: documentId } } },
  ])
  // there is nothing left to be discarded
  expect((await owner.post(`${path}/history/fold`)).status).toBe(200)
  expect(await folded()).toHaveLength(1)
})

test('an owner gives up being one, and leaves: their own standing is looked at before it changes', async () => {
  const [owner, other] = [await world.person(), await world.person()]
  const { projectId } = await world.project([owner, 'owner'], [other, 'owner'])
  const path = `/api/projects/${projectId}/members`
  expect((await other.patch(`${path}/${other.id}`, { role: 'viewer' })).status).toBe(200)
  expect((await other.delete(`${path}/me`)).status).toBe(204)
  expect((await owner.patch(`/api/projects/${projectId}`, { phase: 'archived' })).status).toBe(200)
})

test('rule 8: what a conversion delays is not committed for whoever was removed meanwhile', async () => {
  const [owner, other] = [await world.person(), await world.person()]
  const { projectId } = await world.project([owner, 'owner'], [other, 'owner'])
  const path = `/api/projects/${projectId}`
  const run = world.converter.run.bind(world.converter)
  let held = 0
  let release!: () => void
  const released = new Promise<void>((resolve) => (release = resolve))
  const holding = vi.spyOn(world.converter, 'run').mockImplementation(async (...asked) => {
    held++
    await released
    return run(...asked) as never
  })
  const asked = [
    other.post(`${path}/revisions`, { description: '' }),
    other.post(`${path}/files`, picture, { 'content-type': 'image/png' }),
  ]
  await until('both to be converted', () => held === asked.length)
  expect((await owner.delete(`${path}/members/${other.id}`)).status).toBe(204)
  release()
  const replies = await Promise.all(asked)
  holding.mockRestore()
  expect(replies.map(({ body }) => body.error?.code)).toEqual(['not_found', 'not_found'])
  expect(await world.database.$count(revisions, eq(revisions.projectId, projectId))).toBe(0)
  expect(await world.database.$count(files, eq(files.projectId, projectId))).toBe(0)
})
