import { z } from '@hono/zod-openapi'
import { finds, searchRequest } from '../../shared/search.ts'
import type { Database } from '../db/database.ts'
import { requesterOf } from '../http/requester.ts'
import type { Limits } from '../../shared/limits.ts'
import { createFairQueue } from '../conversions/fair-queue.ts'
import type { Converter } from '../conversions/task.ts'
import { ofConversion } from '../http/refusals.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { ResourceKinds } from '../resources/kinds.ts'
import type { Rooms } from '../rooms/ports.ts'
import { findInProject } from './find.ts'
import { refreshTexts } from './resource-texts.ts'

interface Needs {
  database: Database
  kinds: ResourceKinds
  read: Rooms['read']
  converter: Converter
  limits: Limits
}

/** About what a search takes where texts have changed (ms). */
const eachMs = 500

/** Finds words in all that a project holds. */
export function searchRoutes({ database, kinds, read, converter, limits }: Needs) {
  const inTurn = createFairQueue({
    atOnce: limits.searchesAtOnce,
    waiting: limits.searchesWaiting,
    waitingPerSource: limits.searchesWaitingPerPerson,
    eachMs,
  })
  return feature('Search').openapi(
    declareRoute('project.read', {
      method: 'get',
      path: '/api/projects/{projectId}/search',
      operationId: 'search',
      summary: 'Find words in a project',
      refusals: ofConversion,
      description:
        'Resources and points in which all the words stand, in any case and width; two characters of Chinese are a word.',
      request: { params: z.object({ projectId: z.string() }), query: searchRequest },
      responses: { 200: json(finds) },
    }),
    async (c) => {
      const { projectId, userId } = c.var.scope
      const query = c.req.valid('query').q
      const search = async () => {
        await refreshTexts(kinds, { database, read, converter, by: requesterOf(c) }, projectId)
        return findInProject(database, { projectId, userId, query })
      }
      const found = await inTurn(userId, search, c.req.raw.signal)
      return c.json(found, 200)
    },
  )
}
