import { sql } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { createPerson, join, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

const point = (body: string) => ({
  id: newId(),
  commentId: newId(),
  anchor: { type: 'project' },
  severity: 'note',
  body,
})

async function openProject(limits: Parameters<typeof startServer>[0]) {
  const server = await startServer(limits)
  const li = await createPerson(server.url)
  const { id } = await li.post<{ id: string }>('/api/projects', { name: 'Lamp' })
  return { server, li, path: `/api/projects/${id}/threads`, projectId: id }
}

const codeOf = async (person: Person, method: string, path: string, body?: unknown) => {
  const reply = await person.ask<{ error?: { code: string; params: unknown } }>(method, path, body)
  return [reply.status, reply.body.error?.code]
}

test('one person says so much in an hour; what is over it comes later, and others are not held up', async () => {
  const { server, li, path, projectId } = await openProject({ limits: { commentBytesPerHour: 20_000 } })
  const bo = await createPerson(server.url)
  await join(li, bo, projectId, 'manufacture', 'reviewer')
  expect((await codeOf(li, 'POST', path, point('x'.repeat(9_000))))[0]).toBe(201)
  expect((await codeOf(li, 'POST', path, point('y'.repeat(9_000))))[0]).toBe(201)
  expect(await codeOf(li, 'POST', path, point('z'.repeat(9_000)))).toEqual([429, 'too_many_requests'])
  expect((await codeOf(bo, 'POST', path, point('z'.repeat(9_000))))[0]).toBe(201)
  await server.close()
})

test('a project holds so much of comments; what is over it is refused in words, replies and edits too', async () => {
  const { server, li, path } = await openProject({ limits: { projectCommentBytes: 1_000 } })
  const first = point('a hole of 4 mm')
  expect((await codeOf(li, 'POST', path, first))[0]).toBe(201)
  const long = Array.from({ length: 200 }, (_, index) => `line ${index}`).join(' ')
  const full = [413, 'comments_full']
  expect(await codeOf(li, 'POST', path, point(long))).toEqual(full)
  expect(await codeOf(li, 'POST', `${path}/${first.id}/comments`, { id: newId(), body: long })).toEqual(full)
  const own = `${path}/${first.id}/comments/${first.commentId}`
  expect(await codeOf(li, 'PATCH', own, { body: long })).toEqual(full)
  expect((await codeOf(li, 'PATCH', own, { body: 'a hole of 5 mm' }))[0]).toBe(200)
  const { threads } = await li.get<{ threads: unknown[] }>(path)
  expect(threads).toHaveLength(1)
  await server.close()
})

test('who reads very many points waits before they read them again; others read meanwhile', async () => {
  const slow = { decodedBytes: 50_000, decodedBytesPerSecond: 500, spareDecodedBytes: 1 }
  const { server, li, path, projectId } = await openProject({ limits: slow })
  const bo = await createPerson(server.url)
  await join(li, bo, projectId, 'manufacture', 'reviewer')
  const first = point('a hole of 4 mm')
  await li.post(path, first)
  await server.database.execute(sql`
    insert into comments (id, thread_id, position, author_id, author_name, author_side, body)
    select 'said-' || n, thread_id, n, author_id, author_name, author_side, repeat('x', 1000)
    from comments, generate_series(1, 100) n where thread_id = ${first.id}`)
  const read = (person: Person) => person.get<{ threads: { comments: unknown[] }[] }>(path)
  const { threads } = await read(li)
  expect(threads[0]!.comments).toHaveLength(101)
  const answered: string[] = []
  void read(li).then(
    () => answered.push('li'),
    () => {},
  )
  await read(bo).then(() => answered.push('bo'))
  await until('bo to be answered', () => answered.length > 0)
  expect(answered).toEqual(['bo'])
  await server.close()
})
