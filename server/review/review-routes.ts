import { z } from '@hono/zod-openapi'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { createReview, review, thread } from '../../shared/review.ts'
import { sees } from '../../shared/permissions.ts'
import type { Database } from '../db/database.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Rooms } from '../rooms/ports.ts'
import { listReviews, publishReview, threadsOfReview } from './publishing.ts'
import { readThreadsOf } from './threads.ts'

interface Needs {
  database: Database
  rooms: Pick<Rooms, 'publish'>
  limits: Limits
}

const params = z.object({ projectId: z.string() })
const path = '/api/projects/{projectId}/reviews'

/** Comments that were kept private, published together with a decision. */
export function publishingRoutes({ database, rooms, limits }: Needs) {
  return feature()
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path,
        guests: true,
        request: { params, query: z.object({ documentId: z.string().optional() }) },
        responses: { 200: json(z.object({ reviews: z.array(review) }), 'The latest 500, the newest first') },
      }),
      async (c) => {
        const { documentId } = c.req.valid('query')
        const { scope } = c.var
        return c.json({ reviews: await listReviews(database, scope.projectId, { documentId }, scope) }, 200)
      },
    )
    .openapi(
      declareRoute('thread.write', {
        method: 'post',
        path,
        guests: true,
        request: { params, body: json(createReview) },
        responses: { 201: json(z.object({ review, threads: z.array(thread) }), 'Published') },
      }),
      async (c) => {
        const { scope } = c.var
        const { projectId, side, documents } = scope
        const order = { ...c.req.valid('json'), projectId, documents }
        if (!sees(scope, order.documentId ?? null)) throw new Refusal('not_found')
        const { id: userId, name } = c.var.user
        await c.var.database.transaction((db) =>
          publishReview(db, order, { userId, name, side }, limits.threadsPerProject),
        )
        const [published] = await listReviews(database, projectId, { reviewId: order.id })
        const threadIds = await threadsOfReview(database, order.id)
        const threads = await readThreadsOf(database, projectId, threadIds)
        rooms.publish(projectId, { type: 'review.saved', review: published!, threads })
        if (documents === null) return c.json({ review: published!, threads }, 201)
        // sent again, it is told as far as its author sees it now
        const [seen] = await listReviews(database, projectId, { reviewId: order.id }, scope)
        if (!seen) throw new Refusal('not_found')
        return c.json(
          { review: seen, threads: await readThreadsOf(database, projectId, threadIds, scope) },
          201,
        )
      },
    )
}
