import { z } from '@hono/zod-openapi'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { changeThread, createComment, createThread, thread } from '../../shared/review.ts'
import type { Database, Queries } from '../db/database.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Rooms } from '../rooms/ports.ts'
import { checkAnchor } from './anchor-check.ts'
import { changePoints, changerOf, checkAssignee } from './changing.ts'
import {
  findComment,
  findThread,
  insertComment,
  insertThread,
  listThreads,
  lockNumbers,
  lockThread,
  readThread,
} from './threads.ts'

interface Needs {
  database: Database
  rooms: Pick<Rooms, 'read' | 'publish'>
  limits: Limits
}

const params = z.object({ projectId: z.string() })
const threadParams = params.extend({ threadId: z.string() })
const oneThread = z.object({ thread })

/** What people assert in their own name: the server stamps it, keeps it, and tells every open browser. */
export function reviewRoutes({ database, rooms, limits }: Needs) {
  /** The thread as it is after a commit, shown to all; `changes` tells browsers which copy is the newest. */
  async function announced(projectId: string, threadId: string) {
    const saved = (await readThread(database, projectId, threadId))!
    rooms.publish(projectId, { type: 'thread.saved', thread: saved })
    return { thread: saved }
  }
  function checkLength(body: string) {
    const limit = limits.commentCharacters
    if (body.length > limit) throw new Refusal('comment_too_long', { limit })
  }

  return feature()
    .openapi(
      declareRoute('project.read', {
        method: 'get',
        path: '/api/projects/{projectId}/threads',
        request: { params, query: z.object({ documentId: z.string().optional() }) },
        responses: { 200: json(z.object({ threads: z.array(thread) })) },
      }),
      async (c) => {
        const { documentId } = c.req.valid('query')
        return c.json({ threads: await listThreads(database, c.var.scope.projectId, documentId) }, 200)
      },
    )
    .openapi(
      declareRoute('thread.write', {
        method: 'post',
        path: '/api/projects/{projectId}/threads',
        request: { params, body: json(createThread) },
        responses: { 201: json(oneThread, 'Raised; the same again for an id that its author sent before') },
      }),
      async (c) => {
        const { projectId, side } = c.var.scope
        const { id, commentId, body, anchor, ...fields } = c.req.valid('json')
        checkLength(body)
        const author = { authorId: c.var.user.id, authorName: c.var.user.name, authorSide: side }
        const wasSent = async (db: Queries) => {
          const known = await findThread(db, id)
          if (known && (known.projectId !== projectId || known.authorId !== author.authorId)) {
            throw new Refusal('id_taken')
          }
          return known !== undefined
        }
        if (!(await wasSent(database))) {
          await checkAnchor(database, rooms.read, projectId, anchor)
          await database
            .transaction(async (db) => {
              await lockNumbers(db, projectId)
              if (await wasSent(db)) return
              const documentId = anchor.type === 'project' ? null : anchor.documentId
              await checkAssignee(db, projectId, fields.assigneeId)
              await insertThread(
                db,
                { id, projectId, documentId, anchor, ...fields, ...author },
                { id: commentId, body },
                limits.threadsPerProject,
              )
            })
            .catch(refuseTakenId)
        }
        return c.json(await announced(projectId, id), 201)
      },
    )
    .openapi(
      declareRoute('thread.write', {
        method: 'post',
        path: '/api/projects/{projectId}/threads/{threadId}/comments',
        request: { params: threadParams, body: json(createComment) },
        responses: { 201: json(oneThread, 'Added; the same again for an id that its author sent before') },
      }),
      async (c) => {
        const { projectId, side } = c.var.scope
        const { threadId } = c.req.valid('param')
        const comment = c.req.valid('json')
        checkLength(comment.body)
        await database
          .transaction(async (db) => {
            const row = await lockThread(db, projectId, threadId)
            const known = await findComment(db, comment.id)
            if (known) {
              if (known.threadId !== threadId || known.authorId !== c.var.user.id) {
                throw new Refusal('id_taken')
              }
              return
            }
            await insertComment(db, row, {
              ...comment,
              authorId: c.var.user.id,
              authorName: c.var.user.name,
              authorSide: side,
            })
          })
          .catch(refuseTakenId)
        return c.json(await announced(projectId, threadId), 201)
      },
    )
    .openapi(
      declareRoute('thread.write', {
        method: 'patch',
        path: '/api/projects/{projectId}/threads/{threadId}',
        request: { params: threadParams, body: json(changeThread) },
        responses: { 200: json(oneThread) },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { threadId } = c.req.valid('param')
        const change = c.req.valid('json')
        await database.transaction(async (db) => {
          await changePoints(db, projectId, [threadId], change, changerOf(c.var))
        })
        return c.json(await announced(projectId, threadId), 200)
      },
    )
}

/** An id that stands in another project or thread already. */
function refuseTakenId(error: unknown): never {
  const { code, cause } = error as { code?: string; cause?: { code?: string } }
  if (code === '23505' || cause?.code === '23505') throw new Refusal('id_taken')
  throw error
}
