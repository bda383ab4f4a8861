import { and, desc, eq, isNull, sql, type Placeholder, type SQL } from 'drizzle-orm'
import type { Phase, Role, Side } from '../../shared/permissions.ts'
import type { Membership } from '../../shared/projects.ts'
import { sessions } from '../accounts/tables.ts'
import type { Database, Queries } from '../db/database.ts'
import { gathered } from '../db/gathered.ts'
import { isOpenLink } from '../guests/current-links.ts'
import { guestLinks, guestResources } from '../guests/tables.ts'
import { members, projects } from '../projects/tables.ts'
import { resources } from '../resources/tables.ts'
import { threads } from '../review/tables.ts'

/** Where somebody stands in a project: as a member, to whom all is open, or as far as the link they took last opens it. */
export type FoundMembership = Membership & { resources: string[] | null }

/** What an id names, and where somebody stands there: `membership` is null for a stranger. */
export interface FoundPlace {
  membership: FoundMembership | null
  projectId: string
  /** Null when the id is the project's own. */
  resource: { id: string; kind: string } | null
  /** Of the thread that was asked about; null also for one of the whole project, and for none of this project. */
  threadResourceId: string | null
}

/** A value of a statement, or its place in a prepared one. */
type Given = string | Placeholder

/** What a row says of somebody's access; all null for a stranger. */
interface MembershipRow {
  phase: Phase | null
  memberSide: Side | null
  memberRole: Role | null
  linkSide: Side | null
  linkRole: Role | null
  linkUntil: Date | null
  opened: string[] | null
}

/**
 * What a statement joins to a row of `projects` to tell where somebody stands there, and what it selects of it: a
 * member by their place, anybody else by the link that they took last of those that still work.
 */
function membershipOf(db: Queries, userId: Given | SQL, now: Given) {
  const opened = db
    .select({ ids: sql`coalesce(json_agg(${resources.id} order by ${resources.createdAt}), '[]')` })
    .from(guestResources)
    .innerJoin(resources, eq(resources.id, guestResources.resourceId))
    .where(and(eq(guestResources.linkId, guestLinks.id), isNull(resources.removedAt)))
  const link = db
    .select({
      side: guestLinks.side,
      role: guestLinks.role,
      until: guestLinks.expiresAt,
      opened: sql<string[]>`(${opened})`.as('opened'),
    })
    .from(guestLinks)
    .where(
      and(
        // a member's links say nothing
        isNull(members.userId),
        eq(guestLinks.userId, userId),
        eq(guestLinks.projectId, projects.id),
        isOpenLink(now),
      ),
    )
    .orderBy(desc(guestLinks.takenAt))
    .limit(1)
    .as('link')
  return {
    isMember: and(eq(members.projectId, projects.id), eq(members.userId, userId)),
    link,
    columns: {
      phase: projects.phase,
      memberSide: members.side,
      memberRole: members.role,
      linkSide: link.side,
      linkRole: link.role,
      linkUntil: link.until,
      opened: link.opened,
    },
  }
}

function membershipIn(userId: string, row: MembershipRow): FoundMembership | null {
  const { phase, memberSide, memberRole, linkSide, linkRole, linkUntil, opened } = row
  if (phase === null) return null
  if (memberSide && memberRole) {
    return { userId, side: memberSide, role: memberRole, phase, guestUntil: null, resources: null }
  }
  if (!linkSide || !linkRole || !linkUntil) return null
  const guestUntil = linkUntil.toISOString()
  return { userId, side: linkSide, role: linkRole, phase, guestUntil, resources: opened ?? [] }
}

const always = sql`true`

/**
 * Looks for where somebody stands, each in one statement. Those of no transaction are prepared, as one is asked at every
 * request, and by everybody who comes back after a restart; what is prepared cannot be asked within a transaction.
 */
export function createMemberships(database: Database) {
  const userId = sql.placeholder('userId')
  const { isMember, link, columns } = membershipOf(database, userId, sql.placeholder('now'))

  const id = sql.placeholder('id')
  const isNamed = and(eq(resources.id, id), isNull(resources.removedAt))
  const ofResource = database.select({ id: resources.projectId }).from(resources).where(isNamed)
  const ofThread = database
    .select({ id: threads.resourceId })
    .from(threads)
    .where(and(eq(threads.id, sql.placeholder('threadId')), eq(threads.projectId, projects.id)))
  const at = database
    .select({
      ...columns,
      projectId: projects.id,
      resourceId: resources.id,
      kind: resources.kind,
      threadResourceId: sql<string | null>`(${ofThread})`,
    })
    .from(projects)
    .leftJoin(resources, isNamed)
    .leftJoin(members, isMember)
    .leftJoinLateral(link, always)
    .where(eq(projects.id, sql`coalesce((${ofResource}), ${id})`))
    .prepare('membership_at')

  const asked = { userId: sql`asked.user_id`, id: sql`asked.id` }
  const pairs = sql`unnest(${sql.placeholder('userIds')}::text[], ${sql.placeholder('ids')}::text[])`
  const ofAsked = membershipOf(database, asked.userId, sql.placeholder('now'))
  const atAll = database
    .select({
      ...ofAsked.columns,
      place: sql<string>`asked.place`,
      projectId: projects.id,
      resourceId: resources.id,
      kind: resources.kind,
    })
    .from(sql`${pairs} with ordinality as asked(user_id, id, place)`)
    .leftJoin(resources, and(eq(resources.id, asked.id), isNull(resources.removedAt)))
    .innerJoin(projects, eq(projects.id, sql`coalesce(${resources.projectId}, ${asked.id})`))
    .leftJoin(members, ofAsked.isMember)
    .leftJoinLateral(ofAsked.link, always)
    .prepare('memberships_at')

  const atOnce = gathered(async (all: { userId: string; id: string }[]) => {
    const userIds = all.map((one) => one.userId)
    const ids = all.map((one) => one.id)
    const found = new Map<number, Omit<FoundPlace, 'threadResourceId'>>()
    for (const row of await atAll.execute({ userIds, ids, now: now() })) {
      const index = Number(row.place) - 1
      const { projectId, resourceId, kind } = row
      const resource = resourceId !== null && kind !== null ? { id: resourceId, kind } : null
      found.set(index, { membership: membershipIn(userIds[index]!, row), projectId, resource })
    }
    return all.map((_, index) => found.get(index) ?? null)
  })

  const now = () => new Date().toISOString()
  return {
    /**
     * Resolves an id to the resource or the project that has it, and to where somebody stands there. Null for an id of
     * neither, and of a resource that was removed.
     */
    async at(who: string, what: string, threadId = ''): Promise<FoundPlace | null> {
      const [row] = await at.execute({ userId: who, id: what, threadId, now: now() })
      if (!row) return null
      const { projectId, resourceId, kind, threadResourceId } = row
      const resource = resourceId !== null && kind !== null ? { id: resourceId, kind } : null
      return { membership: membershipIn(who, row), projectId, resource, threadResourceId }
    },

    /**
     * The same, joined into one statement with what others ask meanwhile: when hundreds come back at once, or are asked
     * about anew. Only for an id of the form that all ids have.
     */
    atRoom: (who: string, what: string) => atOnce({ userId: who, id: what }),

    /** Where somebody stands in a project, as a transaction sees it. */
    async within(tx: Queries, who: string, projectId: string): Promise<FoundMembership | null> {
      const here = membershipOf(tx, who, now())
      const [row] = await tx
        .select(here.columns)
        .from(projects)
        .leftJoin(members, here.isMember)
        .leftJoinLateral(here.link, always)
        .where(eq(projects.id, projectId))
      return row ? membershipIn(who, row) : null
    },

    /**
     * A session, and where its user stands in a project, as a transaction sees it; until that is over, nobody ends the
     * session. Null when there is none.
     */
    async again(tx: Queries, sessionId: string, who: string, projectId: string) {
      const here = membershipOf(tx, who, now())
      const [row] = await tx
        .select({ ...here.columns, createdAt: sessions.createdAt, expiresAt: sessions.expiresAt })
        .from(sessions)
        .leftJoin(projects, eq(projects.id, projectId))
        .leftJoin(members, here.isMember)
        .leftJoinLateral(here.link, always)
        .where(eq(sessions.id, sessionId))
        .for('key share', { of: sessions })
      if (!row) return null
      const { createdAt, expiresAt } = row
      return { session: { createdAt, expiresAt }, membership: membershipIn(who, row) }
    },
  }
}
