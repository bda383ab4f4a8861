import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import { comments } from '../../server/review/tables.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => (world = await openWorld()), 60_000)
afterAll(() => world.close())

/** The longest value that is bound to a statement meanwhile, in bytes. */
async function longestBound(act: () => Promise<unknown>): Promise<number> {
  let longest = 0
  const query = vi.spyOn(pg.Client.prototype, 'query')
  try {
    await act()
    for (const [, values] of query.mock.calls as unknown as [unknown, unknown[] | undefined][]) {
      if (!Array.isArray(values)) continue
      for (const value of values) {
        const isLong = typeof value === 'string' || Buffer.isBuffer(value)
        if (isLong) longest = Math.max(longest, Buffer.byteLength(value))
      }
    }
    expect(query).toHaveBeenCalled()
  } finally {
    query.mockRestore()
  }
  return longest
}

test('a record of megabytes is stored piece by piece, to the byte (issue 10.4)', async () => {
  const designer = await world.person('Lin')
  const { projectId } = await world.project([designer, 'owner', 'design'])
  const threadId = newId()
  const raised = await designer.post(`/api/projects/${projectId}/threads`, {
    id: threadId,
    commentId: newId(),
    anchor: { type: 'project' },
    severity: 'note',
    body: '壁厚',
  })
  expect(raised.status).toBe(201)
  const words = '壁厚 1.2 mm 🛋 '.repeat(400)
  await world.database.insert(comments).values(
    Array.from({ length: 200 }, (_, at) => ({
      id: newId(),
      threadId,
      position: at + 1,
      authorId: designer.id,
      authorName: designer.name,
      authorSide: 'design' as const,
      body: words + at,
    })),
  )
  const longest = await longestBound(async () => {
    const { status, body } = await designer.post(`/api/projects/${projectId}/revisions`, {})
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body.revision.integrity).toBe('ok')
  })
  expect(longest).toBeGreaterThan(65_536)
  expect(longest).toBeLessThanOrEqual(262_144)
  const [row] = await world.database
    .select({
      hash: revisions.recordSha256,
      record: revisions.record,
      bytes: sql<number>`octet_length(${revisions.record})`,
    })
    .from(revisions)
    .where(eq(revisions.projectId, projectId))
  expect(row!.bytes).toBeGreaterThan(1_048_576)
  expect(createHash('sha256').update(row!.record).digest('hex')).toBe(row!.hash)
  const { threads } = JSON.parse(row!.record) as { threads: { comments: { body: string }[] }[] }
  expect(threads[0]!.comments.at(-1)!.body).toBe(`${words}199`)
}, 60_000)
