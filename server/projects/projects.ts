import { count, desc, eq, sql, type SQL } from 'drizzle-orm'
import { alias, type AnyPgColumn } from 'drizzle-orm/pg-core'
import type { Limits } from '../../shared/limits.ts'
import type { Project, ProjectSummary } from '../../shared/projects.ts'
import type { Phase, Side } from '../../shared/permissions.ts'
import type { TrailActor, TrailDetails } from '../../shared/trail.ts'
import type { Database, Queries } from '../db/database.ts'
import { appendTrail } from '../trail/append.ts'
import { changesOf } from '../trail/changes.ts'
import { keepPlaceFor } from './members.ts'
import { members, projects } from './tables.ts'

/** Holds a project's row until the transaction ends: who counts what it has, and adds to it, does so one by one. */
export async function lockProject(db: Queries, projectId: string): Promise<void> {
  await db.select({ id: projects.id }).from(projects).where(eq(projects.id, projectId)).for('no key update')
}

/** Of how many projects a user is a member. */
export const countProjects = (db: Queries, userId: string): Promise<number> =>
  db.$count(members, eq(members.userId, userId))

/** What later features count in a project, as expressions of a statement that has the project's id. */
export interface Counts {
  documents: (projectId: AnyPgColumn) => SQL<number>
  openThreads: (projectId: AnyPgColumn) => SQL<number>
}

/** The projects that a user is a member of, the latest changed first. */
export async function listProjects(db: Queries, userId: string, counts: Counts): Promise<ProjectSummary[]> {
  const all = alias(members, 'all_members')
  const everybody = db.select({ size: count() }).from(all).where(eq(all.projectId, projects.id))
  const rows = await db
    .select({
      id: projects.id,
      name: projects.name,
      phase: projects.phase,
      side: members.side,
      role: members.role,
      members: sql`(${everybody})`.mapWith(Number),
      documents: counts.documents(projects.id),
      openThreads: counts.openThreads(projects.id),
      updatedAt: projects.updatedAt,
    })
    .from(members)
    .innerJoin(projects, eq(projects.id, members.projectId))
    .where(eq(members.userId, userId))
    .orderBy(desc(projects.updatedAt))
  return rows.map(({ updatedAt, ...one }) => ({ ...one, updatedAt: updatedAt.toISOString() }))
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
export const readProject = async (db: Queries, projectId: string): Promise<Project> =>
  (await readProjectAndSize(db, projectId)).project

/** The same with how many members it has. */
export async function readProjectAndSize(
  db: Queries,
  projectId: string,
): Promise<{ project: Project; memberCount: number }> {
  const [found] = await db
    .select({ row: projects, memberCount: db.$count(members, eq(members.projectId, projectId)) })
    .from(projects)
    .where(eq(projects.id, projectId))
  const { row, memberCount } = found!
  const { id, name, phase, createdAt } = row
  return { project: { id, name, phase, createdAt: createdAt.toISOString() }, memberCount }
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
