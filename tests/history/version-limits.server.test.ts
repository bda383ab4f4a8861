import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { versions } from '../../server/history/tables.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { trialTask } from '../../server/export/print/typeset.ts'
import type { Limits } from '../../shared/limits.ts'
import { openWorld } from '../helpers/access/world.ts'
import { lampProject } from '../helpers/signoff/lamp-project.ts'

const megabyte = 1_048_576

/** A project of a world with these limits, and how its versions are kept. */
async function openProject(limits: Partial<Limits>) {
  const world = await openWorld(limits)
  const project = await lampProject(world)
  const { designer, documentId } = project
  const keep = (name: string) => designer.post(`/api/documents/${documentId}/versions`, { name })
  const stored = () => world.database.$count(versions, eq(versions.documentId, documentId))
  return { ...project, world, keep, stored }
}

test('a document keeps so many versions, and says so of the next', async () => {
  const { world, keep, stored } = await openProject({ versionsPerDocument: 2 })
  expect([(await keep('one')).status, (await keep('two')).status]).toEqual([201, 201])
  expect(await keep('three')).toMatchObject({
    status: 409,
    body: { error: { code: 'too_many_versions', params: { limit: 2 } } },
  })
  expect(await stored()).toBe(2)
  await world.close()
})

test('the versions of a project take so much, all its documents counted; the one that is over it is not kept', async () => {
  const { world, keep, stored, designer, path } = await openProject({ projectVersionBytes: 1 })
  const full = { status: 413, body: { error: { code: 'versions_full', params: { limit: 0 } } } }
  expect(await keep('one')).toMatchObject(full)
  expect(await stored()).toBe(0)
  const trail = await designer.get(`${path}/trail`)
  expect(JSON.stringify(trail.body)).not.toContain('version.kept')
  await world.close()

  const roomy = await openProject({ projectVersionBytes: megabyte })
  expect((await roomy.keep('one')).status).toBe(201)
  const { content } = (await roomy.world.database.select().from(versions))[0]!
  // a version of another document of the project fills it
  const other = await roomy.designer.post(`${roomy.path}/documents`, { kind: 'brief', title: 'Other' })
  await roomy.world.database.insert(versions).values({
    documentId: other.body.id,
    number: 1,
    name: 'large',
    content,
    state: randomBytes(2 * megabyte),
    createdBy: roomy.designer.id,
  })
  expect(await roomy.keep('two')).toMatchObject({ body: { error: { code: 'versions_full' } } })
  expect(await roomy.stored()).toBe(1)
  await roomy.world.close()
})

test('a project has so many revisions, withdrawn ones counted; the next is refused before anything is printed', async () => {
  const { world, designer, path, put } = await openProject({ revisionsPerProject: 1 })
  const { id } = await put()
  await designer.post(`${path}/revisions/${id}/withdraw`, {})
  const run = vi.spyOn(world.converter, 'run')
  const reply = await designer.post(`${path}/revisions`, {})
  const tasks = run.mock.calls.map(([{ name }]) => name)
  run.mockRestore()
  expect(reply).toMatchObject({
    status: 409,
    body: { error: { code: 'too_many_revisions', params: { limit: 1 } } },
  })
  expect(tasks).not.toContain(trialTask.name)
  await world.close()
})

test('the records of a project take so much; the one that is over it is not kept', async () => {
  const { world, designer, path, projectId } = await openProject({ projectRecordBytes: 1 })
  expect(await designer.post(`${path}/revisions`, {})).toMatchObject({
    status: 413,
    body: { error: { code: 'revisions_full', params: { limit: 0 } } },
  })
  expect(await world.database.$count(revisions, eq(revisions.projectId, projectId))).toBe(0)
  await world.close()
})
