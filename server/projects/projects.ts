import { count, desc, eq, inArray } from 'drizzle-orm'
import type { Limits } from '../../shared/limits.ts'
import type { Project, ProjectSummary } from '../../shared/projects.ts'
import type { Phase, Side } from '../../shared/permissions.ts'
import type { TrailActor, TrailDetails } from '../../shared/trail.ts'
import type { Database, Queries } from '../db/database.ts'
import { appendTrail } from '../trail/append.ts'
import { changesOf } from '../trail/changes.ts'
import { keepPlaceFor } from './members.ts'
import { members, projects } from './tables.ts'

type Summary = Omit<ProjectSummary, 'documents' | 'openThreads'>

/** Holds a project's row until the transaction ends: who counts what it has, and adds to it, does so one by one. */
export async function lockProject(db: Queries, projectId: string): Promise<void> {
  await db.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update')
}

/** Of how many projects a user is a member. */
export const countProjects = (db: Queries, userId: string): Promise<number> =>
  db.$count(members, eq(members.userId, userId))

/** The projects that a user is a member of, the latest changed first. */
export async function listProjects(db: Queries, userId: string): Promise<Summary[]> {
  const rows = await db
    .select({ project: projects, side: members.side, role: members.role })
    .from(members)
    .innerJoin(projects, eq(projects.id, members.projectId))
    .where(eq(members.userId, userId))
    .orderBy(desc(projects.updatedAt))
  const ids = rows.map(({ project }) => project.id)
  const sizes = await db
    .select({ projectId: members.projectId, size: count() })
    .from(members)
    .where(inArray(members.projectId, ids))
    .groupBy(members.projectId)
  const sizeOf = new Map(sizes.map(({ projectId, size }) => [projectId, size]))
  return rows.map(({ project: { id, name, phase, updatedAt }, side, role }) => ({
    id,
    name,
    phase,
    side,
    role,
    members: sizeOf.get(id) ?? 0,
    updatedAt: updatedAt.toISOString(),
  }))
}

/**
 * Creates a project with its maker as its first owner. `details`: what the trail says of it besides.
 * @throws Refusal `too_many_projects`
 */
export async function createProject(
  database: Queries,
  given: { name: string; side: Side; by: { userId: string; name: string } },
  limits: Pick<Limits, 'projectsPerPerson'>,
  details: TrailDetails = {},
): Promise<string> {
  const { name, side, by } = given
  return database.transaction(async (db) => {
    await keepPlaceFor(db, by.userId, limits)
    const [created] = await db
      .insert(projects)
      .values({ name, createdBy: by.userId })
      .returning({ id: projects.id })
    const { id } = created!
    await db.insert(members).values({ projectId: id, userId: by.userId, side, role: 'owner' })
    const act = { action: 'project.created', subject: { project: { name } }, details } as const
    await appendTrail(db, id, [{ ...act, actor: { ...by, side } }])
    return id
  })
}

/** The project itself; its id is known to exist, as the request's scope was found by it. */
export async function readProject(db: Queries, projectId: string): Promise<Project> {
  const [found] = await db.select().from(projects).where(eq(projects.id, projectId))
  const { id, name, phase, createdAt } = found!
  return { id, name, phase, createdAt: createdAt.toISOString() }
}

export async function changeProject(
  database: Database,
  projectId: string,
  change: { name?: string; phase?: Phase },
  actor: TrailActor,
): Promise<Project> {
  return database.transaction(async (db) => {
    const isThis = eq(projects.id, projectId)
    const [before] = await db.select().from(projects).where(isThis).for('no key update')
    await db
      .update(projects)
      .set({ ...change, updatedAt: new Date() })
      .where(isThis)
    const details = changesOf(before!, change)
    if (Object.keys(details).length > 0) {
      const subject = { project: { name: before!.name } }
      await appendTrail(db, projectId, [{ actor, action: 'project.changed', subject, details }])
    }
    return readProject(db, projectId)
  })
}
