import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Queries } from '../db/database.ts'
import { versions } from '../history/tables.ts'
import { comments, threads } from '../review/tables.ts'
import type { Rooms } from '../rooms/ports.ts'

/**
 * Asks whether documents show a file: in the text as its readers are sent it, in a version, or in a comment. The
 * bytes are searched for the hash itself, which nobody can guess: 256 bits.
 */
export function createShownIn(db: Queries, read: Rooms['read']) {
  return async (documentIds: readonly string[], sha256: string): Promise<boolean> => {
    for (const documentId of documentIds) {
      // oxlint-disable-next-line no-await-in-loop -- mostly the first one has it
      if (Buffer.from(await read(documentId)).includes(sha256)) return true
    }
    const named = `%${sha256}%`
    const ids = [...documentIds]
    const inVersions = and(inArray(versions.documentId, ids), sql`${versions.content}::text like ${named}`)
    if ((await db.$count(versions, inVersions)) > 0) return true
    const [comment] = await db
      .select({ id: comments.id })
      .from(comments)
      .innerJoin(threads, eq(threads.id, comments.threadId))
      .where(
        and(
          inArray(threads.documentId, ids),
          isNull(comments.withdrawnAt),
          sql`${comments.content}::text like ${named}`,
        ),
      )
      .limit(1)
    return comment !== undefined
  }
}
