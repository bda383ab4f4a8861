import { and, eq, isNull, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import { can, sees } from '../../shared/permissions.ts'
import type { Sessions } from '../accounts/sessions.ts'
import type { Database } from '../db/database.ts'
import { documents } from '../documents/tables.ts'
import { isOwnOrigin } from '../http/origin.ts'
import type { Access, Scope } from '../http/route.ts'
import { standingIn } from '../projects/standing.ts'
import { members, projects } from '../projects/tables.ts'
import { threads } from '../review/tables.ts'
import type { Admission, Admitted } from '../rooms/ports.ts'
import { guestStandingIn } from '../guests/guest-standing.ts'
import { viewOf } from './view.ts'

/** Finds who asks and where they stand, for HTTP routes and for rooms alike (rule 8). */
export function createAccess(database: Database, sessions: Sessions, publicUrl: string | null) {
  // prepared, as it is asked at every request and by everybody who comes back after a restart
  const memberAtDocument = database
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
    .prepare('member_at_document')

  async function projectOf(documentId: string): Promise<string | null> {
    const [row] = await database
      .select({ projectId: documents.projectId })
      .from(documents)
      .where(and(eq(documents.id, documentId), isNull(documents.removedAt)))
    return row?.projectId ?? null
  }

  async function documentOfThread(projectId: string, threadId: string): Promise<string | null> {
    const [row] = await database
      .select({ documentId: threads.documentId })
      .from(threads)
      .where(and(eq(threads.projectId, projectId), eq(threads.id, threadId)))
    return row?.documentId ?? null
  }

  const scope: Access['scope'] = async (userId, ids) => {
    const { documentId = null, threadId } = ids
    if (documentId !== null) {
      const [found] = await memberAtDocument.execute({ documentId, userId })
      if (found && (ids.projectId === undefined || ids.projectId === found.projectId)) {
        return { ...found, guestUntil: null, documentId, documents: null }
      }
    }
    const projectId = documentId === null ? (ids.projectId ?? null) : await projectOf(documentId)
    if (projectId === null || (ids.projectId !== undefined && ids.projectId !== projectId)) return null
    const member = await standingIn(database, userId, projectId)
    if (member) return { ...member, projectId, documentId, documents: null }
    const guest = await guestStandingIn(database, userId, projectId)
    if (!guest) return null
    const found: Scope = { ...guest, projectId, documentId }
    if (documentId !== null && !sees(found, documentId)) return null
    if (threadId !== undefined && !sees(found, await documentOfThread(projectId, threadId))) return null
    return found
  }

  /** Where a user stands at the door of a room: a document's, or a project's, which has no text and no guests. */
  async function stand(
    roomId: string,
    user: { id: string; name: string },
    sessionId: string,
  ): Promise<Admitted | null> {
    const asDocument = await scope(user.id, { documentId: roomId })
    const found = asDocument ?? (await scope(user.id, { projectId: roomId }))
    if (!found) return null
    const { projectId, side, role, phase, guestUntil } = found
    const hasText = asDocument !== null
    if (guestUntil !== null && !hasText) return null
    const canWrite = hasText && can(role, 'document.write', phase)
    const admitted = {
      roomId,
      projectId,
      hasText,
      canWrite,
      user: { id: user.id, name: user.name, side },
      sessionId,
    }
    if (guestUntil === null) return admitted
    return { ...admitted, bounds: { until: new Date(guestUntil), view: viewOf(found) } }
  }

  const access: Access = {
    account: (c) => sessions.read(c.req.header('cookie')),
    scope,
    isOpenIn: sessions.isOpenIn,
    async standingIn(db, userId, projectId) {
      const member = await standingIn(db, userId, projectId)
      return member ? { ...member, documents: null } : guestStandingIn(db, userId, projectId)
    },
  }

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
