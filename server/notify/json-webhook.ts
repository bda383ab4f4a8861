import { z, type RouteConfig } from '@hono/zod-openapi'
import { webhookMessage } from '../../shared/notify.ts'
import { json } from '../http/route.ts'

/** What is sent to a webhook of kind `json`, as the description of the interface has it. */
export const jsonWebhook = {
  method: 'post',
  path: 'message',
  operationId: 'receiveMessage',
  summary: 'Receive what happened in a project',
  description:
    'Sent to each webhook of kind `json`. What is not taken within 10 s is sent again, later and later; of two with one content the receiver leaves out the second.',
  tags: ['Webhooks'],
  security: [],
  request: {
    headers: z.object({ 'X-Countersign-Timestamp': z.string(), 'X-Countersign-Signature': z.string() }),
    body: { ...json(webhookMessage), required: true },
  },
  responses: {
    200: { description: 'Taken; so is any other status from 200 to 299' },
    429: { description: 'Not now: it is sent again later, and what waits behind it waits too' },
    500: { description: 'The same' },
  },
} as const satisfies RouteConfig
