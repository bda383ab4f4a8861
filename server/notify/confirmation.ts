import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { hashOfConfirmation } from '../accounts/addresses.ts'
import { emailConfirmations } from '../accounts/tables.ts'
import type { Database, Queries } from '../db/database.ts'
import { addJobs } from '../jobs/job-table.ts'
import type { Mailer } from './mailer.ts'
import type { SendTask } from './send-tasks.ts'
import { wordingIn } from './wording.ts'

/** Has a mail sent that asks whether an address is its reader's. */
export async function queueConfirmation(db: Queries, confirmationId: string): Promise<void> {
  const task: SendTask = { type: 'confirmation', confirmationId }
  await addJobs(db, [{ task }])
}

/**
 * Asks whether an address is its reader's: the only mail that an address gets before that is known, and so one in
 * which nobody's words stand. The secret is made when it is sent; only its hash is kept.
 */
export async function sendConfirmation(
  {
    database,
    mailer,
    sendsMail,
    url,
  }: { database: Database; mailer: Mailer; sendsMail: boolean; url: string },
  confirmationId: string,
): Promise<void> {
  const isThis = eq(emailConfirmations.id, confirmationId)
  const [row] = await database.select().from(emailConfirmations).where(isThis)
  if (!sendsMail || !row || row.usedAt || row.expiresAt.getTime() <= Date.now()) return
  const token = randomBytes(32).toString('base64url')
  await database
    .update(emailConfirmations)
    .set({ tokenHash: hashOfConfirmation(token) })
    .where(isThis)
  const t = wordingIn(row.locale)
  const host = new URL(url).host
  await mailer.send({
    to: { name: '', address: row.email },
    subject: t('mail.confirm.subject'),
    text: [
      t('mail.confirm.text', { host }),
      `${url}/confirm-email#${token}`,
      t('mail.confirm.otherwise'),
    ].join('\n\n'),
  })
}
