import type { Database } from '../db/database.ts'
import { textBytes } from '../history/history.ts'
import { listThreadSizes } from '../review/large-lists.ts'

/** About what the texts and points of a project are that putting forward reads, in bytes; none of them is read for it. */
export async function snapshotBytes(database: Database, projectId: string): Promise<number> {
  const texts = await textBytes(database, projectId)
  const { bytes: said } = await listThreadSizes(database, projectId)
  return texts + said
}
