import { z } from '@hono/zod-openapi'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { acceptance, thread } from '../../shared/review.ts'
import { mayAccept } from '../../shared/rules/thread-rules.ts'
import { declareRoute, feature, json } from '../http/route.ts'
import type { Announcing } from './announcing.ts'
import { acceptProposal } from './proposals.ts'

interface Needs {
  limits: Pick<Limits, 'runCharacters'>
  announcing: Announcing
}

/** Accepting a proposal. Raising and declining one are as for any thread. */
export function proposalRoutes({ announcing, limits }: Needs) {
  return feature('Points').openapi(
    declareRoute('thread.settle', {
      method: 'post',
      path: '/api/projects/{projectId}/threads/{threadId}/accept',
      operationId: 'acceptProposal',
      summary: 'Accept a proposal',
      guests: true,
      refusals: ['proposal_accepted', 'thread_closed'],
      request: {
        params: z.object({ projectId: z.string(), threadId: z.string() }),
        body: json(acceptance),
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
      if (!mayAccept(c.var.scope)) throw new Refusal('not_allowed')
      const { threadId } = c.req.valid('param')
      const given = c.req.valid('json')
      const { user } = c.var
      const by = { userId: user.id, name: user.name, side }
      await c.var.database.transaction((db) =>
        acceptProposal(db, projectId, threadId, by, given, limits.runCharacters),
      )
      return announcing.reply(c, threadId, 200)
    },
  )
}
