import { z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { commentEdit, editComment, thread } from '../../shared/review.ts'
import { refusalOfCommentChange } from '../../shared/rules/thread-rules.ts'
import { sees } from '../../shared/permissions.ts'
import type { Database, Queries } from '../db/database.ts'
import type { ReadableFiles } from '../files/readable.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { declareRoute, feature, json, type Scope } from '../http/route.ts'
import { stillMay } from '../http/access-recheck.ts'
import { updateExcerpts } from '../notify/record.ts'
import { actorOf, appendTrail } from '../trail/append.ts'
import type { Announcing } from './announcing.ts'
import type { CommentBudget } from './comment-budget.ts'
import { checkNamed, readWritten } from './comment-content.ts'
import { editsAsJson, listEdits } from './large-lists.ts'
import { commentEdits, comments, threads } from './tables.ts'
import { readHeld } from './insert-thread.ts'
import { findComment, isOpening, lockThread } from './threads.ts'
import { withoutPointLinks } from './closed-threads.ts'
import { subjectOf, wordsSha256 } from './trail.ts'
import { commentShownTo, threadShownTo } from './visibility.ts'
import { ofWords, refuse } from './refusals.ts'

interface Needs {
  database: Database
  limits: Limits
  readable: ReadableFiles
  budget: CommentBudget
  largeReplies: LargeReplies
  announcing: Announcing
}

const params = z.object({ projectId: z.string(), threadId: z.string(), commentId: z.string() })
const path = '/api/projects/{projectId}/threads/{threadId}/comments/{commentId}'

/** What an author does with a comment that is said: others see that it was edited or withdrawn, and nothing is lost. */
export function commentRoutes({ database, limits, readable, budget, largeReplies, announcing }: Needs) {
  return feature('Points')
    .openapi(
      declareRoute('thread.write', {
        method: 'patch',
        path,
        operationId: 'editComment',
        summary: 'Edit an own comment',
        guests: true,
        refusals: [...ofWords, 'comment_withdrawn', 'thread_closed'],
        request: { params, body: json(editComment) },
        responses: { 200: json(z.object({ thread }), 'Edited; what it said before is kept') },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { threadId, commentId } = c.req.valid('param')
        const written = readWritten(c.req.valid('json'), limits)
        const pictures = await readable(c.var.scope, written.names.sha256s)
        const writer = { resources: c.var.scope.resources, pictures }
        const isDraft = await c.var.database.transaction(async (db) => {
          const { row, comment } = await lockOwn(db, { projectId, threadId, commentId }, c.var.user.id)
          refuse(refusalOfCommentChange(row, comment, c.var.user.id))
          const said = await checkNamed(db, row, written, limits, writer)
          const isSame =
            JSON.stringify([said.body, said.content]) === JSON.stringify([comment.body, comment.content])
          if (isSame) return true
          const beside = await readHeld(db, threadId, c.var.user.id, commentId)
          await budget.book(db, { projectId, beside }, c.var.user.id, said)
          if (!comment.draft) await keepBefore(db, comment)
          const editedAt = comment.draft ? null : new Date()
          await db
            .update(comments)
            .set({ ...said, editedAt })
            .where(eq(comments.id, commentId))
          // nobody knows of it, so the trail does not ask
          if (comment.draft) {
            await stillMay(db)
            return true
          }
          await count(db, row)
          await updateExcerpts(
            db,
            { commentId, projectId },
            { all: said.body, guests: withoutPointLinks(said).body },
          )
          const words = { from: wordsSha256(comment), to: wordsSha256(said) }
          const act = { action: 'comment.edited', subject: subjectOf(row, comment) } as const
          await appendTrail(db, projectId, [
            { ...act, actor: actorOf(c.var), details: { wordsSha256: words } },
          ])
          return false
        })
        return announcing.reply(c, threadId, 200, isDraft)
      },
    )
    .openapi(
      declareRoute('thread.write', {
        method: 'delete',
        path,
        operationId: 'withdrawComment',
        summary: 'Withdraw an own comment',
        guests: true,
        refusals: ['comment_withdrawn', 'thread_closed'],
        description:
          'Withdraws an own comment: its place stays, its words go; once more changes nothing. An own draft goes without a trace.',
        request: { params },
        responses: { 200: json(z.object({ thread: thread.nullable() }), 'Withdrawn') },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { threadId, commentId } = c.req.valid('param')
        const isDraft = await c.var.database.transaction(async (db) => {
          const { row, comment } = await lockOwn(db, { projectId, threadId, commentId }, c.var.user.id)
          // sent again on a bad network: it is as it was asked to be
          if (comment.withdrawnAt) return true
          refuse(refusalOfCommentChange(row, comment, c.var.user.id))
          if (comment.draft && row.draft && (await isOpening(db, comment))) {
            await db.delete(threads).where(eq(threads.id, threadId))
            await stillMay(db)
          } else if (comment.draft) {
            await db.delete(comments).where(eq(comments.id, commentId))
            await stillMay(db)
          } else {
            await keepBefore(db, comment)
            await db
              .update(comments)
              .set({ body: '', content: null, withdrawnAt: new Date() })
              .where(eq(comments.id, commentId))
            await count(db, row)
            await updateExcerpts(db, { commentId, projectId }, { all: '', guests: '' })
            const details = { wordsSha256: wordsSha256(comment) }
            const act = { action: 'comment.withdrawn', subject: subjectOf(row, comment), details } as const
            await appendTrail(db, projectId, [{ ...act, actor: actorOf(c.var) }])
          }
          return comment.draft
        })
        return announcing.reply(c, threadId, 200, isDraft)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: `${path}/edits`,
        operationId: 'listCommentEdits',
        summary: 'Read what a comment said before',
        guests: true,
        description: 'What a comment said before, oldest first; of a withdrawn one only for its author.',
        request: { params },
        responses: { 200: json(z.object({ edits: z.array(commentEdit) })) },
      }),
      async (c) => {
        const { threadId, commentId } = c.req.valid('param')
        const comment = await findShown(database, c.var.scope, threadId, commentId)
        if (comment.withdrawnAt && comment.authorId !== c.var.user.id) return c.json({ edits: [] }, 200)
        const kept = await listEdits(database, commentId)
        const read = async () => editsAsJson(database, kept, c.var.scope)
        // it is what the route says, in pieces
        return (await largeReplies.json(c, kept.bytes, read)) as never
      },
    )
}

/** A comment that somebody sees, without its words. @throws Refusal `not_found` */
async function findShown(db: Queries, viewer: Scope, threadId: string, commentId: string) {
  const [found] = await db
    .select({
      authorId: comments.authorId,
      withdrawnAt: comments.withdrawnAt,
      resourceId: threads.resourceId,
    })
    .from(comments)
    .innerJoin(threads, eq(threads.id, comments.threadId))
    .where(
      and(
        eq(threads.projectId, viewer.projectId),
        eq(threads.id, threadId),
        eq(comments.id, commentId),
        threadShownTo(viewer.userId),
        commentShownTo(viewer.userId),
      ),
    )
  if (!found || !sees(viewer, found.resourceId)) throw new Refusal('not_found')
  return found
}

/** An own comment and its thread, both held. @throws Refusal `not_found`, `not_allowed` */
async function lockOwn(
  db: Queries,
  { projectId, threadId, commentId }: { projectId: string; threadId: string; commentId: string },
  userId: string,
) {
  const row = await lockThread(db, projectId, threadId, userId)
  const comment = await findComment(db, commentId)
  const isSeen = comment?.threadId === threadId && (!comment.draft || comment.authorId === userId)
  if (!comment || !isSeen) throw new Refusal('not_found')
  if (comment.authorId !== userId) throw new Refusal('not_allowed')
  return { row, comment }
}

const keepBefore = (db: Queries, { id, body, content }: typeof comments.$inferSelect) =>
  db.insert(commentEdits).values({ commentId: id, body, content })

const count = (db: Queries, { id, changes }: typeof threads.$inferSelect) =>
  db
    .update(threads)
    .set({ changes: changes + 1 })
    .where(eq(threads.id, id))
