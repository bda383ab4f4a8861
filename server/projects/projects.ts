import { count, desc, eq, inArray } from 'drizzle-orm'
import type { Project, ProjectSummary } from '../../shared/projects.ts'
import type { Phase, Side } from '../../shared/permissions.ts'
import type { Queries } from '../db/database.ts'
import { members, projects } from './tables.ts'

type Summary = Omit<ProjectSummary, 'documents' | 'openThreads'>

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

/** Creates a project with its maker as its first owner. */
export async function createProject(
  database: Queries,
  given: { name: string; side: Side; userId: string },
): Promise<string> {
  return database.transaction(async (db) => {
    const [created] = await db
      .insert(projects)
      .values({ name: given.name, createdBy: given.userId })
      .returning({ id: projects.id })
    const { id } = created!
    await db.insert(members).values({ projectId: id, userId: given.userId, side: given.side, role: 'owner' })
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
  db: Queries,
  projectId: string,
  change: { name?: string; phase?: Phase },
): Promise<Project> {
  await db
    .update(projects)
    .set({ ...change, updatedAt: new Date() })
    .where(eq(projects.id, projectId))
  return readProject(db, projectId)
}
