import { sql, type SQL } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { migrateDatabase } from '../../server/db/migrate.ts'
import { inOrder } from '../../server/review/visibility.ts'
import { asOwner } from '../helpers/db/database.ts'
import { restorePopulated } from '../helpers/db/populated-database.ts'

test('drafts of earlier versions, which had numbers and places below zero, have none and stand as they stood', async () => {
  const { own, projectId } = await restorePopulated()
  const database = asOwner(own.database)
  await database.execute(sql`
    with author as (
      select user_id, 'Lin'::text, 'design'::text from members where project_id = ${projectId} limit 1
    ), begun as (
      insert into threads (id, project_id, number, anchor, kind, severity, draft, created_at, author_id, author_name, author_side)
      select 'begun-' || n, ${projectId}, -100 - n, '{"type": "project"}', 'comment', 'must', true,
        now() + n * interval '1 second', author.* from generate_series(1, 3) n, author
    )
    insert into comments (id, thread_id, position, body, draft, created_at, author_id, author_name, author_side)
    select 'said-' || n || '-' || place, 'begun-' || n, -place, 'x', true,
      now() + (n * 10 + place) * interval '1 second', author.*
    from generate_series(1, 3) n, generate_series(0, 2) place, author`)
  const comments = async (order: SQL) => {
    const { rows } = await database.execute<{ id: string }>(sql`
      select comments.id from comments join threads on threads.id = comments.thread_id
      order by threads.project_id, ${order}`)
    return rows.map(({ id }) => id)
  }
  const before = await comments(
    sql`threads.draft, abs(threads.number), comments.draft, abs(comments.position), comments.id`,
  )
  await migrateDatabase(database)
  expect(await comments(sql.join(inOrder, sql`, `))).toEqual(before)
  const { rows } = await database.execute<{ drafts: number; wrong: number; counted: boolean }>(sql`
    select
      (select count(*)::int from comments where draft and position is null) as drafts,
      (select count(*)::int from threads where number <= 0) + (select count(*)::int from comments where position < 0) as wrong,
      (select bool_and(last_position = coalesce(
        (select max(position) from comments where thread_id = threads.id), 0)) from threads) as counted`)
  expect(rows[0]).toMatchObject({ wrong: 0, counted: true })
  expect(rows[0]!.drafts).toBeGreaterThanOrEqual(9)
  await own.drop()
})
