import type { Context } from 'hono'

/** The token that a request bears (RFC 6750); undefined for none. Browsers send none by themselves, as they do cookies. */
export const bearerOf = (c: Context): string | undefined =>
  /^Bearer +(.*)$/i.exec(c.req.header('authorization') ?? '')?.[1]
