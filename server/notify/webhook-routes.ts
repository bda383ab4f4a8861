import { z } from '@hono/zod-openapi'
import { and, asc, eq } from 'drizzle-orm'
import type { Counter } from '../../shared/rules/counter.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { perHour, takeOrRefuse } from '../../shared/rules/token-bucket.ts'
import { createWebhook, delivery, webhook, type Webhook } from '../../shared/notify.ts'
import type { Database, Queries } from '../db/database.ts'
import { addressOf, wideNetworkOf } from '../http/address.ts'
import { declareRoute, feature, json, nothing } from '../http/route.ts'
import { createFairQueue } from '../conversions/fair-queue.ts'
import { lockProject } from '../projects/projects.ts'
import { projects } from '../projects/tables.ts'
import { actorOf, appendTrail } from '../trail/append.ts'
import { checkReach, type AddressCheck } from './ssrf-guard.ts'
import { webhooks } from './tables.ts'
import { jsonWebhook } from './json-webhook.ts'
import { listDeliveries, sendOnce } from './webhooks.ts'

interface Needs {
  database: Database
  limits: Limits
  counter: Counter
  isAllowedAddress: AddressCheck
  /** True when mails are sent by a mail server; else they lie in the spool. */
  sendsMail: boolean
  /** What links in a message begin with. */
  url(host: string | undefined): string
}

const params = z.object({ projectId: z.string() })
const hookParams = params.extend({ webhookId: z.string() })
const path = '/api/projects/{projectId}/webhooks'

/** Where a project's news go besides the bell: an owner's to set up. Secrets go in and never come out. */
export function webhookRoutes({ database, limits, counter, isAllowedAddress, sendsMail, url }: Needs) {
  const bounds = {
    atOnce: limits.webhookLooksAtOnce,
    waiting: limits.webhookLooksWaiting,
    waitingPerSource: limits.webhookLooksWaitingPerNetwork,
    eachMs: 2_000,
  }
  // a name or a receiver may keep each waiting for seconds: networks take turns, and one kind does not wait for the other
  const lookups = createFairQueue(bounds)
  const trials = createFairQueue(bounds)
  const tried = counter.buckets('webhook trials by person')

  function bookTrial(userId: string): void {
    takeOrRefuse(tried.use(userId, ...perHour(limits.webhookTestsPerHour)), performance.now())
  }

  async function refuseMore(db: Queries, projectId: string): Promise<void> {
    const limit = limits.webhooksPerProject
    if ((await db.$count(webhooks, eq(webhooks.projectId, projectId))) >= limit) {
      throw new Refusal('too_many_webhooks', { limit })
    }
  }

  async function find(projectId: string, webhookId: string) {
    const [row] = await database
      .select()
      .from(webhooks)
      .where(and(eq(webhooks.id, webhookId), eq(webhooks.projectId, projectId)))
    if (!row) throw new Refusal('not_found')
    return row
  }

  const app = feature('Webhooks')
  app.openAPIRegistry.registerWebhook(jsonWebhook)
  return app
    .openapi(
      declareRoute('project.manage', {
        method: 'get',
        path,
        operationId: 'listWebhooks',
        summary: 'List the webhooks of a project',
        request: { params },
        responses: { 200: json(z.object({ webhooks: z.array(webhook), sendsMail: z.boolean() })) },
      }),
      async (c) => {
        const rows = await database
          .select()
          .from(webhooks)
          .where(eq(webhooks.projectId, c.var.scope.projectId))
          .orderBy(asc(webhooks.createdAt))
        return c.json({ webhooks: rows.map(shown), sendsMail }, 200)
      },
    )
    .openapi(
      declareRoute('project.manage', {
        method: 'post',
        path,
        operationId: 'addWebhook',
        summary: 'Add a webhook',
        refusals: ['webhook_address', 'too_many_webhooks'],
        request: { params, body: json(createWebhook) },
        responses: { 201: json(z.object({ webhook }), 'Kept; the secret is not shown again') },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const given = c.req.valid('json')
        // before anybody is asked for the name, and again when it is written down
        await refuseMore(database, projectId)
        const { signal } = c.req.raw
        const look = () => checkAddress(given.url, isAllowedAddress, signal)
        await lookups(wideNetworkOf(addressOf(c)), look, signal)
        const created = await c.var.database.transaction(async (db) => {
          await lockProject(db, projectId)
          await refuseMore(db, projectId)
          const { id: createdBy, locale } = c.var.user
          const [row] = await db
            .insert(webhooks)
            .values({ ...given, projectId, createdBy, locale })
            .returning()
          const subject = { webhook: namedInTrail(row!) }
          await appendTrail(db, projectId, [{ actor: actorOf(c.var), action: 'webhook.added', subject }])
          return row!
        })
        return c.json({ webhook: shown(created) }, 201)
      },
    )
    .openapi(
      declareRoute('project.manage', {
        method: 'delete',
        path: `${path}/{webhookId}`,
        operationId: 'removeWebhook',
        summary: 'Remove a webhook',
        request: { params: hookParams },
        responses: { 204: nothing },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { id } = await find(projectId, c.req.valid('param').webhookId)
        await c.var.database.transaction(async (db) => {
          const [removed] = await db.delete(webhooks).where(eq(webhooks.id, id)).returning()
          if (!removed) return
          const subject = { webhook: namedInTrail(removed) }
          await appendTrail(db, projectId, [{ actor: actorOf(c.var), action: 'webhook.removed', subject }])
        })
        return c.body(null, 204)
      },
    )
    .openapi(
      declareRoute('project.manage', {
        method: 'post',
        path: `${path}/{webhookId}/test`,
        operationId: 'testWebhook',
        summary: 'Send a webhook a test',
        request: { params: hookParams },
        responses: { 200: json(z.object({ delivery }), 'Tried; how it went') },
      }),
      async (c) => {
        const { projectId } = c.var.scope
        const { id } = await find(projectId, c.req.valid('param').webhookId)
        const [project] = await database
          .select({ name: projects.name })
          .from(projects)
          .where(eq(projects.id, projectId))
        const told = {
          what: 'test' as const,
          actor: c.var.user.name,
          project: project!.name,
          projectId,
          document: null,
          documentId: null,
          threadId: null,
          commentId: null,
          number: null,
          letter: null,
          excerpt: '',
          at: new Date().toISOString(),
        }
        const sending = { database, isAllowedAddress, url: url(c.req.header('host')) }
        bookTrial(c.var.user.id)
        const { signal } = c.req.raw
        const send = () => sendOnce({ ...sending, signal }, id, told, 1)
        const sent = await trials(wideNetworkOf(addressOf(c)), send, signal)
        if (!sent) throw new Refusal('not_found')
        return c.json({ delivery: sent }, 200)
      },
    )
    .openapi(
      declareRoute('project.manage', {
        method: 'get',
        path: `${path}/{webhookId}/deliveries`,
        operationId: 'listDeliveries',
        summary: 'List what a webhook was sent',
        request: { params: hookParams },
        responses: { 200: json(z.object({ deliveries: z.array(delivery) }), 'The latest 50') },
      }),
      async (c) => {
        const { id } = await find(c.var.scope.projectId, c.req.valid('param').webhookId)
        return c.json({ deliveries: await listDeliveries(database, id) }, 200)
      },
    )
}

/** @throws Refusal `webhook_address` unless it is an http address on the public internet, without a password in it */
async function checkAddress(
  given: string,
  isAllowedAddress: AddressCheck,
  signal: AbortSignal,
): Promise<void> {
  const url = URL.canParse(given) ? new URL(given) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new Refusal('webhook_address')
  }
  await checkReach(url, isAllowedAddress, signal).catch(() => {
    throw new Refusal('webhook_address')
  })
}

/** All members may know where news of the project go; what is secret in the address stays with the owners. */
const namedInTrail = ({ id, kind, url }: typeof webhooks.$inferSelect) => ({
  id,
  kind,
  host: new URL(url).host,
})

const shown = ({ id, kind, url, secret, locale, createdAt }: typeof webhooks.$inferSelect): Webhook => ({
  id,
  kind,
  host: new URL(url).host,
  signed: secret !== '',
  locale,
  createdAt: createdAt.toISOString(),
})
