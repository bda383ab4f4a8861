import { Refusal } from '../../shared/errors.ts'
import { can, sees } from '../../shared/permissions.ts'
import { projectPresence } from '../../shared/wire/presence.ts'
import type { LoginThrottle } from '../accounts/login-throttle.ts'
import type { Sessions } from '../accounts/sessions.ts'
import type { Database } from '../db/database.ts'
import type { ResourceKind, ResourceKinds } from '../resources/kinds.ts'
import { isOwnOrigin } from '../http/origin.ts'
import type { Access } from '../http/route.ts'
import type { Admission, Admitted } from '../rooms/ports.ts'
import { readBearer } from '../tokens/bearer.ts'
import { isTokenGoodIn } from '../tokens/tokens.ts'
import { createMemberships } from './find-membership.ts'
import { viewOf } from './guest-view.ts'

/** A project's own room: who is there, and what happens. */
const projectRoom: ResourceKind['room'] = { writeText: null, presence: projectPresence }

/** Finds who asks and where they stand, for HTTP routes and for rooms alike (rule 8). */
export function createAccess(
  database: Database,
  { sessions, throttle }: { sessions: Sessions; throttle: LoginThrottle },
  kinds: ResourceKinds,
  publicUrl: string | null,
) {
  const memberships = createMemberships(database)

  const scope: Access['scope'] = async (userId, { projectId, resourceId, threadId }) => {
    const id = resourceId ?? projectId
    const place = id === undefined ? null : await memberships.at(userId, id, threadId)
    if (!place?.membership) return null
    const { membership, resource, threadResourceId } = place
    // a path that means a project names no resource in its place, nor one that means a resource another project's
    if ((projectId ?? place.projectId) !== place.projectId || resource?.id !== resourceId) return null
    if (resource && !sees(membership, resource.id)) return null
    if (threadId !== undefined && !sees(membership, threadResourceId)) return null
    return { ...membership, projectId: place.projectId, resourceId: resource?.id ?? null }
  }

  /** Where a user stands who enters a room: a resource's, or a project's, which has no text and no guests. */
  async function stand(
    roomId: string,
    user: { id: string; name: string },
    sessionId: string,
  ): Promise<Admitted | null> {
    const place = await memberships.atRoom(user.id, roomId)
    if (!place?.membership) return null
    const { membership, projectId, resource } = place
    // a kind that a later version brought is not known to this one
    const room = resource ? kinds.get(resource.kind)?.room : projectRoom
    if (!room) return null
    const { side, role, phase, guestUntil } = membership
    if (resource ? !sees(membership, resource.id) : guestUntil !== null) return null
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
    return { ...admitted, bounds: { until: new Date(guestUntil), view: viewOf(membership) } }
  }

  const access: Access = {
    async account(c) {
      const byToken = await readBearer(c, database, throttle)
      // whoever bears a token is nobody else, whatever cookies come with it
      if (byToken) return byToken
      const session = await sessions.read(c.req.header('cookie'))
      return session && { ...session, token: null }
    },
    scope,
    async again(tx, { sessionId, token }, userId, projectId) {
      if (token) {
        if (!(await isTokenGoodIn(tx, token.id))) return null
        return { membership: projectId === null ? null : await memberships.within(tx, userId, projectId) }
      }
      const found = await memberships.again(tx, sessionId, userId, projectId ?? '')
      return found && sessions.isOpenNow(found.session) ? { membership: found.membership } : null
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
