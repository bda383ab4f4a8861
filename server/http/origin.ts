import type { MiddlewareHandler } from 'hono'
import { Refusal } from '../../shared/errors.ts'
import { bearerOf } from './bearer.ts'

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/** True when an Origin header names this server: the public address, or without one the Host that was asked for. */
export function isOwnOrigin(
  headers: { origin?: string | undefined; host?: string | undefined },
  publicUrl: string | null,
): boolean {
  const { origin, host } = headers
  if (!origin || !URL.canParse(origin)) return false
  return publicUrl ? origin === new URL(publicUrl).origin : new URL(origin).host === host
}

/**
 * Refuses what another site could have made a browser send. A request that changes something must prove that it
 * comes from our own pages: by Sec-Fetch-Site, and where a browser leaves that out (plain http in a local network)
 * by its Origin. A request with neither is refused unless it bears a token, which no other site can make a browser send;
 * a foreign Origin is refused whatever else is said.
 */
export function sameOrigin(publicUrl: string | null): MiddlewareHandler {
  return async (c, next) => {
    if (!reading.has(c.req.method)) {
      const site = c.req.header('sec-fetch-site')
      const foreignSite = site !== undefined && site !== 'same-origin'
      const { origin, host } = c.req.header()
      const foreignOrigin = origin !== undefined && !isOwnOrigin({ origin, host }, publicUrl)
      const unproven = site === undefined && origin === undefined && bearerOf(c) === undefined
      if (foreignSite || foreignOrigin || unproven) throw new Refusal('foreign_origin')
    }
    await next()
  }
}
