import { and, eq, isNull, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import { can } from '../../shared/permissions.ts'
import type { Sessions } from '../accounts/sessions.ts'
import type { Database } from '../db/database.ts'
import { isOwnOrigin } from '../http/origin.ts'
import type { Access, Scope } from '../http/route.ts'
import { standingIn } from '../projects/standing.ts'
import { members, projects } from '../projects/tables.ts'
import type { Admission } from '../rooms/ports.ts'
import { documents } from './tables.ts'

/** Finds who asks and where they stand, for HTTP routes and for rooms alike (rule 8). */
export function createAccess(database: Database, sessions: Sessions, publicUrl: string | null) {
  // prepared, as it is asked at every request and by everybody who comes back after a restart
  const standingAtDocument = database
    .select({
      projectId: members.projectId,
      userId: members.userId,
      side: members.side,
      role: members.role,
      phase: projects.phase,
    })
    .from(documents)
    .innerJoin(projects, eq(projects.id, documents.projectId))
    .innerJoin(members, eq(members.projectId, documents.projectId))
    .where(
      and(
        eq(documents.id, sql.placeholder('documentId')),
        isNull(documents.removedAt),
        eq(members.userId, sql.placeholder('userId')),
      ),
    )
    .prepare('standing_at_document')

  async function scope(
    userId: string,
    ids: { projectId?: string; documentId?: string },
  ): Promise<Scope | null> {
    const { documentId, projectId } = ids
    if (documentId !== undefined) {
      const [found] = await standingAtDocument.execute({ documentId, userId })
      if (!found || (projectId !== undefined && projectId !== found.projectId)) return null
      return { ...found, documentId }
    }
    if (projectId === undefined) return null
    const standing = await standingIn(database, userId, projectId)
    return standing && { ...standing, projectId, documentId: null }
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
    ended: (sessionIds) => sessions.ended(sessionIds),
  }
  return { access, admission }
}
