import { z } from '@hono/zod-openapi'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { createReview, review, thread } from '../../shared/review.ts'
import { sees } from '../../shared/permissions.ts'
import type { Database } from '../db/database.ts'
import type { LargeReplies } from '../http/large-replies.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import { withStatus, type Announcing } from './announcing.ts'
import type { CommentBudget } from './comment-budget.ts'
import { listSizesOf, threadsAsJson, threadsInParts } from './large-lists.ts'
import { listReviewSizes, readReview, reviewsAsJson } from './published.ts'
import { publishReview, threadsOfReview } from './publishing.ts'
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
        const threadIds = await threadsOfReview(database, order.id)
        await announcing.tellReview(projectId, (await readReview(database, order.id))!, threadIds)
        // sent again, it is told as far as its author sees it now
        const seen = await readReview(database, order.id, scope)
        if (!seen) throw new Refusal('not_found')
        const kept = await listSizesOf(database, projectId, threadIds, scope)
        const beside = `"review":${JSON.stringify(seen)},`
        const read = async () => threadsAsJson(threadsInParts(database, projectId, kept, scope), beside)
        // it is what the route says, in pieces
        return withStatus(await largeReplies.json(c, kept.bytes + beside.length, read), 201) as never
      },
    )
}
