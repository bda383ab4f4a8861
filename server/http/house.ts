import { z, type OpenAPIHono } from '@hono/zod-openapi'
import type { Registry } from 'prom-client'
import { Refusal } from '../../shared/errors.ts'
import { hasToken, isFromThisMachine } from './forwarded.ts'
import { declareRoute, feature, json, type Env } from './route.ts'

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
  /** The OpenAPI document of the whole application. */
  describe(): ReturnType<OpenAPIHono['getOpenAPI31Document']>
}

/** What the machinery around the server asks: is it alive, may it be sent people, how is it doing. */
export function houseRoutes(needs: Needs) {
  return feature()
    .openapi(
      declareRoute('public', {
        method: 'get',
        path: '/api/openapi.json',
        responses: { 200: json(z.looseObject({ openapi: z.string() }), 'This document') },
      }),
      (c) => c.json(needs.describe(), 200),
    )
    .openapi(
      declareRoute('public', { method: 'get', path: '/healthz', responses: { 200: json(ok, 'Alive') } }),
      (c) => c.json({ ok: true } as const, 200),
    )
    .openapi(
      declareRoute('public', {
        method: 'get',
        path: '/readyz',
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
      declareRoute('public', { method: 'get', path: '/metrics', responses: { 200: text } }),
      async (c) => {
        // they tell who works when, and how much
        const isLocal = !needs.mayBeProxied && isFromThisMachine(c)
        if (!isLocal && !hasToken(c, needs.metricsToken)) throw new Refusal('not_allowed')
        return c.text(await needs.registry.metrics(), 200)
      },
    )
}

/** Describes every route of the application from its own declaration, once. */
export function describeApi(app: OpenAPIHono<Env>, sessionCookie: string) {
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie,
    description: 'Given by POST /api/sessions. A request that changes something also names its Origin.',
  })
  let document: ReturnType<Needs['describe']> | undefined
  return () =>
    (document ??= app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: { title: 'Countersign', version: '1' },
    }))
}
