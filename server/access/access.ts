import { and, eq, isNull, sql } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import { can, sees } from '../../shared/permissions.ts'
import { projectPresence } from '../../shared/presence.ts'
import type { Guessing } from '../accounts/guessing.ts'
import type { Sessions } from '../accounts/sessions.ts'
import type { Database } from '../db/database.ts'
import type { ResourceKind, ResourceKinds } from '../resources/kinds.ts'
import { resources } from '../resources/tables.ts'
import { isOwnOrigin } from '../http/origin.ts'
import type { Access, Scope } from '../http/route.ts'
import { standingIn } from '../projects/standing.ts'
import { members, projects } from '../projects/tables.ts'
import { threads } from '../review/tables.ts'
import type { Admission, Admitted } from '../rooms/ports.ts'
import { guestStandingIn } from '../guests/guest-standing.ts'
import { readBearer } from '../tokens/bearer.ts'
import { isTokenGoodIn } from '../tokens/tokens.ts'
import { viewOf } from './view.ts'

/** A project's own room: who is there, and what happens. */
const projectRoom: ResourceKind['room'] = { writeText: null, presence: projectPresence }

/** Finds who asks and where they stand, for HTTP routes and for rooms alike (rule 8). */
export function createAccess(
  database: Database,
  { sessions, guessing }: { sessions: Sessions; guessing: Guessing },
  kinds: ResourceKinds,
  publicUrl: string | null,
) {
  // prepared, as it is asked at every request and by everybody who comes back after a restart
  const memberAtResource = database
    .select({
      projectId: members.projectId,
      userId: members.userId,
      side: members.side,
      role: members.role,
      phase: projects.phase,
      kind: resources.kind,
    })
    .from(resources)
    .innerJoin(projects, eq(projects.id, resources.projectId))
    .innerJoin(members, eq(members.projectId, resources.projectId))
    .where(
      and(
        eq(resources.id, sql.placeholder('resourceId')),
        isNull(resources.removedAt),
        eq(members.userId, sql.placeholder('userId')),
      ),
    )
    .prepare('member_at_resource')

  /** What an id opens: a resource that was not removed, or, with null for its kind, a project. */
  async function placeOf(id: string): Promise<{ projectId: string; kind: string | null } | null> {
    const { rows } = await database.execute<{ projectId: string; kind: string | null }>(sql`
      select project_id as "projectId", kind from resources where id = ${id} and removed_at is null
      union all
      select id, null from projects where id = ${id}`)
    return rows[0] ?? null
  }

  /** What an id opens, and where somebody stands there, if they are a member. */
  async function find(userId: string, id: string) {
    const [member] = await memberAtResource.execute({ resourceId: id, userId })
    return { member, place: member ?? (await placeOf(id)) }
  }

  async function resourceOfThread(projectId: string, threadId: string): Promise<string | null> {
    const [row] = await database
      .select({ resourceId: threads.resourceId })
      .from(threads)
      .where(and(eq(threads.projectId, projectId), eq(threads.id, threadId)))
    return row?.resourceId ?? null
  }

  /** Where somebody stands in a project, and at a resource that is known to be one of it. */
  async function within(
    userId: string,
    projectId: string,
    resourceId: string | null,
    threadId?: string,
  ): Promise<Scope | null> {
    const member = await standingIn(database, userId, projectId)
    if (member) return { ...member, projectId, resourceId, resources: null }
    const guest = await guestStandingIn(database, userId, projectId)
    if (!guest) return null
    const found: Scope = { ...guest, projectId, resourceId }
    if (resourceId !== null && !sees(found, resourceId)) return null
    if (threadId !== undefined && !sees(found, await resourceOfThread(projectId, threadId))) return null
    return found
  }

  const scope: Access['scope'] = async (userId, { projectId, resourceId, threadId }) => {
    if (resourceId === undefined) {
      return projectId === undefined ? null : within(userId, projectId, null, threadId)
    }
    const { member, place } = await find(userId, resourceId)
    if (!place || place.kind === null) return null
    if (projectId !== undefined && projectId !== place.projectId) return null
    if (!member) return within(userId, place.projectId, resourceId, threadId)
    const { kind: _, ...standing } = member
    return { ...standing, guestUntil: null, resourceId, resources: null }
  }

  /** Where a user stands at the door of a room: a resource's, or a project's, which has no text and no guests. */
  async function stand(
    roomId: string,
    user: { id: string; name: string },
    sessionId: string,
  ): Promise<Admitted | null> {
    const { member, place } = await find(user.id, roomId)
    if (!place) return null
    const { projectId, kind } = place
    const resourceId = kind === null ? null : roomId
    // a kind that a later version brought is not known to this one
    const room = kind === null ? projectRoom : kinds.get(kind)?.room
    if (!room) return null
    const found = member
      ? { ...member, guestUntil: null, resources: null }
      : await within(user.id, projectId, resourceId)
    if (!found) return null
    const { side, role, phase, guestUntil } = found
    if (guestUntil !== null && resourceId === null) return null
    const hasText = room.writeText !== null
    const admitted = {
      roomId,
      projectId,
      hasText,
      presence: room.presence,
      canWrite: hasText && can(role, room.writeText!, phase),
      user: { id: user.id, name: user.name, side },
      sessionId,
    }
    if (guestUntil === null) return admitted
    return { ...admitted, bounds: { until: new Date(guestUntil), view: viewOf(found) } }
  }

  const access: Access = {
    async account(c) {
      const byToken = await readBearer(c, database, guessing)
      // whoever bears a token is nobody else, whatever cookies come with it
      if (byToken) return byToken
      const session = await sessions.read(c.req.header('cookie'))
      return session && { ...session, token: null }
    },
    scope,
    isOpenIn: (db, { sessionId, token }) =>
      token ? isTokenGoodIn(db, token.id) : sessions.isOpenIn(db, sessionId!),
    async standingIn(db, userId, projectId) {
      const member = await standingIn(db, userId, projectId)
      return member ? { ...member, resources: null } : guestStandingIn(db, userId, projectId)
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
