import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

test('JSON in more levels or values than any request has, and numbers and times that the database has not', async () => {
  const li = await world.person()
  const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as unknown
  const deep = await li.post('/api/projects', { name: 'Lamp', more: nested(1_000) })
  expect([deep.status, deep.body.error.code]).toEqual([413, 'too_large'])
  const wide = await li.post('/api/projects', { name: 'Lamp', more: Array(100_000).fill(null) })
  expect([wide.status, wide.body.error.code]).toEqual([413, 'too_large'])
  expect((await li.post('/api/projects', { name: 'Lamp', more: nested(60) })).status).toBe(201)
  const { projectId, documentId } = await world.project([li, 'owner'])
  for (const path of [
    `/api/projects/${projectId}/trail?before=99999999999`,
    `/api/documents/${documentId}/changes?since=0000-01-01T00:00:00Z`,
  ]) {
    const reply = await li.get(path)
    expect([reply.status, reply.body.error?.code], path).toEqual([400, 'invalid_input'])
  }
  // what is no place in the list begins it
  for (const before of ['0000-01-01T00:00:00.000Z~x', '-271821-04-20T00:00:00.000Z~x', '275760-09-13~x'])
    expect((await li.get(`/api/notices?before=${before}`)).status, before).toBe(200)
})
