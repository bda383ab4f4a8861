import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import {
  askedAtOnce,
  changeThread,
  createComment,
  createThread,
  resourceOf,
  thread,
} from '../../shared/review.ts'
import { sees } from '../../shared/permissions.ts'
import type { Database, Queries } from '../db/database.ts'
import type { ReadableFiles } from '../files/readable.ts'
import { requesterOf } from '../http/requester.ts'
import type { Converter } from '../jobs/task.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { declareRoute, feature, json, type Env, type Scope } from '../http/route.ts'
import { lockProject } from '../projects/projects.ts'
import type { ResourceKinds } from '../resources/kinds.ts'
import type { Rooms } from '../rooms/ports.ts'
import { checkedAnchor } from './anchor-check.ts'
import { nothingSaid, type CommentBudget } from './comment-budget.ts'
import { checkWritten, picturesNamed, type Writer, type Written } from './comment-content.ts'
import { noteRaised, noteReply } from './news.ts'
import { recordSaid } from './trail.ts'
import type { Announcing } from './announcing.ts'
import { listSizesOf, listThreadSizes, threadsAsJson, threadsInParts, type Parts } from './large-lists.ts'
import { keptReplacement } from './proposals.ts'
import { writtenEarlier } from './written-at.ts'
import { changePoints, changerOf, checkAssignee } from './changing.ts'
import { insertComment, insertThread, readHeld } from './adding.ts'
import { findComment, findThread, lockThread } from './threads.ts'
import { ofChange, ofNewPoint, ofWords } from './refusals.ts'

interface Needs {
  database: Database
  kinds: ResourceKinds
  converter: Converter
  rooms: Pick<Rooms, 'read'>
  limits: Limits
  readable: ReadableFiles
  budget: CommentBudget
  largeReplies: LargeReplies
  announcing: Announcing
}

const params = z.object({ projectId: z.string() })
const threadParams = params.extend({ threadId: z.string() })
/** Ids with a comma between. */
const threadIds = z
  .string()
  .max(3_300)
  .transform((ids) => ids.split(','))
  .refine((ids) => ids.length <= askedAtOnce)
const oneThread = z.object({ thread })
const manyThreads = z.object({ threads: z.array(thread) })

/** What people assert in their own name: the server stamps it, keeps it, and tells every open browser. */
export function reviewRoutes(needs: Needs) {
  const { database, kinds, converter, rooms, limits, readable, budget, largeReplies, announcing } = needs

  // asked before the transaction, as it reads the texts of documents
  const writerOf = async (scope: Scope, said: Written): Promise<Writer> => ({
    resources: scope.resources,
    pictures: await readable(scope, picturesNamed(said)),
  })

  /** The thread as it is after a commit, shown to all; `changes` tells browsers which copy is the newest. */
  async function announced(c: Context<Env>, threadId: string, status: 200 | 201, isDraft = false) {
    // it is what the route says, in pieces where it is long
    return (await announcing.reply(c, threadId, status, isDraft)) as never
  }

  /** Thousands of points are megabytes. */
  async function listed(c: Context<Env>, kept: Parts) {
    const { scope } = c.var
    const read = async () => threadsAsJson(threadsInParts(database, scope.projectId, kept, scope))
    // it is what the route says, in pieces
    return (await largeReplies.json(c, kept.bytes, read)) as never
  }

  return feature('Points')
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/threads',
        operationId: 'listThreads',
        summary: 'List the points of a project',
        guests: true,
        description: 'All points, or those of these ids, up to 50 with a comma between, that are there.',
        request: { params, query: z.object({ ids: threadIds.optional() }) },
        responses: { 200: json(manyThreads) },
      }),
      async (c) => {
        const { scope } = c.var
        const { ids } = c.req.valid('query')
        const asked = ids
          ? listSizesOf(database, scope.projectId, ids, scope)
          : listThreadSizes(database, scope.projectId, undefined, scope)
        return listed(c, await asked)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/resources/{resourceId}/threads',
        operationId: 'listThreadsOfResource',
        summary: 'List the points of a document',
        guests: true,
        description: 'The points of a document, and those of the project as a whole.',
        request: { params: z.object({ resourceId: z.string() }) },
        responses: { 200: json(manyThreads) },
      }),
      async (c) => {
        const { scope } = c.var
        const { resourceId } = c.req.valid('param')
        return listed(c, await listThreadSizes(database, scope.projectId, resourceId, scope))
      },
    )
    .openapi(
      declareRoute('thread.write', {
        method: 'post',
        path: '/api/projects/{projectId}/threads',
        operationId: 'createThread',
        summary: 'Raise a point',
        refusals: [...ofWords, ...ofNewPoint],
        guests: true,
        request: { params, body: json(createThread) },
        responses: { 201: json(oneThread, 'Raised; the same again for an id that its author sent before') },
      }),
      async (c) => {
        const { projectId, side } = c.var.scope
        const {
          id,
          commentId,
          body,
          content,
          writtenAt,
          anchor: pointed,
          replacement: asked,
          ...fields
        } = c.req.valid('json')
        const author = { authorId: c.var.user.id, authorName: c.var.user.name, authorSide: side }
        const wasSent = async (db: Queries) => {
          const known = await findThread(db, id)
          if (known && (known.projectId !== projectId || known.authorId !== author.authorId)) {
            throw new Refusal('id_taken')
          }
          // raised by a guest where another link of theirs led
          if (known && !sees(c.var.scope, known.resourceId)) throw new Refusal('not_found')
          return known !== undefined
        }
        const resourceId = resourceOf(pointed)
        if (!sees(c.var.scope, resourceId)) throw new Refusal('not_found')
        if (!(await wasSent(database))) {
          const reader = { database, read: rooms.read, converter, by: requesterOf(c) }
          const anchor = await checkedAnchor(kinds, reader, projectId, pointed)
          const replacement = await keptReplacement(
            { kind: fields.kind, anchor, replacement: asked },
            limits.runCharacters,
            (sha256s) => readable(c.var.scope, sha256s),
          )
          const writer = await writerOf(c.var.scope, { content })
          await c.var.database
            .transaction(async (db) => {
              await lockProject(db, projectId)
              if (await wasSent(db)) return
              await checkAssignee(db, projectId, fields.assigneeId, [resourceId])
              const said = await checkWritten(
                db,
                { projectId, resourceId },
                { body, content },
                limits,
                writer,
              )
              await budget.book(
                db,
                { projectId, beside: nothingSaid },
                author.authorId,
                said,
                replacement,
                anchor,
              )
              budget.bookPoint(author.authorId)
              const raised = await insertThread(
                db,
                { id, projectId, resourceId, anchor, ...fields, replacement, ...author },
                { id: commentId, ...said, writtenAt: writtenEarlier(writtenAt) },
                limits,
              )
              await noteRaised(db, raised.thread, raised.comment)
              await recordSaid(db, raised.thread, raised.comment)
            })
            .catch(refuseTakenId)
        }
        return announced(c, id, 201, fields.draft)
      },
    )
    .openapi(
      declareRoute('thread.write', {
        method: 'post',
        path: '/api/projects/{projectId}/threads/{threadId}/comments',
        operationId: 'addComment',
        summary: 'Answer a point',
        guests: true,
        refusals: [...ofWords, 'id_taken', 'too_many_comments', 'too_many_drafts'],
        request: { params: threadParams, body: json(createComment) },
        responses: { 201: json(oneThread, 'Added; the same again for an id that its author sent before') },
      }),
      async (c) => {
        const { projectId, side } = c.var.scope
        const { threadId } = c.req.valid('param')
        const { id, body, content, draft, writtenAt } = c.req.valid('json')
        const viewerId = c.var.user.id
        const writer = await writerOf(c.var.scope, { content })
        await c.var.database
          .transaction(async (db) => {
            const row = await lockThread(db, projectId, threadId, viewerId)
            const known = await findComment(db, id)
            if (known) {
              if (known.threadId !== threadId || known.authorId !== viewerId) {
                throw new Refusal('id_taken')
              }
              return
            }
            const said = await checkWritten(db, row, { body, content }, limits, writer)
            const held = await readHeld(db, threadId, viewerId)
            await budget.book(db, { projectId, beside: held }, viewerId, said)
            const added = await insertComment(
              db,
              row,
              held,
              {
                id,
                ...said,
                // what is added to a draft is one, whatever was asked
                draft: draft || row.draft,
                writtenAt: writtenEarlier(writtenAt),
                authorId: viewerId,
                authorName: c.var.user.name,
                authorSide: side,
              },
              limits,
            )
            await noteReply(db, row, added)
            await recordSaid(db, row, added)
          })
          .catch(refuseTakenId)
        return announced(c, threadId, 201, draft)
      },
    )
    .openapi(
      declareRoute('thread.write', {
        method: 'patch',
        path: '/api/projects/{projectId}/threads/{threadId}',
        operationId: 'changeThread',
        summary: 'Settle, decline, reopen or change a point',
        guests: true,
        refusals: ofChange,
        request: { params: threadParams, body: json(changeThread) },
        responses: { 200: json(oneThread) },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { threadId } = c.req.valid('param')
        const change = c.req.valid('json')
        await c.var.database.transaction(async (db) => {
          await changePoints(db, projectId, [threadId], change, changerOf(c.var), budget)
        })
        return announced(c, threadId, 200)
      },
    )
}

/** An id that stands in another project or thread already. */
function refuseTakenId(error: unknown): never {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  if (code === '23505' || cause?.code === '23505') throw new Refusal('id_taken')
  throw error
}
