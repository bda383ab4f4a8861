import { and, desc, eq, lt } from 'drizzle-orm'
import type { Delivery, DeliveryProblem } from '../../shared/notify.ts'
import type { Database, Queries } from '../db/database.ts'
import { revisionsIn, type BrokenAmong } from './notices.ts'
import type { PageOf } from '../resources/kinds.ts'
import { anyResource } from '../resources/resources.ts'
import { ClosedAddress, postJson, type AddressCheck } from './ssrf-guard.ts'
import { messageFor, tookIt } from './chat-webhooks.ts'
import type { MessageFacts } from './send-tasks.ts'
import { deliveries, webhooks } from './tables.ts'

interface Sending {
  database: Database
  isAllowedAddress: AddressCheck
  url: string
  /** Asked when a revision is told of, as it may have been changed since. */
  brokenAmong?: BrokenAmong
  /** Asked when a resource is told of. */
  pageOf?: PageOf
  /** Cuts off what has no answer yet. */
  signal?: AbortSignal
}

/** A receiver did not take a message. `takesNone`: it is away or says that it takes none now; else it was this one. */
export class NotTaken extends Error {
  readonly takesNone: boolean
  constructor(problem: DeliveryProblem, takesNone: boolean) {
    super(`webhook: ${problem}`)
    this.takesNone = takesNone
  }
}

/** How long the log of deliveries is kept (ms). */
const keptMs = 30 * 86_400_000

/**
 * Sends one message and logs how it went. An address that may not be reached no later try makes right; a webhook that
 * is gone is sent nothing. @throws NotTaken when it should be tried again
 */
export async function deliver(
  sending: Sending,
  webhookId: string,
  told: MessageFacts,
  attempt: number,
): Promise<void> {
  const delivery = await sendOnce(sending, webhookId, told, attempt)
  if (!delivery?.problem || delivery.problem === 'closed') return
  const { problem, status } = delivery
  throw new NotTaken(problem, status === null || status === 429 || status >= 500)
}

/** One try, logged; undefined when there is no such webhook. */
export async function sendOnce(
  { database, isAllowedAddress, url, brokenAmong, pageOf, signal }: Sending,
  webhookId: string,
  told: MessageFacts,
  attempt: number,
): Promise<Delivery | undefined> {
  const [hook] = await database.select().from(webhooks).where(eq(webhooks.id, webhookId))
  if (!hook) return undefined
  const broken = (await brokenAmong?.(revisionsIn([{ revisionId: null, ...told }]))) ?? new Set()
  const isBroken = broken.has(told.revisionId ?? '')
  const resource = told.documentId === null ? null : await anyResource(database, told.documentId)
  const page = (resource && pageOf?.(resource)) ?? null
  let status: number | null = null
  let problem: DeliveryProblem | null = null
  try {
    const message = messageFor(hook, told, url, Date.now(), isBroken, page)
    const answer = await postJson(message.url, message.body, message.headers, isAllowedAddress, signal)
    status = answer.status
    if (!tookIt(hook.kind, status, answer.text)) problem = 'refused'
  } catch (error) {
    problem =
      error instanceof ClosedAddress
        ? 'closed'
        : ['AbortError', 'TimeoutError'].includes((error as Error).name)
          ? 'timeout'
          : 'unreachable'
  }
  const old = lt(deliveries.at, new Date(Date.now() - keptMs))
  await database.delete(deliveries).where(and(eq(deliveries.webhookId, webhookId), old))
  const [row] = await database
    .insert(deliveries)
    .values({ webhookId, what: told.what, attempt, status, problem })
    .returning()
  return shownDelivery(row!)
}

/** The latest 50 deliveries, the latest first. */
export async function listDeliveries(db: Queries, webhookId: string): Promise<Delivery[]> {
  const rows = await db
    .select()
    .from(deliveries)
    .where(eq(deliveries.webhookId, webhookId))
    .orderBy(desc(deliveries.at))
    .limit(50)
  return rows.map(shownDelivery)
}

const shownDelivery = (row: typeof deliveries.$inferSelect): Delivery => ({
  id: row.id,
  what: row.what,
  attempt: row.attempt,
  status: row.status,
  problem: row.problem,
  at: row.at.toISOString(),
})
