import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Transaction } from '../../server/db/database.ts'
import { invites, members, projects } from '../../server/projects/tables.ts'
import { until } from '../helpers/until.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

/** How many wait for what somebody else holds. */
async function waiting(tx: Transaction): Promise<number> {
  const { rows } = await tx.execute(
    sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  )
  return rows.length
}

test('a project is listed for its members, with counts, and for nobody else', async () => {
  const [li, bo, stranger] = [await world.person('Li'), await world.person('Bo'), await world.person()]
  const { body } = await li.post('/api/projects', { name: '大足台灯' })
  await world.database
    .insert(members)
    .values({ projectId: body.id, userId: bo.id, side: 'manufacture', role: 'viewer' })
  await li.post(`/api/projects/${body.id}/documents`, { kind: 'spec', title: 'Spec', template: 'spec' })
  const listed = { id: body.id, name: '大足台灯', phase: 'active', members: 2, documents: 1, openThreads: 0 }
  expect((await li.get('/api/projects')).body.projects).toMatchObject([
    { ...listed, side: 'design', role: 'owner' },
  ])
  expect((await bo.get('/api/projects')).body.projects).toMatchObject([
    { ...listed, side: 'manufacture', role: 'viewer' },
  ])
  expect((await stranger.get('/api/projects')).body.projects).toEqual([])
})

test('the project changed last is listed first', async () => {
  const li = await world.person()
  const first = (await li.post('/api/projects', { name: 'First' })).body.id
  const second = (await li.post('/api/projects', { name: 'Second' })).body.id
  const ids = async () => (await li.get('/api/projects')).body.projects.map(({ id }: { id: string }) => id)
  expect(await ids()).toEqual([second, first])
  await li.post(`/api/projects/${first}/documents`, { kind: 'brief', title: 'Brief' })
  expect(await ids()).toEqual([first, second])
})

test('a project is read with its members, its documents and where the reader stands', async () => {
  const [li, bo] = [await world.person('Li'), await world.person('Bo')]
  const { projectId, documentId } = await world.project([li, 'owner'], [bo, 'reviewer', 'manufacture'])
  const { body } = await bo.get(`/api/projects/${projectId}`)
  expect(body.project).toMatchObject({ id: projectId, name: 'Lamp', phase: 'active' })
  expect(body.me).toEqual({
    userId: bo.id,
    side: 'manufacture',
    role: 'reviewer',
    phase: 'active',
    guestUntil: null,
  })
  expect(body.members).toMatchObject([
    { userId: li.id, name: 'Li', role: 'owner', side: 'design' },
    { userId: bo.id, name: 'Bo', role: 'reviewer', side: 'manufacture' },
  ])
  expect(body.documents).toMatchObject([{ id: documentId, title: 'Brief', kind: 'brief' }])
})

test('rule 8: archiving and bringing back are decided again for open sockets', async () => {
  const li = await world.person()
  const { projectId, documentId } = await world.project([li, 'owner'])
  const path = `/api/projects/${projectId}`
  expect((await li.patch(path, { phase: 'archived' })).body.project.phase).toBe('archived')
  expect(world.rechecks).toContainEqual({ projectId })
  expect((await li.patch(`/api/documents/${documentId}`, { title: 'New' })).body.error.code).toBe(
    'project_archived',
  )
  expect((await li.get(path)).status).toBe(200)
  expect((await li.patch(path, { phase: 'active', name: 'Floor lamp' })).body.project).toMatchObject({
    phase: 'active',
    name: 'Floor lamp',
  })
  expect((await li.patch(`/api/documents/${documentId}`, { title: 'New' })).status).toBe(200)
  expect(world.events).toContainEqual({ type: 'project.changed', projectId })
})

test('rule 8: who archives a project that another owner brought back meanwhile has it decided again', async () => {
  const li = await world.person()
  const { projectId } = await world.project([li, 'owner'])
  const isThis = eq(projects.id, projectId)
  await world.database.update(projects).set({ phase: 'archived' }).where(isThis)
  let archiving!: ReturnType<typeof li.patch>
  await world.database.transaction(async (other) => {
    await other.update(projects).set({ phase: 'active' }).where(isThis)
    archiving = li.patch(`/api/projects/${projectId}`, { phase: 'archived' })
    await until('it to wait', async () => (await waiting(other)) > 0)
  })
  expect((await archiving).body.project.phase).toBe('archived')
  expect(world.rechecks).toContainEqual({ projectId })
})

test('rule 8: another role or side is decided again for the member’s open sockets', async () => {
  const [li, bo] = [await world.person(), await world.person()]
  const { projectId } = await world.project([li, 'owner'], [bo, 'editor'])
  const path = `/api/projects/${projectId}/members/${bo.id}`
  const changed = await li.patch(path, { role: 'viewer', side: 'manufacture' })
  expect(changed.body.member).toMatchObject({ userId: bo.id, role: 'viewer', side: 'manufacture' })
  expect(world.rechecks).toContainEqual({ projectId, userId: bo.id })
  expect(world.events).toContainEqual({ type: 'members.changed', projectId })
})

test('rule 8: a removed member is out at once', async () => {
  const [li, bo] = [await world.person(), await world.person()]
  const { projectId, documentId } = await world.project([li, 'owner'], [bo, 'editor'])
  expect((await li.delete(`/api/projects/${projectId}/members/${bo.id}`)).status).toBe(204)
  expect(world.rechecks).toContainEqual({ projectId, userId: bo.id })
  expect((await bo.get(`/api/projects/${projectId}`)).body.error.code).toBe('not_found')
  expect((await bo.get(`/api/documents/${documentId}`)).body.error.code).toBe('not_found')
})

test('a member leaves by themselves', async () => {
  const [li, bo] = [await world.person(), await world.person()]
  const { projectId } = await world.project([li, 'owner'], [bo, 'viewer'])
  expect((await bo.delete(`/api/projects/${projectId}/members/me`)).status).toBe(204)
  expect((await bo.get(`/api/projects/${projectId}`)).status).toBe(404)
  expect(world.rechecks).toContainEqual({ projectId, userId: bo.id })
})

test('the last owner neither leaves, nor is removed, nor steps down', async () => {
  const [li, bo] = [await world.person(), await world.person()]
  const { projectId } = await world.project([li, 'owner'], [bo, 'editor'])
  const mine = `/api/projects/${projectId}/members/${li.id}`
  expect((await li.delete(`/api/projects/${projectId}/members/me`)).body.error.code).toBe('last_owner')
  expect((await li.delete(mine)).body.error.code).toBe('last_owner')
  expect((await li.patch(mine, { role: 'editor' })).body.error.code).toBe('last_owner')
  expect((await li.patch(mine, { side: 'manufacture' })).status).toBe(200)
})

test('of two owners who leave at the same moment one stays', async () => {
  const [li, bo] = [await world.person(), await world.person()]
  const { projectId } = await world.project([li, 'owner'], [bo, 'owner'])
  const path = `/api/projects/${projectId}/members/me`
  const replies = await Promise.all([li.delete(path), bo.delete(path)])
  expect(replies.map(({ status }) => status).toSorted()).toEqual([204, 409])
})

test('a member of another project is not found here', async () => {
  const [li, bo] = [await world.person(), await world.person()]
  const { projectId } = await world.project([li, 'owner'])
  await world.project([bo, 'owner'])
  const path = `/api/projects/${projectId}/members/${bo.id}`
  expect((await li.patch(path, { role: 'viewer' })).body.error.code).toBe('not_found')
  expect((await li.delete(path)).body.error.code).toBe('not_found')
})

async function invite(role = 'reviewer') {
  const li = await world.person('Li')
  const { projectId } = await world.project([li, 'owner'])
  const { body } = await li.post(`/api/projects/${projectId}/invites`, { side: 'manufacture', role })
  return { li, projectId, token: body.token as string, made: body.invite }
}

test('an invitation says what it offers, and whoever takes it stands as it says', async () => {
  const { projectId, token } = await invite()
  const offer = (await world.browser().post('/api/invites/look', { token })).body.offer
  expect(offer).toMatchObject({
    projectId,
    projectName: 'Lamp',
    side: 'manufacture',
    role: 'reviewer',
    invitedBy: 'Li',
  })
  const bo = await world.person('Bo')
  expect((await bo.post('/api/invites/accept', { token })).body).toEqual({ projectId })
  const { me } = (await bo.get(`/api/projects/${projectId}`)).body
  expect(me).toMatchObject({ side: 'manufacture', role: 'reviewer' })
  expect(world.events).toContainEqual({ type: 'members.changed', projectId })
})

test('only the hash of an invitation’s secret is kept', async () => {
  const { token, made } = await invite()
  expect(Buffer.from(token, 'base64url')).toHaveLength(32)
  const [row] = await world.database.select().from(invites).where(eq(invites.id, made.id))
  expect(JSON.stringify(row)).not.toContain(token)
  expect(world.logged.join('')).not.toContain(token)
})

test('an invitation works once, also for two at the same moment', async () => {
  const { token } = await invite()
  const people = [await world.person(), await world.person(), await world.person()]
  const replies = await Promise.all(people.map((one) => one.post('/api/invites/accept', { token })))
  expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 410, 410])
  expect((await world.browser().post('/api/invites/look', { token })).body.error.code).toBe('invite_used')
})

test('a wrong invitation is told from an expired one', async () => {
  const { token, made } = await invite()
  const bo = await world.person()
  expect((await bo.post('/api/invites/accept', { token: `${token}x` })).body.error.code).toBe(
    'invite_invalid',
  )
  await world.database
    .update(invites)
    .set({ expiresAt: new Date(Date.now() - 1) })
    .where(eq(invites.id, made.id))
  expect((await bo.post('/api/invites/look', { token })).body.error.code).toBe('invite_expired')
  const late = await bo.post('/api/invites/accept', { token })
  expect([late.status, late.body.error.code]).toEqual([410, 'invite_expired'])
})

test('a member who opens an invitation is told, keeps their role and does not spend it', async () => {
  const { li, projectId, token } = await invite('viewer')
  const again = await li.post('/api/invites/accept', { token })
  expect(again.body.error).toMatchObject({ code: 'already_member', params: { projectId } })
  expect((await li.get(`/api/projects/${projectId}`)).body.me.role).toBe('owner')
  expect((await (await world.person()).post('/api/invites/accept', { token })).status).toBe(200)
})

test('a removed member does not come back by a used invitation', async () => {
  const { li, projectId, token } = await invite()
  const bo = await world.person()
  await bo.post('/api/invites/accept', { token })
  await li.delete(`/api/projects/${projectId}/members/${bo.id}`)
  expect((await bo.post('/api/invites/accept', { token })).body.error.code).toBe('invite_used')
})

test('an invitation is taken back until it is used, and only in its own project', async () => {
  const { li, projectId, token, made } = await invite()
  const other = await invite()
  const path = `/api/projects/${projectId}/invites/${made.id}`
  expect((await other.li.delete(`/api/projects/${other.projectId}/invites/${made.id}`)).status).toBe(404)
  expect((await li.get(`/api/projects/${projectId}/invites`)).body.invites).toMatchObject([
    { id: made.id, usedBy: null },
  ])
  expect((await li.delete(path)).status).toBe(204)
  expect((await world.browser().post('/api/invites/look', { token })).body.error.code).toBe('invite_invalid')
  expect((await li.delete(path)).body.error.code).toBe('not_found')
})

test('an invitation lasts as long as it was said to', async () => {
  const li = await world.person()
  const { projectId } = await world.project([li, 'owner'])
  const offer = { side: 'design', role: 'viewer' }
  const daysOf = async (given: object) => {
    const { body } = await li.post(`/api/projects/${projectId}/invites`, { ...offer, ...given })
    return Math.round((Date.parse(body.invite.expiresAt) - Date.now()) / 86_400_000)
  }
  expect(await daysOf({})).toBe(world.limits.inviteDays)
  expect(await daysOf({ days: 3 })).toBe(3)
})
