import { timingSafeEqual } from 'node:crypto'
import type { HttpBindings } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import { withoutMapping } from './address.ts'
import { isNear, type TrustedProxies } from './trusted-proxies.ts'

/** What proxies add to a request that they pass on. */
const proxyHeader =
  /^(forwarded|via|x-forwarded(-.*)?|x-real-ip|x-client-ip|cf-connecting-ip|true-client-ip)$/

const loopback = /^(127\.\d+\.\d+\.\d+|::1)$/

/**
 * True when a request comes over loopback and nothing in it says that a proxy passed it on; nginx without a setting asks
 * by HTTP/1.0. A proxy on this machine that speaks HTTP/1.1 and adds no header cannot be told from a local sender:
 * where the configuration speaks of a proxy or of a public address, this is not to be relied on.
 */
export function isFromThisMachine(c: Context): boolean {
  const address = withoutMapping(getConnInfo(c).remote.address ?? '')
  if (!loopback.test(address)) return false
  const { httpVersion } = (c.env as HttpBindings).incoming
  return httpVersion !== '1.0' && !Object.keys(c.req.header()).some((name) => proxyHeader.test(name))
}

/**
 * Tells the operator, once, of a proxy in front that the configuration does not name: all whom it passes on share the
 * limits of one address.
 */
export function noticeUnnamedProxy(logger: Logger, trustedProxies: TrustedProxies): (c: Context) => void {
  let isNoticed = false
  return (c) => {
    if (isNoticed) return
    const address = withoutMapping(getConnInfo(c).remote.address ?? '')
    if (!isNear(address) || trustedProxies.has(address)) return
    if (!Object.keys(c.req.header()).some((name) => proxyHeader.test(name))) return
    isNoticed = true
    logger.warn(
      { address },
      'a proxy that TRUSTED_PROXIES does not name passes requests on: all of its clients share the limits of one address',
    )
  }
}

/** True when the request carries this bearer token. */
export function hasToken(c: Context, token: string | null): boolean {
  if (token === null) return false
  const given = Buffer.from(c.req.header('authorization') ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
