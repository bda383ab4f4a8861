import { sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { listThreadSizes } from '../review/large-lists.ts'

/** About what the texts and points of a project are that putting forward reads, in bytes; none of them is read for it. */
export async function snapshotBytes(database: Database, projectId: string): Promise<number> {
  const { rows } = await database.execute<{ bytes: string }>(sql`
    with open as (select id from resources where project_id = ${projectId} and removed_at is null)
    select coalesce((select sum(octet_length(state)) from document_bases
        where document_id in (select id from open)), 0)
      + coalesce((select sum(octet_length(update)) from document_updates as logged
        where document_id in (select id from open)
          and seq > coalesce((select seq from document_bases as base where base.document_id = logged.document_id), 0)
        ), 0) as bytes`)
  const { bytes: said } = await listThreadSizes(database, projectId)
  return Number(rows[0]!.bytes) + said
}
