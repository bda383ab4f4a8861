import { and, eq, inArray, isNotNull, notInArray, sql } from 'drizzle-orm'
import type { Database } from '../db/database.ts'
import { clientsOf } from '../history/history.ts'
import { fileUploads } from '../files/tables.ts'
import { versions } from '../history/tables.ts'
import { guestLinks, shownFiles } from '../guests/tables.ts'
import { members } from '../projects/tables.ts'
import { resources } from '../resources/tables.ts'
import { commentEdits, comments, threads } from '../review/tables.ts'

/** Whose word for a file does not count in a document. */
export interface Doubt {
  /** Guests of the project, and no members of it, who did not send this file themselves. */
  people(sha256: string): ReadonlySet<string>
  /** The Yjs clients of the document by which such people wrote. */
  clients(sha256: string): ReadonlySet<number>
}

/** What the database knows of files in a document, each a query for all files that are asked about. */
export function createFileEvidence(db: Database) {
  const list = (sha256s: readonly string[]) =>
    sql`unnest(${sql.param([...sha256s])}::text[]) as asked(sha256)`

  return {
    /** Those that were noted as rightly shown. */
    async noted(resourceId: string, sha256s: readonly string[]): Promise<Set<string>> {
      const rows = await db
        .select({ sha256: shownFiles.sha256 })
        .from(shownFiles)
        .where(and(eq(shownFiles.resourceId, resourceId), inArray(shownFiles.sha256, [...sha256s])))
      return new Set(rows.map(({ sha256 }) => sha256))
    },

    async note(resourceId: string, sha256s: readonly string[]): Promise<void> {
      if (sha256s.length === 0) return
      await db
        .insert(shownFiles)
        .values(sha256s.map((sha256) => ({ resourceId, sha256 })))
        .onConflictDoNothing()
    },

    /** Those that stand in a version. */
    async inVersions(resourceId: string, sha256s: readonly string[]): Promise<Set<string>> {
      if (sha256s.length === 0) return new Set()
      const { rows } = await db.execute<{ sha256: string }>(sql`
        select distinct asked.sha256
        from ${versions}
        join ${list(sha256s)} on asked.sha256 = any (${versions.files})
        where ${versions.documentId} = ${resourceId}`)
      return new Set(rows.map(({ sha256 }) => sha256))
    },

    /** Who named each in published comments and proposals. */
    async authors(resourceId: string, sha256s: readonly string[]): Promise<Map<string, string[]>> {
      if (sha256s.length === 0) return new Map()
      const { rows } = await db.execute<{ sha256: string; author: string }>(sql`
        select asked.sha256, said.author
        from (
          select ${comments.authorId} as author, ${comments.files} as files
          from ${comments}
          join ${threads} on ${threads.id} = ${comments.threadId}
          where ${threads.resourceId} = ${resourceId} and not ${comments.draft} and ${comments.withdrawnAt} is null
          union all
          select ${comments.authorId}, ${commentEdits.files}
          from ${commentEdits}
          join ${comments} on ${comments.id} = ${commentEdits.commentId}
          join ${threads} on ${threads.id} = ${comments.threadId}
          where ${threads.resourceId} = ${resourceId} and not ${comments.draft} and ${comments.withdrawnAt} is null
          union all
          select ${threads.authorId}, ${threads.files}
          from ${threads}
          where ${threads.resourceId} = ${resourceId} and not ${threads.draft}
        ) said
        join ${list(sha256s)} on asked.sha256 = any (said.files)
        group by asked.sha256, said.author`)
      const authors = new Map<string, string[]>()
      for (const { sha256, author } of rows) authors.set(sha256, [...(authors.get(sha256) ?? []), author])
      return authors
    },

    /** Whose word does not count for these files. */
    async doubt(resourceId: string, sha256s: readonly string[]): Promise<Doubt> {
      const project = db
        .select({ id: resources.projectId })
        .from(resources)
        .where(eq(resources.id, resourceId))
      const joined = db
        .select({ id: members.userId })
        .from(members)
        .where(inArray(members.projectId, project))
      const guests = await db
        .selectDistinct({ id: guestLinks.userId })
        .from(guestLinks)
        .where(
          and(
            inArray(guestLinks.projectId, project),
            isNotNull(guestLinks.userId),
            notInArray(guestLinks.userId, joined),
          ),
        )
      const ids = guests.map(({ id }) => id!)
      const none = new Set<never>()
      if (ids.length === 0 || sha256s.length === 0) return { people: () => none, clients: () => none }
      const sent = await db
        .select({ sha256: fileUploads.sha256, userId: fileUploads.userId })
        .from(fileUploads)
        .where(
          and(
            inArray(fileUploads.projectId, project),
            inArray(fileUploads.sha256, [...sha256s]),
            inArray(fileUploads.userId, ids),
          ),
        )
      const wrote = await clientsOf(db, resourceId, ids)
      const people = (sha256: string): Set<string> => {
        const senders = new Set(sent.filter((one) => one.sha256 === sha256).map(({ userId }) => userId))
        return new Set(ids.filter((id) => !senders.has(id)))
      }
      return {
        people,
        clients(sha256) {
          const doubted = people(sha256)
          return new Set(wrote.filter(({ userId }) => doubted.has(userId)).map(({ clientId }) => clientId))
        },
      }
    },
  }
}
