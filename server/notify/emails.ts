import { and, asc, eq, gt, inArray, isNull, sql, type SQL } from 'drizzle-orm'
import type { TFunction } from 'i18next'
import { users } from '../accounts/tables.ts'
import type { Database } from '../db/database.ts'
import type { PageOf } from '../resources/kinds.ts'
import { resources } from '../resources/tables.ts'
import { projects } from '../projects/tables.ts'
import { decisionOf } from '../../shared/decision-signs.ts'
import type { Limits } from '../../shared/limits.ts'
import { mayMailAtOnce } from './mail-budget.ts'
import type { Mailer } from './mailer.ts'
import { revisionsIn, shownTo, type BrokenAmong } from './notices.ts'
import { mailPreferenceOf } from './preferences.ts'
import { queueDigest } from './record.ts'
import { notices } from './tables.ts'
import { linkTo, wordingIn } from './wording.ts'

/** What mails are written with and sent by. */
interface Delivering {
  database: Database
  mailer: Mailer
  sendsMail: boolean
  limits: Limits
  brokenAmong: BrokenAmong
  pageOf: PageOf
  url: string
}

/** What one mail holds, and no budget: a digest names so many; the rest is in the bell. */
const longestDigest = 40
/** So many are told by one mail, those that it counts included; what is beyond comes with the next. */
const mostTold = 10_000
/** What nobody could be told of for a week is no news any more (ms). */
const oldestNoticeMs = 7 * 86_400_000

/**
 * Tells one notice at once; not when it was read, told or taken away meanwhile, and with the digest when there were too
 * many mails.
 */
export async function sendUrgent(deps: Delivering, noticeId: string): Promise<void> {
  const { database, limits } = deps
  const isThis = eq(notices.id, noticeId)
  const [row] = await database
    .select({ userId: notices.userId, actorId: notices.actorId })
    .from(notices)
    .where(isThis)
  if (!row) return
  if (await mayMailAtOnce(database, limits, row)) await sendAbout(deps, row.userId, isThis)
  else await queueDigest(database, row.userId)
}

/** Tells a user in one mail all that was not told and not read. */
export const sendDigest = (deps: Delivering, userId: string): Promise<void> =>
  sendAbout(deps, userId, gt(notices.createdAt, new Date(Date.now() - oldestNoticeMs)))

/** A mail tells what the bell shows, and so nothing to who left the project, or to a guest from beyond their link. */
async function sendAbout(
  { database, mailer, sendsMail, brokenAmong, pageOf, url }: Delivering,
  userId: string,
  which: SQL,
): Promise<void> {
  const [reader] = await database
    .select({
      id: users.id,
      name: users.name,
      email: users.email,
      confirmedAt: users.emailConfirmedAt,
      locale: users.locale,
    })
    .from(users)
    .where(eq(users.id, userId))
  if (!reader?.email) return
  // the one gate of all mails but the one that asks: nothing leaves the house for an address that may be a stranger's
  if (sendsMail && !reader.confirmedAt) return
  const { mail, token } = await mailPreferenceOf(database, reader.id)
  if (mail === 'off') return
  const inOrder = [asc(notices.createdAt), asc(notices.id)]
  const untold = await database
    .select({ id: notices.id })
    .from(notices)
    .leftJoin(resources, eq(resources.id, notices.resourceId))
    .where(and(which, isNull(notices.mailedAt), isNull(notices.readAt), shownTo(database, userId)))
    .orderBy(...inOrder)
    .limit(mostTold)
  const ids = untold.map(({ id }) => id)
  const told = await database
    .select({
      notice: notices,
      project: projects.name,
      resource: { id: resources.id, kind: resources.kind, title: resources.title },
    })
    .from(notices)
    .innerJoin(projects, eq(projects.id, notices.projectId))
    .leftJoin(resources, eq(resources.id, notices.resourceId))
    .where(inArray(notices.id, ids.slice(0, longestDigest)))
    .orderBy(...inOrder)
  if (told.length === 0) return
  const t = wordingIn(reader.locale)
  const broken = await brokenAmong(revisionsIn(told.map(({ notice }) => notice)))
  const end = `${url}/unsubscribe?token=${token}`
  await mailer.send({
    to: { name: reader.name, address: reader.email },
    subject: oneLine(
      ids.length === 1
        ? `${headOf(t, told[0]!.notice, broken)} · ${told[0]!.project}`
        : t('mail.subject', { count: ids.length }),
    ),
    text: [
      ...told.map((one) =>
        paragraphOf(
          t,
          url,
          { ...one, page: one.resource && pageOf(one.resource) },
          broken.has(one.notice.revisionId ?? ''),
        ),
      ),
      ...(ids.length > told.length ? [t('mail.more', { count: ids.length - told.length })] : []),
      `-- \n${t('mail.why')}\n${t('mail.settings')} ${url}/settings\n${t('mail.end')} ${end}`,
    ].join('\n\n'),
    unsubscribe: end,
  })
  await database
    .update(notices)
    .set({ mailedAt: new Date() })
    .where(sql`${notices.id} = any(${sql.param(ids)}::text[])`)
  if (ids.length === mostTold) await queueDigest(database, reader.id)
}

type Row = typeof notices.$inferSelect

const whatOf = (t: TFunction, { kind, actorName: name, number, letter }: Row): string =>
  t(`what.${kind}`, { name, number, letter })

/** A subject is read alone: of what is broken it says that, and not what was once told of it. */
const headOf = (t: TFunction, notice: Row, broken: ReadonlySet<string>): string =>
  broken.has(notice.revisionId ?? '') ? t('revisionBroken', { letter: notice.letter }) : whatOf(t, notice)

function paragraphOf(
  t: TFunction,
  url: string,
  told: { notice: Row; project: string; resource: { title: string } | null; page: string | null },
  isBroken: boolean,
): string {
  const { notice, project, resource, page } = told
  const lines = [
    whatOf(t, notice),
    ...(isBroken ? [t('revisionBroken', { letter: notice.letter })] : []),
    resource === null ? project : `${project} / ${resource.title}`,
    ...quoted(t, notice),
    linkTo(url, { ...notice, page }, notice.revisionId !== null),
  ]
  return lines.join('\n')
}

/** What was said, or the decision of a review without words. */
function quoted(t: TFunction, { kind, excerpt }: Row): string[] {
  const decision = kind === 'review' && decisionOf(excerpt)
  const words = decision ? t(`decision.${decision}`) : excerpt
  return words ? [words.replace(/^/gm, '> ')] : []
}

/** A name may hold what would end a header's line. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ')
