import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

/**
 * The address at the other end of the request's socket. Headers such as X-Forwarded-For are not read: any client
 * can write them, and a limit that believes them limits nobody.
 */
export function addressOf(c: Context): string {
  return getConnInfo(c).remote.address ?? 'unknown'
}
