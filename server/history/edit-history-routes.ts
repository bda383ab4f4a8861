import { z } from '@hono/zod-openapi'
import { historyUsage } from '../../shared/documents.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Database } from '../db/database.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Log } from '../rooms/ports.ts'
import { actorOf } from '../trail/append.ts'
import { foldHistory } from './fold-history.ts'
import { historyBytes } from './history-budget.ts'

interface Needs {
  database: Database
  limits: Limits
  log: Pick<Log, 'compact'>
}

const params = z.object({ projectId: z.string() })

/** What a project's edits take, and the way out when that is all that they may. */
export function editHistoryRoutes({ database, limits, log }: Needs) {
  return feature('Documents')
    .openapi(
      declareRoute('project.manage', {
        method: 'get',
        path: '/api/projects/{projectId}/history',
        operationId: 'getHistoryUsage',
        summary: 'Read what the edits of all documents take',
        description: 'What the edits of all documents take, with who made them and when; in bytes.',
        request: { params },
        responses: { 200: json(historyUsage) },
      }),
      async (c) => {
        const bytes = await historyBytes(database, c.var.scope.projectId)
        return c.json({ bytes, limit: limits.historyBytes }, 200)
      },
    )
    .openapi(
      declareRoute('project.manage', {
        method: 'post',
        path: '/api/projects/{projectId}/history/fold',
        operationId: 'foldHistory',
        summary: 'Give up who wrote what, to make room',
        description:
          'Gives up who wrote what and when in the texts, to make room. Texts, versions and revisions stay as they are.',
        request: { params },
        responses: { 200: json(historyUsage) },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { before, after } = await foldHistory(c.var.database, log.compact, projectId, actorOf(c.var))
        c.var.log.info({ event: 'history folded', projectId, by: c.var.user.id, before, after })
        return c.json({ bytes: after, limit: limits.historyBytes }, 200)
      },
    )
}
