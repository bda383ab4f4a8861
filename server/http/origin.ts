import type { Context, MiddlewareHandler } from 'hono'
import { Refusal } from '../../shared/errors.ts'

const reading = new Set(['GET', 'HEAD', 'OPTIONS'])

/** True when the request's Origin header names this server: the public address, or without one the Host asked for. */
export function hasOwnOrigin(c: Context, publicUrl: string | null): boolean {
  const origin = c.req.header('origin')
  if (!origin || !URL.canParse(origin)) return false
  if (publicUrl) return origin === new URL(publicUrl).origin
  return new URL(origin).host === c.req.header('host')
}

/**
 * Refuses what another site could have made a browser send. A request that changes something must prove that it
 * comes from our own pages: by Sec-Fetch-Site, and where a browser leaves that out (plain http in a local network)
 * by its Origin. A request with neither is refused, as is a foreign Origin whatever else is said.
 */
export function sameOrigin(publicUrl: string | null): MiddlewareHandler {
  return async (c, next) => {
    if (!reading.has(c.req.method)) {
      const site = c.req.header('sec-fetch-site')
      const foreignSite = site !== undefined && site !== 'same-origin'
      const origin = c.req.header('origin')
      const foreignOrigin = origin !== undefined && !hasOwnOrigin(c, publicUrl)
      const unproven = site === undefined && origin === undefined
      if (foreignSite || foreignOrigin || unproven) throw new Refusal('foreign_origin')
    }
    await next()
  }
}
