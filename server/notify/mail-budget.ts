import { and, countDistinct, eq, gt, sql } from 'drizzle-orm'
import type { Limits } from '../../shared/limits.ts'
import type { Queries } from '../db/database.ts'
import { notices } from './tables.ts'

const hourMs = 3_600_000

/**
 * True while a mail at once may go to `userId` because of `actorId`: neither was sent, nor caused, too many in the
 * last hour. What may not go at once waits for the digest, of which there are few.
 */
export async function mayMailAtOnce(
  db: Queries,
  { mailsPerRecipient, mailsPerCause }: Limits,
  { userId, actorId }: { userId: string; actorId: string },
): Promise<boolean> {
  const isRecent = gt(notices.mailedAt, new Date(Date.now() - hourMs))
  // what one mail told has one moment
  const [sent] = await db
    .select({ mails: countDistinct(notices.mailedAt) })
    .from(notices)
    .where(and(eq(notices.userId, userId), isRecent))
  if (sent!.mails >= mailsPerRecipient) return false
  const [caused] = await db
    .select({ mails: sql<number>`count(distinct (${notices.userId}, ${notices.mailedAt}))`.mapWith(Number) })
    .from(notices)
    .where(and(eq(notices.actorId, actorId), isRecent))
  return caused!.mails < mailsPerCause
}
