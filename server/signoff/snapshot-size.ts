import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { textBytes } from '../history/history.ts'
import { publishedBytes } from '../review/large-lists.ts'

/** About what the texts and points of a project are that putting forward reads, in bytes; none of them is read for it. */
export async function snapshotBytes(database: Database, projectId: string): Promise<number> {
  const { rows } = await database.execute<{ bytes: string }>(
    sql`select ${textBytes(projectId)} + ${publishedBytes(database, projectId)} as bytes`,
  )
  return Number(rows[0]!.bytes)
}
