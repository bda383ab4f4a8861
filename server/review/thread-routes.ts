import { z } from '@hono/zod-openapi'
import { changeThreads, thread } from '../../shared/review.ts'
import type { Database } from '../db/database.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Announcing } from './announcing.ts'
import type { CommentBudget } from './comment-budget.ts'
import { changePoints, changerOf } from './changing.ts'
import { listSizesOf, threadsAsJson, threadsInParts } from './large-lists.ts'
import { ofChange } from './refusals.ts'

interface Needs {
  database: Database
  largeReplies: LargeReplies
  budget: CommentBudget
  announcing: Announcing
}

/** What is done with many points at once. */
export function threadRoutes({ database, largeReplies, budget, announcing }: Needs) {
  return feature('Points').openapi(
    declareRoute('thread.write', {
      method: 'patch',
      path: '/api/projects/{projectId}/threads',
      operationId: 'changeThreads',
      summary: 'Change many points at once',
      refusals: ofChange,
      description: 'The same change to up to 500 points: to all of them, or, when one is refused, to none.',
      request: { params: z.object({ projectId: z.string() }), body: json(changeThreads) },
      responses: { 200: json(z.object({ threads: z.array(thread) })) },
    }),
    async (c) => {
      const { scope } = c.var
      const { projectId } = scope
      const { threadIds, change } = c.req.valid('json')
      await c.var.database.transaction((db) =>
        changePoints(db, projectId, threadIds, change, changerOf(c.var), budget),
      )
      const kept = await listSizesOf(database, projectId, threadIds, scope)
      await announcing.tell(scope, threadIds)
      const read = async () => threadsAsJson(threadsInParts(database, projectId, kept, scope))
      // it is what the route says, in pieces
      return (await largeReplies.json(c, kept.bytes, read)) as never
    },
  )
}
