import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { listPeople } from '../../server/guests/people.ts'
import type { RunningServer } from '../../server/open-server.ts'
import type { Person as Known } from '../../shared/projects.ts'
import type { Thread } from '../../shared/review.ts'
import { createDocument, createPerson, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'

let server: RunningServer
let owner: Person
let projectId: string
const [guests, opened] = [20, 5]

/** Guests of some documents each, as many rows as a project of many links has. */
beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url)
  ;({ projectId } = await createDocument(owner, { kind: 'spec', title: 'Lamp' }))
  const { database } = server
  const by = owner.user.id
  await database.execute(sql`insert into resources(id, project_id, kind, title, created_by)
    select 'r' || n, ${projectId}, 'document', 'x', ${by} from generate_series(1, ${opened}::int) n`)
  await database.execute(
    sql`insert into documents(id, kind) select 'r' || n, 'spec' from generate_series(1, ${opened}::int) n`,
  )
  await database.execute(
    sql`insert into users(id, name, locale) select 'g' || n, 'G' || n, 'en' from generate_series(1, ${guests}::int) n`,
  )
  await database.execute(sql`insert into guest_links(id, project_id, label, side, role, created_by, token_hash,
    user_id, taken_at, expires_at) select 'l' || n, ${projectId}, 'x', 'design', 'reviewer', ${by}, 'h' || n, 'g' || n,
    now(), now() + interval '30 days' from generate_series(1, ${guests}::int) n`)
  await database.execute(sql`insert into guest_resources(link_id, resource_id) select 'l' || n, 'r' || m
    from generate_series(1, ${guests}::int) n, generate_series(1, ${opened}::int) m`)
})
afterAll(() => server.close())

test('§3 to find a few people nobody else is read', async () => {
  const all = await listPeople(server.database, projectId)
  expect(all).toHaveLength(1 + guests)
  const asked = vi.spyOn(server.database.$client, 'query')
  const named = await listPeople(server.database, projectId, ['g7', owner.user.id, 'g3', 'nobody'])
  const replies = await Promise.all(
    asked.mock.results.map(({ value }) => value as unknown as Promise<{ rows: unknown[] }>),
  )
  asked.mockRestore()
  const byId = (id: string) => all.find(({ userId }) => userId === id)
  expect(named).toEqual([byId(owner.user.id), byId('g3'), byId('g7')])
  const rows = replies.reduce((sum, reply) => sum + reply.rows.length, 0)
  expect(rows).toBe(1 + 2 * opened)
})

test('§3 whoever asks for all people is charged for each row that is read', async () => {
  const charge = vi.spyOn(server.rooms.reading, 'begin')
  const { people } = await owner.get<{ people: Known[] }>(`/api/projects/${projectId}/people`)
  expect(people).toHaveLength(1 + guests)
  expect(charge.mock.calls.at(-1)![1]).toBe((1 + guests * opened + 1) * 1_000)
  charge.mockRestore()
})

test('a point is given to a guest who sees its document, and to no other', async () => {
  const path = `/api/projects/${projectId}/threads`
  const onProject = { id: newId(), commentId: newId(), anchor: { type: 'project' }, body: 'x' }
  await owner.post(path, onProject)
  const give = (assigneeId: string) => owner.ask('PATCH', `${path}/${onProject.id}`, { assigneeId })
  // no guest sees the whole project
  expect((await give('g1')).status).toBe(404)
  expect((await give('nobody')).status).toBe(404)
  expect((await give(owner.user.id)).status).toBe(200)
  // as one that was given to a guest before
  await server.database.execute(
    sql`update threads set resource_id = 'r1', assignee_id = 'g1' where id = ${onProject.id}`,
  )
  const { threads } = await owner.get<{ threads: Thread[] }>(`${path}?ids=${onProject.id}`)
  expect(threads[0]!.assignee).toEqual({ userId: 'g1', name: 'G1', side: 'design' })
})
