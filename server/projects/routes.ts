import { z } from '@hono/zod-openapi'
import { documentSummary, type DocumentSummary } from '../../shared/documents.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Publish } from '../../shared/wire/events.ts'
import {
  changeProject as change,
  createProject as create,
  member,
  project,
  projectSummary,
  resourceSummary,
  membership,
  type ProjectSummary,
  type ResourceSummary,
} from '../../shared/projects.ts'
import { sees } from '../../shared/permissions.ts'
import type { Database } from '../db/database.ts'
import { chargedList } from '../http/limits/list-budget.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Bus, Reading } from '../rooms/ports.ts'
import { actorOf } from '../trail/append.ts'
import { listMembers } from './members.ts'
import {
  changeProject,
  countProjects,
  createProject,
  listProjects,
  readProjectAndSize,
  type Counts,
} from './projects.ts'

/** What later features keep in a project, as its pages show it. */
export interface Contents {
  opened(projectId: string): Promise<{ documents: DocumentSummary[]; resources: ResourceSummary[] }>
  counts: Counts
  /** The projects that a user came into as a guest, each counted as far as the guest sees it. */
  guestProjects(userId: string): Promise<ProjectSummary[]>
}

interface Needs {
  database: Database
  limits: Limits
  contents: Contents
  publish: Publish
  recheck: Bus['recheck']
  reading: Reading
}

/** What counting and writing one project of a list costs, as so many bytes that are gone through: 40 microseconds. */
const readPerProject = 1_300

const projectParams = z.object({ projectId: z.string() })
const wholeProject = z.object({
  project,
  me: membership,
  members: z.array(member),
  documents: z.array(documentSummary),
  /** All that can be opened, documents too. */
  resources: z.array(resourceSummary),
})

export function projectRoutes({ database, limits, contents, publish, recheck, reading }: Needs) {
  return feature('Projects')
    .openapi(
      declareRoute('session', {
        method: 'get',
        path: '/api/projects',
        operationId: 'listProjects',
        summary: 'List my projects',
        tokens: 'each',
        responses: { 200: json(z.object({ projects: z.array(projectSummary) })) },
      }),
      async (c) => {
        const { id: userId } = c.var.user
        const known = await countProjects(database, userId)
        const correct = await reading.begin(userId, known * readPerProject, c.req.raw.signal)
        const projects = await listProjects(database, userId, contents.counts)
        const ids = new Set(projects.map(({ id }) => id))
        const guestOf = await contents.guestProjects(userId)
        const others = guestOf.filter(({ id }) => !ids.has(id))
        const only = c.var.token?.projectId ?? null
        const all = [...projects, ...others].filter(({ id }) => only === null || id === only)
        correct(all.length * readPerProject)
        return c.json({ projects: all }, 200)
      },
    )
    .openapi(
      declareRoute('account', {
        method: 'post',
        path: '/api/projects',
        operationId: 'createProject',
        summary: 'Create a project',
        tokens: 'all',
        refusals: ['too_many_projects'],
        request: { body: json(create) },
        responses: { 201: json(z.object({ id: z.string() }), 'Created') },
      }),
      async (c) => {
        const { id: userId, name } = c.var.user
        const id = await createProject(
          c.var.database,
          { ...c.req.valid('json'), by: { userId, name } },
          limits,
        )
        return c.json({ id }, 201)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}',
        operationId: 'getProject',
        summary: 'Read a project with its members and contents',
        guests: true,
        description: 'A guest sees the opened documents, and people without their e-mail addresses.',
        request: { params: projectParams },
        responses: { 200: json(wholeProject) },
      }),
      async (c) => {
        const { projectId, userId, side, role, phase, guestUntil } = c.var.scope
        const whole = readProjectAndSize(database, projectId)
        const size = whole.then(({ memberCount }) => memberCount)
        const [{ project: found }, members, { documents, resources }] = await Promise.all([
          whole,
          chargedList(c, reading, size, () => listMembers(database, projectId)),
          contents.opened(projectId),
        ])
        const me = { userId, side, role, phase, guestUntil }
        return c.json(
          {
            project: found,
            me,
            members: guestUntil === null ? members : members.map((one) => ({ ...one, email: null })),
            documents: documents.filter(({ id }) => sees(c.var.scope, id)),
            resources: resources.filter(({ id }) => sees(c.var.scope, id)),
          },
          200,
        )
      },
    )
    .openapi(
      declareRoute('project.manage', {
        method: 'patch',
        path: '/api/projects/{projectId}',
        operationId: 'changeProject',
        summary: 'Rename, archive or bring back a project',
        request: { params: projectParams, body: json(change) },
        responses: { 200: json(z.object({ project })) },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const asked = c.req.valid('json')
        const changed = await changeProject(c.var.database, projectId, asked, actorOf(c.var))
        // also where it stood so when that was asked: somebody else may have changed it in between
        if (asked.phase !== undefined) {
          await recheck({ projectId })
          c.var.log.info({ event: 'phase changed', projectId, phase: changed.phase, by: c.var.user.id })
        }
        publish(projectId, { type: 'project.changed' })
        return c.json({ project: changed }, 200)
      },
    )
}
