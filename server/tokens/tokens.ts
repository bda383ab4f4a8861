import { randomBytes } from 'node:crypto'
import { and, desc, eq } from 'drizzle-orm'
import type { User } from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import type { ApiToken } from '../../shared/tokens.ts'
import { users } from '../accounts/tables.ts'
import type { Database, Queries, Transaction } from '../db/database.ts'
import type { TokenInUse } from '../http/route.ts'
import { stillMay } from '../http/access-recheck.ts'
import { projects } from '../projects/tables.ts'
import { sha256Hex } from '../trail/canonical.ts'
import { apiTokens } from './tables.ts'

const dayMs = 86_400_000
/** `lastUsedAt` is written no more often than this, or every request would write. */
const usedEveryMs = 60_000

/** By what is before the secret a token is known for one wherever it turns up. */
const prefix = 'csn_'
const shape = /^csn_[\w-]{43}$/

type Row = typeof apiTokens.$inferSelect

interface Order extends Pick<Row, 'userId' | 'name' | 'scope' | 'projectId'> {
  days: number
}

/**
 * Makes a token and returns its secret, which is kept nowhere. It holds the account's row, as a change of the password
 * does, which ends all tokens: of the two one waits, and no token outlives the password that was given for it.
 * @throws Refusal `too_many_tokens`
 */
export async function createToken(
  tx: Transaction,
  { days, ...order }: Order,
  { tokensPerPerson: limit }: Pick<Limits, 'tokensPerPerson'>,
): Promise<{ id: string; secret: string }> {
  const own = eq(apiTokens.userId, order.userId)
  await tx.select({ id: users.id }).from(users).where(eq(users.id, order.userId)).for('no key update')
  if ((await tx.$count(apiTokens, own)) >= limit) throw new Refusal('too_many_tokens', { limit })
  const secret = prefix + randomBytes(32).toString('base64url')
  const expiresAt = new Date(Date.now() + days * dayMs)
  const [made] = await tx
    .insert(apiTokens)
    .values({ ...order, tokenHash: sha256Hex(secret), expiresAt })
    .returning({ id: apiTokens.id })
  await stillMay(tx)
  return { id: made!.id, secret }
}

/** All tokens of somebody, those that expired too; the latest first. */
export async function listTokens(db: Queries, userId: string): Promise<ApiToken[]> {
  const rows = await db
    .select({ token: apiTokens, projectName: projects.name })
    .from(apiTokens)
    .leftJoin(projects, eq(projects.id, apiTokens.projectId))
    .where(eq(apiTokens.userId, userId))
    .orderBy(desc(apiTokens.createdAt))
  return rows.map(({ token: { id, name, scope, projectId, ...times }, projectName }) => ({
    id,
    name,
    scope,
    projectId,
    projectName,
    createdAt: times.createdAt.toISOString(),
    expiresAt: times.expiresAt.toISOString(),
    lastUsedAt: times.lastUsedAt?.toISOString() ?? null,
  }))
}

/** Ends a token of somebody for good. @throws Refusal `not_found` */
export async function revokeToken(tx: Transaction, userId: string, id: string): Promise<void> {
  const revoked = await tx
    .delete(apiTokens)
    .where(and(eq(apiTokens.userId, userId), eq(apiTokens.id, id)))
    .returning({ id: apiTokens.id })
  if (revoked.length === 0) throw new Refusal('not_found')
  await stillMay(tx)
}

/** Whose a token is, and what it opens; also of one that has expired. */
export async function findToken(
  database: Database,
  token: string,
): Promise<{ user: User; token: TokenInUse; isExpired: boolean } | null> {
  if (!shape.test(token)) return null
  const [found] = await database
    .select({ token: apiTokens, user: users })
    .from(apiTokens)
    .innerJoin(users, eq(users.id, apiTokens.userId))
    .where(eq(apiTokens.tokenHash, sha256Hex(token)))
  if (!found) return null
  const { id, scope, projectId } = found.token
  const { id: userId, email, name, firm, locale } = found.user
  const isExpired = hasExpired(found.token)
  if (!isExpired) await noteUsed(database, found.token)
  return { user: { id: userId, email, name, firm, locale }, token: { id, scope, projectId }, isExpired }
}

/** Within a transaction: whether the token may act still; until it is over, nobody revokes it. */
export async function isTokenGoodIn(db: Queries, id: string): Promise<boolean> {
  const [row] = await db
    .select({ expiresAt: apiTokens.expiresAt })
    .from(apiTokens)
    .where(eq(apiTokens.id, id))
    .for('key share')
  return row !== undefined && !hasExpired(row)
}

const hasExpired = ({ expiresAt }: Pick<Row, 'expiresAt'>): boolean => expiresAt.getTime() <= Date.now()

async function noteUsed(database: Database, { id, lastUsedAt }: Row): Promise<void> {
  const now = Date.now()
  if (lastUsedAt && now - lastUsedAt.getTime() < usedEveryMs) return
  await database
    .update(apiTokens)
    .set({ lastUsedAt: new Date(now) })
    .where(eq(apiTokens.id, id))
}
