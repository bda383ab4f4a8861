import { sql } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { createPerson, join, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'

const thread = (body: string) => ({
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
  const { server, li, path, projectId } = await openProject({ limits: { commentBytesPerHour: 40_000 } })
  const bo = await createPerson(server.url)
  await join(li, bo, projectId, 'manufacture', 'reviewer')
  expect((await codeOf(li, 'POST', path, thread('x'.repeat(9_000))))[0]).toBe(201)
  expect((await codeOf(li, 'POST', path, thread('y'.repeat(9_000))))[0]).toBe(201)
  expect(await codeOf(li, 'POST', path, thread('z'.repeat(9_000)))).toEqual([429, 'too_many_requests'])
  expect((await codeOf(bo, 'POST', path, thread('z'.repeat(9_000))))[0]).toBe(201)
  await server.close()
})

test('a project holds so much of comments; what is over it is refused in words, replies and edits too', async () => {
  const { server, li, path } = await openProject({ limits: { projectCommentBytes: 1_000 } })
  const first = thread('a hole of 4 mm')
  expect((await codeOf(li, 'POST', path, first))[0]).toBe(201)
  const long = Array.from({ length: 200 }, (_, index) => `line ${index}`).join(' ')
  const full = [413, 'comments_full']
  expect(await codeOf(li, 'POST', path, thread(long))).toEqual(full)
  expect(await codeOf(li, 'POST', `${path}/${first.id}/comments`, { id: newId(), body: long })).toEqual(full)
  const own = `${path}/${first.id}/comments/${first.commentId}`
  expect(await codeOf(li, 'PATCH', own, { body: long })).toEqual(full)
  expect((await codeOf(li, 'PATCH', own, { body: 'a hole of 5 mm' }))[0]).toBe(200)
  const { threads } = await li.get<{ threads: unknown[] }>(path)
  expect(threads).toHaveLength(1)
  await server.close()
})

test('words that pack well count as what they are: whoever opens the list reads them unpacked', async () => {
  const { server, li, path } = await openProject({ limits: { projectCommentBytes: 20_000 } })
  await li.post(path, thread('a hole of 4 mm'))
  const holds = (bytes: number) =>
    server.database.execute(sql`update comments set body = repeat('x', ${bytes})`)
  const more = () => codeOf(li, 'POST', path, thread('y'.repeat(9_800)))
  await holds(15_000)
  // what was counted in memory is forgotten at a refusal
  expect((await more())[0]).toBe(201)
  await server.database.execute(sql`delete from threads where number > 1`)
  expect((await more())[0]).toBe(201)
  await server.database.execute(sql`delete from threads where number > 1`)
  expect(await more()).toEqual([413, 'comments_full'])
  expect(await more()).toEqual([413, 'comments_full'])
  await holds(9_000)
  expect((await more())[0]).toBe(201)
  await server.close()
})

test('§3 what a point quotes counts in its project and in what reading it costs', async () => {
  const { server, li, path } = await openProject({ limits: { projectCommentBytes: 20_000 } })
  const first = thread('x')
  expect((await codeOf(li, 'POST', path, first))[0]).toBe(201)
  const charge = vi.spyOn(server.rooms.reading, 'begin')
  const charged = async () => {
    charge.mockClear()
    await li.get(path)
    return charge.mock.calls[0]![1]
  }
  const before = await charged()
  await server.database.execute(
    sql`update threads set anchor = jsonb_build_object('type', 'project', 'quote', repeat('y', 19900))`,
  )
  expect((await charged()) - before).toBeGreaterThan(19_000)
  const reply = (words: string) =>
    codeOf(li, 'POST', `${path}/${first.id}/comments`, { id: newId(), body: words })
  // refused: what was counted in memory is forgotten
  expect(await codeOf(li, 'POST', path, thread('长'.repeat(9_999)))).toEqual([413, 'comments_full'])
  expect(await reply('a few words '.repeat(20))).toEqual([413, 'comments_full'])
  await server.close()
})

test('a point holds so much of comments, as each is sent with all; an edit counts in place of what was said', async () => {
  const { server, li, path } = await openProject({ limits: { threadCommentBytes: 20_000 } })
  const first = thread('x'.repeat(9_000))
  expect((await codeOf(li, 'POST', path, first))[0]).toBe(201)
  const replies = `${path}/${first.id}/comments`
  expect((await codeOf(li, 'POST', replies, { id: newId(), body: 'y'.repeat(9_000) }))[0]).toBe(201)
  expect(await codeOf(li, 'POST', replies, { id: newId(), body: 'z'.repeat(9_000) })).toEqual([
    413,
    'thread_full',
  ])
  const own = `${replies}/${first.commentId}`
  expect((await codeOf(li, 'PATCH', own, { body: 'w'.repeat(9_000) }))[0]).toBe(200)
  expect((await codeOf(li, 'POST', path, thread('z'.repeat(9_000))))[0]).toBe(201)
  await server.close()
})

test('others’ drafts fill no point: who does not see them writes on', async () => {
  const { server, li, path, projectId } = await openProject({ limits: { threadCommentBytes: 20_000 } })
  const bo = await createPerson(server.url)
  await join(li, bo, projectId, 'manufacture', 'reviewer')
  const first = thread('a hole of 4 mm')
  await li.post(path, first)
  const reply = (by: Person, length: number, draft = false) =>
    codeOf(by, 'POST', `${path}/${first.id}/comments`, { id: newId(), body: 'x'.repeat(length), draft })
  for (let at = 0; at < 2; at++) expect((await reply(bo, 9_000, true))[0]).toBe(201)
  expect(await reply(bo, 9_000, true)).toEqual([413, 'thread_full'])
  expect((await reply(li, 9_000))[0]).toBe(201)
  await server.close()
})
