import { and, eq, inArray, isNotNull, isNull, notInArray, or, sql } from 'drizzle-orm'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import type { Database } from '../db/database.ts'
import { documentClients, documents as documentTable } from '../documents/tables.ts'
import type { ReadableFiles } from '../files/readable.ts'
import { files, fileUploads } from '../files/tables.ts'
import { versions } from '../history/tables.ts'
import { guestLinks, shownFiles } from '../people/tables.ts'
import { members } from '../projects/tables.ts'
import { commentEdits, comments, threads } from '../review/tables.ts'
import type { Rooms } from '../rooms/ports.ts'

/**
 * Which files somebody may read. A guest reads what they sent themselves, and what an open document shows now, in its
 * text, a version, a comment or a proposal, where it was put by somebody who could read it: a member, who sent it, or
 * in place of where the document showed it before (`shownFiles`). To name a file grants nothing.
 */
export function createReadableFiles(db: Database, read: Rooms['read']) {
  const readable: ReadableFiles = async ({ projectId, userId, documents }, sha256s) => {
    if (sha256s.length === 0) return new Map()
    const asked = [...new Set(sha256s)]
    const held = await db
      .select({ sha256: files.sha256, name: files.name, sentAs: fileUploads.name })
      .from(files)
      .leftJoin(
        fileUploads,
        and(
          eq(fileUploads.projectId, files.projectId),
          eq(fileUploads.sha256, files.sha256),
          eq(fileUploads.userId, userId),
        ),
      )
      .where(and(eq(files.projectId, projectId), inArray(files.sha256, asked)))
    if (documents === null) return new Map(held.map(({ sha256, name }) => [sha256, name]))
    const names = new Map<string, string>()
    for (const { sha256, name, sentAs } of held) {
      // oxlint-disable-next-line no-await-in-loop -- one or two
      if (sentAs !== null || (await isShownIn(documents, sha256))) names.set(sha256, sentAs ?? name)
    }
    return names
  }

  async function isShownIn(documentIds: readonly string[], sha256: string): Promise<boolean> {
    for (const documentId of documentIds) {
      // oxlint-disable-next-line no-await-in-loop -- mostly the first one has it
      if (await shows(documentId, sha256)) return true
    }
    return false
  }

  async function shows(documentId: string, sha256: string): Promise<boolean> {
    const state = await read(documentId)
    const inText = Buffer.from(state).includes(sha256)
    const named = `%${sha256}%`
    const inVersion = and(eq(versions.documentId, documentId), sql`${versions.content}::text like ${named}`)
    const inVersions = (await db.$count(versions, inVersion)) > 0
    const authors = await authorsNaming(documentId, named)
    if (!inText && !inVersions && authors.length === 0) return false
    if ((await db.$count(shownFiles, isShown(documentId, sha256))) > 0) return true
    const doubted = await doubtedIn(documentId, sha256)
    const writers = await clientsOf(documentId, doubted)
    const isRight =
      authors.some((author) => !doubted.has(author)) ||
      // no guest ever wrote in it: what stands there, members put there
      (writers.size === 0 && (inText || inVersions)) ||
      (inText && (picturesIn(state).get(sha256) ?? []).some((client) => !writers.has(client)))
    if (isRight) await keep(documentId, [sha256])
    return isRight
  }

  /** Who named a file in published comments and proposals of a document. */
  async function authorsNaming(documentId: string, named: string): Promise<string[]> {
    const said = await db
      .selectDistinct({ author: comments.authorId })
      .from(comments)
      .innerJoin(threads, eq(threads.id, comments.threadId))
      .leftJoin(commentEdits, eq(commentEdits.commentId, comments.id))
      .where(
        and(
          eq(threads.documentId, documentId),
          eq(comments.draft, false),
          isNull(comments.withdrawnAt),
          or(sql`${comments.content}::text like ${named}`, sql`${commentEdits.content}::text like ${named}`),
        ),
      )
    const proposed = await db
      .selectDistinct({ author: threads.authorId })
      .from(threads)
      .where(
        and(
          eq(threads.documentId, documentId),
          eq(threads.draft, false),
          sql`${threads.replacement}::text like ${named}`,
        ),
      )
    return [...said, ...proposed].map(({ author }) => author)
  }

  /** Guests of the document's project, and no members of it, who did not send the file themselves. */
  async function doubtedIn(documentId: string, sha256: string): Promise<Set<string>> {
    const project = db
      .select({ id: documentTable.projectId })
      .from(documentTable)
      .where(eq(documentTable.id, documentId))
    const joined = db.select({ id: members.userId }).from(members).where(inArray(members.projectId, project))
    const senders = db
      .select({ id: fileUploads.userId })
      .from(fileUploads)
      .where(and(inArray(fileUploads.projectId, project), eq(fileUploads.sha256, sha256)))
    const rows = await db
      .selectDistinct({ id: guestLinks.userId })
      .from(guestLinks)
      .where(
        and(
          inArray(guestLinks.projectId, project),
          isNotNull(guestLinks.userId),
          notInArray(guestLinks.userId, joined),
          notInArray(guestLinks.userId, senders),
        ),
      )
    return new Set(rows.map(({ id }) => id!))
  }

  async function clientsOf(documentId: string, userIds: ReadonlySet<string>): Promise<Set<number>> {
    if (userIds.size === 0) return new Set()
    const rows = await db
      .select({ clientId: documentClients.clientId })
      .from(documentClients)
      .where(and(eq(documentClients.documentId, documentId), inArray(documentClients.userId, [...userIds])))
    return new Set(rows.map(({ clientId }) => clientId))
  }

  async function keep(documentId: string, sha256s: readonly string[]): Promise<void> {
    if (sha256s.length === 0) return
    await db
      .insert(shownFiles)
      .values(sha256s.map((sha256) => ({ documentId, sha256 })))
      .onConflictDoNothing()
  }

  return {
    readable,
    /** Notes which pictures a document shows rightly, before a version keeps them without saying who put them there. */
    async noteShown(documentId: string): Promise<void> {
      const pictures = picturesIn(await read(documentId))
      const right = []
      for (const [sha256, clients] of pictures) {
        // oxlint-disable-next-line no-await-in-loop -- a few
        const writers = await clientsOf(documentId, await doubtedIn(documentId, sha256))
        if (clients.some((client) => !writers.has(client))) right.push(sha256)
      }
      await keep(documentId, right)
    },
  }
}

const isShown = (documentId: string, sha256: string) =>
  and(eq(shownFiles.documentId, documentId), eq(shownFiles.sha256, sha256))

/** The pictures of a text, each with the Yjs clients that named them. */
function picturesIn(state: Uint8Array): Map<string, number[]> {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  const found = new Map<string, number[]>()
  const walk = (parent: Y.XmlFragment | Y.XmlElement): void => {
    for (const child of parent.toArray()) {
      if (!(child instanceof Y.XmlElement)) continue
      const sha256 = child.nodeName === 'imageFile' ? child.getAttribute('sha256') : undefined
      const client = child._map.get('sha256')?.id.client
      if (typeof sha256 === 'string' && client !== undefined) {
        found.set(sha256, [...(found.get(sha256) ?? []), client])
      }
      walk(child)
    }
  }
  walk(doc.getXmlFragment(textField))
  doc.destroy()
  return found
}
