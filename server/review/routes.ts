import { z } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
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
  type Thread,
} from '../../shared/review.ts'
import { sees } from '../../shared/permissions.ts'
import type { Database } from '../db/database.ts'
import type { ReadableFiles } from '../files/readable.ts'
import { requesterOf } from '../http/requester.ts'
import type { Converter } from '../conversions/task.ts'
import type { LargeReplies } from '../http/limits/large-replies.ts'
import { declareRoute, feature, json, type Env, type Scope } from '../http/route.ts'
import { lockProject } from '../projects/projects.ts'
import type { ResourceKinds } from '../resources/kinds.ts'
import type { Rooms } from '../rooms/ports.ts'
import { checkedAnchor } from './anchor-check.ts'
import { nothingSaid, type CommentBudget } from './comment-budget.ts'
import { checkNamed, readWritten, type ReadComment, type Writer } from './comment-content.ts'
import { readOfRaised, readOfReply, recordingOfRaised, recordingOfReply } from './notifications.ts'
import { recordComment } from './trail.ts'
import type { Announcing } from './announcing.ts'
import {
  raisedBytes,
  listSizesOf,
  listThreadSizes,
  threadsAsJson,
  threadsInParts,
  type Parts,
} from './large-lists.ts'
import { keptReplacement } from './proposals.ts'
import { writtenEarlier } from './written-at.ts'
import { changePoints, changerOf, checkAssignee } from './changing.ts'
import {
  heldIn,
  insertComment,
  insertThread,
  newComment,
  newThread,
  numbersIn,
  readSent,
  sentComment,
  sentThread,
  type HeldComments,
  type Numbers,
  type SentThread,
} from './insert-thread.ts'
import { raisedThread, lockThread } from './threads.ts'
import { ofChange, ofNewThread, ofWords } from './refusals.ts'

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
  const writerOf = async (scope: Scope, { names }: ReadComment): Promise<Writer> => ({
    resources: scope.resources,
    pictures: await readable(scope, names.sha256s),
  })

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
        refusals: [...ofWords, ...ofNewThread],
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
        const wasSent = (known: SentThread | null) => {
          if (known && (known.projectId !== projectId || known.authorId !== author.authorId)) {
            throw new Refusal('id_taken')
          }
          // raised by a guest where another link of theirs led
          if (known && !sees(c.var.scope, known.resourceId)) throw new Refusal('not_found')
          return known !== null
        }
        const resourceId = resourceOf(pointed)
        if (!sees(c.var.scope, resourceId)) throw new Refusal('not_found')
        const { known, resource } = await readSent(database, id, resourceId)
        let justRaised: Thread | null = null
        if (!wasSent(known)) {
          const written = readWritten({ body, content }, limits)
          const reader = { database, read: rooms.read, converter, by: requesterOf(c) }
          const anchor = await checkedAnchor(kinds, reader, projectId, pointed, resource)
          const replacement = await keptReplacement(
            { kind: fields.kind, anchor, replacement: asked },
            limits.runCharacters,
            (sha256s) => readable(c.var.scope, sha256s),
          )
          const writer = await writerOf(c.var.scope, written)
          await c.var.database
            .transaction(async (db) => {
              await lockProject(db, projectId)
              const { beside, ...audience } = await readOfRaised(
                db,
                { projectId, assigneeId: fields.assigneeId },
                written.names.userIds,
                sql<{ known: SentThread | null; numbers: Numbers }>`json_build_object(
                  'known', ${sentThread(id)}, 'numbers', ${numbersIn(projectId, author.authorId)})`,
              )
              if (wasSent(beside.known)) return
              const assignee = await checkAssignee(db, projectId, fields.assigneeId, [resourceId])
              const said = await checkNamed(db, { projectId, resourceId }, written, limits, writer)
              await budget.book(
                db,
                { projectId, beside: nothingSaid },
                author.authorId,
                said,
                replacement,
                anchor,
              )
              budget.bookThread(author.authorId)
              const given = await newThread(
                db,
                beside.numbers,
                { id, projectId, resourceId, anchor, ...fields, replacement, ...author },
                { id: commentId, ...said, writtenAt: writtenEarlier(writtenAt) },
                limits,
              )
              const recording = await recordingOfRaised(db, audience, given.thread, given.comment)
              const raised = await insertThread(db, given, recording.parts)
              await recording.rest()
              await recordComment(db, raised.thread, raised.comment)
              if (raisedBytes(raised.thread, raised.comment) <= limits.wholeEventBytes) {
                justRaised = raisedThread(raised.thread, raised.comment, assignee)
              }
            })
            .catch(refuseTakenId)
        }
        return announcing.reply(c, id, 201, fields.draft, justRaised)
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
        const written = readWritten({ body, content }, limits)
        const writer = await writerOf(c.var.scope, written)
        await c.var.database
          .transaction(async (db) => {
            const row = await lockThread(db, projectId, threadId, viewerId)
            const { beside, ...audience } = await readOfReply(
              db,
              row,
              written.names.userIds,
              sql<{
                known: { threadId: string; authorId: string } | null
                held: HeldComments
              }>`json_build_object(
                'known', ${sentComment(id)}, 'held', ${heldIn(threadId, viewerId)})`,
            )
            const { known, held } = beside.also
            if (known) {
              if (known.threadId !== threadId || known.authorId !== viewerId) {
                throw new Refusal('id_taken')
              }
              return
            }
            const said = await checkNamed(db, row, written, limits, writer)
            await budget.book(db, { projectId, beside: held }, viewerId, said)
            const given = await newComment(
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
            const recording = await recordingOfReply(db, audience, beside.spoken ?? [], row, given)
            const added = await insertComment(db, row, given, recording.parts)
            await recording.rest()
            await recordComment(db, row, added)
          })
          .catch(refuseTakenId)
        return announcing.reply(c, threadId, 201, draft)
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
        return announcing.reply(c, threadId, 200)
      },
    )
}

/** An id that stands in another project or thread already. */
function refuseTakenId(error: unknown): never {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  if (code === '23505' || cause?.code === '23505') throw new Refusal('id_taken')
  throw error
}
