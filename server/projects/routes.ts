import { z } from '@hono/zod-openapi'
import { documentSummary, type DocumentSummary } from '../../shared/documents.ts'
import type { Publish } from '../../shared/events.ts'
import {
  changeProject as change,
  createProject as create,
  member,
  project,
  projectSummary,
  standing,
} from '../../shared/projects.ts'
import type { Database } from '../db/database.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Rooms } from '../rooms/ports.ts'
import { listMembers } from './members.ts'
import { changeProject, createProject, listProjects, readProject } from './projects.ts'

/** What later features keep in a project, as its pages show it. */
export interface Contents {
  documents(projectId: string): Promise<DocumentSummary[]>
  /** By project; one that is missing has none. */
  documentCounts(projectIds: string[]): Promise<Map<string, number>>
  openThreadCounts(projectIds: string[]): Promise<Map<string, number>>
}

interface Needs {
  database: Database
  contents: Contents
  publish: Publish
  recheck: Rooms['recheck']
}

const projectParams = z.object({ projectId: z.string() })
const wholeProject = z.object({
  project,
  me: standing,
  members: z.array(member),
  documents: z.array(documentSummary),
})

export function projectRoutes({ database, contents, publish, recheck }: Needs) {
  return feature()
    .openapi(
      declareRoute('account', {
        method: 'get',
        path: '/api/projects',
        responses: { 200: json(z.object({ projects: z.array(projectSummary) })) },
      }),
      async (c) => {
        const mine = await listProjects(database, c.var.user.id)
        const ids = mine.map(({ id }) => id)
        const [documents, openThreads] = await Promise.all([
          contents.documentCounts(ids),
          contents.openThreadCounts(ids),
        ])
        const projects = mine.map((one) => ({
          ...one,
          documents: documents.get(one.id) ?? 0,
          openThreads: openThreads.get(one.id) ?? 0,
        }))
        return c.json({ projects }, 200)
      },
    )
    .openapi(
      declareRoute('account', {
        method: 'post',
        path: '/api/projects',
        request: { body: json(create) },
        responses: { 201: json(z.object({ id: z.string() }), 'Created') },
      }),
      async (c) => {
        const id = await createProject(database, { ...c.req.valid('json'), userId: c.var.user.id })
        return c.json({ id }, 201)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}',
        request: { params: projectParams },
        responses: { 200: json(wholeProject) },
      }),
      async (c) => {
        const { projectId, userId, side, role, phase } = c.var.scope
        const [found, members, documents] = await Promise.all([
          readProject(database, projectId),
          listMembers(database, projectId),
          contents.documents(projectId),
        ])
        return c.json({ project: found, me: { userId, side, role, phase }, members, documents }, 200)
      },
    )
    .openapi(
      declareRoute('project.manage', {
        method: 'patch',
        path: '/api/projects/{projectId}',
        request: { params: projectParams, body: json(change) },
        responses: { 200: json(z.object({ project })) },
      }),
      async (c) => {
        const { projectId, phase } = c.var.scope
        const changed = await changeProject(database, projectId, c.req.valid('json'))
        if (changed.phase !== phase) {
          await recheck({ projectId })
          c.var.log.info({ event: 'phase changed', projectId, phase: changed.phase, by: c.var.user.id })
        }
        publish(projectId, { type: 'project.changed' })
        return c.json({ project: changed }, 200)
      },
    )
}
