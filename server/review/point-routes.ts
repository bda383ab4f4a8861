import { z } from '@hono/zod-openapi'
import { changeThreads, thread } from '../../shared/review.ts'
import type { Database } from '../db/database.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Rooms } from '../rooms/ports.ts'
import { changePoints, changerOf } from './changing.ts'
import { readThreadsOf } from './threads.ts'

interface Needs {
  database: Database
  publish: Rooms['publish']
}

/** What is done with many points at once. */
export function pointRoutes({ database, publish }: Needs) {
  return feature().openapi(
    declareRoute('thread.write', {
      method: 'patch',
      path: '/api/projects/{projectId}/threads',
      description: 'The same change to up to 500 points: to all of them, or, when one is refused, to none.',
      request: { params: z.object({ projectId: z.string() }), body: json(changeThreads) },
      responses: { 200: json(z.object({ threads: z.array(thread) })) },
    }),
    async (c) => {
      const { projectId } = c.var.scope
      const { threadIds, change } = c.req.valid('json')
      await database.transaction((db) => changePoints(db, projectId, threadIds, change, changerOf(c.var)))
      const threads = await readThreadsOf(database, projectId, threadIds)
      for (const saved of threads) publish(projectId, { type: 'thread.saved', thread: saved })
      return c.json({ threads }, 200)
    },
  )
}
