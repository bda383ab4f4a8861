import { z } from '@hono/zod-openapi'
import type { Registry } from 'prom-client'
import { Refusal } from '../../shared/errors.ts'
import type { ApiDescription } from './description/describe.ts'
import { hasToken, isFromThisMachine } from './forwarded.ts'
import { declareRoute, feature, json } from './route.ts'

const ok = z.object({ ok: z.literal(true) })
const text = { description: 'Prometheus text format', content: { 'text/plain': { schema: z.string() } } }

interface Needs {
  /** Rejects within two seconds when the database does not answer. */
  probeDatabase(): Promise<void>
  /** Lets in who reads the metrics. */
  metricsToken: string | null
  /** True where strangers' requests may come over loopback, by a proxy: then only the token lets in. */
  mayBeProxied: boolean
  registry: Registry
  /** The OpenAPI document of the whole application, as it is sent. */
  describe(): ApiDescription
}

/** What the machinery around the server asks: is it alive, may it be sent people, how is it doing. */
export function healthRoutes(needs: Needs) {
  return feature('Server')
    .openapi(
      declareRoute('public', {
        method: 'get',
        path: '/api/openapi.json',
        operationId: 'getApiDescription',
        summary: 'Read this description',
        responses: { 200: json(z.looseObject({ openapi: z.string() }), 'This document') },
      }),
      (c) => {
        const { plain, gzip, etag } = needs.describe()
        c.header('ETag', etag)
        c.header('Vary', 'Accept-Encoding')
        if (c.req.header('if-none-match') === etag) return c.body(null, 304) as never
        c.header('Content-Type', 'application/json')
        const isPacked = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
        if (isPacked) c.header('Content-Encoding', 'gzip')
        return c.body(isPacked ? gzip : plain, 200) as never
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'get',
        path: '/healthz',
        operationId: 'isAlive',
        summary: 'Is the server alive?',
        responses: { 200: json(ok, 'Alive') },
      }),
      (c) => c.json({ ok: true } as const, 200),
    )
    .openapi(
      declareRoute('public', {
        method: 'get',
        path: '/readyz',
        operationId: 'isReady',
        summary: 'Is the server ready for people?',
        refusals: ['storage_failed'],
        responses: { 200: json(ok, 'Ready to serve') },
      }),
      async (c) => {
        await needs.probeDatabase().catch(() => {
          throw new Refusal('storage_failed')
        })
        return c.json({ ok: true } as const, 200)
      },
    )
    .openapi(
      declareRoute('public', {
        method: 'get',
        path: '/metrics',
        operationId: 'getMetrics',
        summary: 'Read the metrics',
        refusals: ['not_allowed'],
        responses: { 200: text },
      }),
      async (c) => {
        // they tell who works when, and how much
        const isLocal = !needs.mayBeProxied && isFromThisMachine(c)
        if (!isLocal && !hasToken(c, needs.metricsToken)) throw new Refusal('not_allowed')
        return c.text(await needs.registry.metrics(), 200)
      },
    )
}
