import { eq } from 'drizzle-orm'
import { randomBytes } from 'node:crypto'
import { Refusal } from '../../shared/errors.ts'
import type { MailChoice } from '../../shared/notify.ts'
import type { Queries } from '../db/database.ts'
import { mailPreferences } from './tables.ts'

/** A user's preference with the token of their unsubscribe link; made when it is first asked for. */
export async function mailPreferenceOf(db: Queries, userId: string) {
  const token = randomBytes(24).toString('base64url')
  await db.insert(mailPreferences).values({ userId, token }).onConflictDoNothing()
  const [kept] = await db.select().from(mailPreferences).where(eq(mailPreferences.userId, userId))
  return kept!
}

export async function chooseMail(db: Queries, userId: string, mail: MailChoice): Promise<void> {
  await mailPreferenceOf(db, userId)
  await db.update(mailPreferences).set({ mail }).where(eq(mailPreferences.userId, userId))
}

/** Ends the mails of whoever was sent this token. @throws Refusal `unsubscribe_invalid` */
export async function unsubscribe(db: Queries, token: string): Promise<void> {
  const ended = await db
    .update(mailPreferences)
    .set({ mail: 'off' })
    .where(eq(mailPreferences.token, token))
    .returning({ userId: mailPreferences.userId })
  if (ended.length === 0) throw new Refusal('unsubscribe_invalid')
}
