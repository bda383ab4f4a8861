import { z } from '@hono/zod-openapi'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { createReview, review, thread } from '../../shared/review.ts'
import { sees } from '../../shared/permissions.ts'
import type { Database } from '../db/database.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Announcing } from './announcing.ts'
import type { CommentBudget } from './comment-budget.ts'
import { listReviewSizes, reviewsAsJson } from './published.ts'
import { publishReview } from './publishing.ts'
import { ofWords } from './refusals.ts'

interface Needs {
  database: Database
  limits: Limits
  budget: CommentBudget
  largeReplies: LargeReplies
  announcing: Announcing
}

const params = z.object({ projectId: z.string() })
const path = '/api/projects/{projectId}/reviews'

/** Comments that were kept private, published together with a decision. */
export function publishingRoutes({ database, limits, budget, largeReplies, announcing }: Needs) {
  return feature('Reviews')
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path,
        operationId: 'listReviews',
        summary: 'List published reviews',
        guests: true,
        request: { params, query: z.object({ resourceId: z.string().optional() }) },
        responses: { 200: json(z.object({ reviews: z.array(review) }), 'The latest 500, the newest first') },
      }),
      async (c) => {
        const { resourceId } = c.req.valid('query')
        const { scope } = c.var
        const kept = await listReviewSizes(database, scope.projectId, resourceId, scope)
        const read = async () => reviewsAsJson(database, kept, scope)
        // it is what the route says, in pieces
        return (await largeReplies.json(c, kept.bytes, read)) as never
      },
    )
    .openapi(
      declareRoute('thread.write', {
        method: 'post',
        path,
        operationId: 'publishReview',
        summary: 'Publish my drafts with a decision',
        refusals: [
          ...ofWords,
          'id_taken',
          'reason_required',
          'review_empty',
          'thread_full_for_drafts',
          'too_many_threads',
          'too_many_own_threads',
          'too_many_comments',
        ],
        guests: true,
        request: { params, body: json(createReview) },
        responses: { 201: json(z.object({ review, threads: z.array(thread) }), 'Published') },
      }),
      async (c) => {
        const { scope } = c.var
        const { projectId, side, resources } = scope
        const order = { ...c.req.valid('json'), projectId, resources }
        if (!sees(scope, order.resourceId ?? null)) throw new Refusal('not_found')
        const { id: userId, name } = c.var.user
        await c.var.database.transaction((db) =>
          publishReview(db, order, { userId, name, side }, limits, budget),
        )
        // it is what the route says, in pieces where it is long
        return (await announcing.tellReview(c, order.id)) as never
      },
    )
}
