import { z } from '@hono/zod-openapi'
import type { Publish } from '../../shared/events.ts'
import { thread } from '../../shared/review.ts'
import type { Database } from '../db/database.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import { acceptProposal } from './proposals.ts'
import { readThread } from './threads.ts'

interface Needs {
  database: Database
  publish: Publish
}

/** Accepting a proposal. Raising and declining one are as for any thread. */
export function proposalRoutes({ database, publish }: Needs) {
  return feature().openapi(
    declareRoute('thread.settle', {
      method: 'post',
      path: '/api/projects/{projectId}/threads/{threadId}/accept',
      request: {
        params: z.object({ projectId: z.string(), threadId: z.string() }),
        body: json(z.object({ changes: z.number().int().min(0) })),
      },
      responses: {
        200: json(
          z.object({ thread }),
          'The acceptance is yours: now change the text. Refused to anybody else who is later',
        ),
      },
    }),
    async (c) => {
      const { projectId, side } = c.var.scope
      const { threadId } = c.req.valid('param')
      const { changes } = c.req.valid('json')
      const { user } = c.var
      await c.var.database.transaction((db) =>
        acceptProposal(db, projectId, threadId, { userId: user.id, name: user.name, side }, changes),
      )
      const saved = (await readThread(database, projectId, threadId))!
      publish(projectId, { type: 'thread.saved', thread: saved })
      return c.json({ thread: (await readThread(database, projectId, threadId, c.var.scope))! }, 200)
    },
  )
}
