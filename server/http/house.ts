import { z } from '@hono/zod-openapi'
import { sql } from 'drizzle-orm'
import type { Registry } from 'prom-client'
import { Refusal } from '../../shared/errors.ts'
import type { Database } from '../db/database.ts'
import { declareRoute, feature, json } from './route.ts'

const ok = z.object({ ok: z.literal(true) })
const text = { description: 'Prometheus text format', content: { 'text/plain': { schema: z.string() } } }

/** What the machinery around the server asks: is it alive, may it be sent people, how is it doing. */
export function houseRoutes(needs: { database: Database; registry: Registry }) {
  return feature()
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
        await needs.database.execute(sql`select 1`).catch(() => {
          throw new Refusal('storage_failed')
        })
        return c.json({ ok: true } as const, 200)
      },
    )
    .openapi(
      declareRoute('public', { method: 'get', path: '/metrics', responses: { 200: text } }),
      async (c) => c.text(await needs.registry.metrics(), 200),
    )
}
