import { z } from '@hono/zod-openapi'
import { markRead, noticeList, unreadCounts, visit } from '../../shared/notify.ts'
import type { Database } from '../db/database.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import { stillMay } from '../http/standing.ts'
import { countUnread, listNotices, noteVisit, readNotices, type BrokenAmong } from './notices.ts'

/** What concerns the reader: their notices, what they have read, and when they were where. */
export function noticeRoutes({ database, brokenAmong }: { database: Database; brokenAmong: BrokenAmong }) {
  return feature()
    .openapi(
      declareRoute('session', {
        method: 'get',
        path: '/api/notices',
        request: { query: z.object({ before: z.string().max(80).optional() }) },
        responses: { 200: json(noticeList, 'The latest first') },
      }),
      async (c) => {
        const { before } = c.req.valid('query')
        return c.json(await listNotices(database, brokenAmong, c.var.user.id, before), 200)
      },
    )
    .openapi(
      declareRoute('session', {
        method: 'get',
        path: '/api/notices/unread',
        responses: { 200: json(unreadCounts) },
      }),
      async (c) => c.json(await countUnread(database, c.var.user.id), 200),
    )
    .openapi(
      declareRoute('session', {
        method: 'post',
        path: '/api/notices/read',
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
        path: '/api/documents/{documentId}/visit',
        request: { params: z.object({ documentId: z.string() }) },
        responses: { 200: json(visit, 'Here; since when there is something new') },
      }),
      async (c) => {
        const since = await c.var.database.transaction(async (tx) => {
          const noted = await noteVisit(tx, c.var.user.id, c.req.valid('param').documentId)
          await stillMay(tx)
          return noted
        })
        return c.json({ since: since?.toISOString() ?? null }, 200)
      },
    )
}
