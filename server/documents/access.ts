import { and, eq, isNull } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import { can } from '../../shared/permissions.ts'
import type { Sessions } from '../accounts/sessions.ts'
import type { Database } from '../db/database.ts'
import { isOwnOrigin } from '../http/origin.ts'
import type { Access, Scope } from '../http/route.ts'
import { standingIn } from '../projects/standing.ts'
import type { Admission } from '../rooms/ports.ts'
import { documents } from './tables.ts'

/** Finds who asks and where they stand, for HTTP routes and for rooms alike (rule 8). */
export function createAccess(database: Database, sessions: Sessions, publicUrl: string | null) {
  async function projectOf(documentId: string): Promise<string | null> {
    const [row] = await database
      .select({ projectId: documents.projectId })
      .from(documents)
      .where(and(eq(documents.id, documentId), isNull(documents.removedAt)))
    return row?.projectId ?? null
  }

  async function scope(
    userId: string,
    ids: { projectId?: string; documentId?: string },
  ): Promise<Scope | null> {
    const { documentId = null } = ids
    const projectId = documentId === null ? (ids.projectId ?? null) : await projectOf(documentId)
    if (projectId === null || (ids.projectId !== undefined && ids.projectId !== projectId)) return null
    const standing = await standingIn(database, userId, projectId)
    return standing && { ...standing, projectId, documentId }
  }

  /** Where a user stands at the door of a room: a document's, or a project's, which has no text. */
  async function stand(roomId: string, user: { id: string; name: string }, sessionId: string) {
    const asDocument = await scope(user.id, { documentId: roomId })
    const found = asDocument ?? (await scope(user.id, { projectId: roomId }))
    if (!found) return null
    const { projectId, side, role, phase } = found
    const hasText = asDocument !== null
    const canWrite = hasText && can(role, 'document.write', phase)
    return { roomId, projectId, hasText, canWrite, user: { id: user.id, name: user.name, side }, sessionId }
  }

  const access: Access = { account: (c) => sessions.read(c.req.header('cookie')), scope }

  const admission: Admission = {
    async admit(request, roomId) {
      if (!isOwnOrigin(request.headers, publicUrl)) throw new Refusal('foreign_origin')
      const account = await sessions.read(request.headers.cookie)
      if (!account) throw new Refusal('session_required')
      const admitted = await stand(roomId, account.user, account.sessionId)
      if (!admitted) throw new Refusal('not_found')
      return admitted
    },
    async review({ roomId, user, sessionId }) {
      return (await sessions.isOpen(sessionId)) ? stand(roomId, user, sessionId) : null
    },
  }
  return { access, admission }
}
