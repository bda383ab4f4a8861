import type { Context } from 'hono'
import type { Requester } from '../conversions/task.ts'
import { addressOf, wideNetworkOf } from './address.ts'
import type { Env } from './route.ts'

/** For whom a request's conversions are made; they end with the request when its sender goes away. */
export const requesterOf = (c: Context<Env>): Requester => ({
  projectId: c.var.scope.projectId,
  userId: c.var.user.id,
  network: wideNetworkOf(addressOf(c)),
  signal: c.req.raw.signal,
})
