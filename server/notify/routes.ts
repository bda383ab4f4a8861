import { z } from '@hono/zod-openapi'
import { markRead, noticeList, unreadCounts, visit } from '../../shared/notify.ts'
import type { Database } from '../db/database.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import { stillMay } from '../http/access-recheck.ts'
import type { Reading } from '../rooms/ports.ts'
import { countUnread, listNotices, noteVisit, readNotices, type BrokenAmong } from './notices.ts'

interface Needs {
  database: Database
  reading: Reading
  brokenAmong: BrokenAmong
  /** What asking that costs, as so many bytes that are gone through. */
  costOfProof(asked: Parameters<BrokenAmong>[0]): Promise<number>
}

/** What concerns the reader: their notices, what they have read, and when they were where. */
export function noticeRoutes({ database, reading, brokenAmong, costOfProof }: Needs) {
  return feature('Notices')
    .openapi(
      declareRoute('session', {
        method: 'get',
        path: '/api/notices',
        operationId: 'listNotices',
        summary: 'List my notices',
        tokens: 'all',
        request: { query: z.object({ before: z.string().max(80).optional() }) },
        responses: { 200: json(noticeList, 'The latest first') },
      }),
      async (c) => {
        const { before } = c.req.valid('query')
        const { id: userId } = c.var.user
        const charged: BrokenAmong = async (asked) => {
          if (asked.length > 0) await reading.begin(userId, await costOfProof(asked), c.req.raw.signal)
          return brokenAmong(asked)
        }
        return c.json(await listNotices(database, charged, userId, before), 200)
      },
    )
    .openapi(
      declareRoute('session', {
        method: 'get',
        path: '/api/notices/unread',
        operationId: 'countUnread',
        summary: 'Count my unread notices',
        tokens: 'all',
        responses: { 200: json(unreadCounts) },
      }),
      async (c) => c.json(await countUnread(database, c.var.user.id), 200),
    )
    .openapi(
      declareRoute('session', {
        method: 'post',
        path: '/api/notices/read',
        operationId: 'markNoticesRead',
        summary: 'Mark notices as read',
        tokens: 'all',
        description: 'Marks one own notice as read, those of a thread, or, with an empty object, all.',
        request: { body: json(markRead) },
        responses: { 204: nothing },
      }),
      async (c) => {
        await c.var.database.transaction(async (tx) => {
          await readNotices(tx, c.var.user.id, c.req.valid('json'))
          await stillMay(tx)
        })
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('project.read', {
        method: 'post',
        path: '/api/resources/{resourceId}/visit',
        operationId: 'visitResource',
        summary: 'Note that I am here',
        guests: true,
        request: { params: z.object({ resourceId: z.string() }) },
        responses: { 200: json(visit, 'Here; since when there is something new') },
      }),
      async (c) => {
        const since = await c.var.database.transaction(async (tx) => {
          const noted = await noteVisit(tx, c.var.user.id, c.req.valid('param').resourceId)
          await stillMay(tx)
          return noted
        })
        return c.json({ since: since?.toISOString() ?? null }, 200)
      },
    )
}
