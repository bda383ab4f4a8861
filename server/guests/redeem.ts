import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Locale, User } from '../../shared/accounts.ts'
import { Refusal } from '../../shared/errors.ts'
import type { GuestOffer } from '../../shared/guests.ts'
import { foldWidth } from '../../shared/text/width-folding.ts'
import type { LoginThrottle } from '../accounts/login-throttle.ts'
import type { Passwords } from '../accounts/passwords.ts'
import { sessions, users } from '../accounts/tables.ts'
import type { Database, Queries } from '../db/database.ts'
import { membershipIn } from '../projects/membership.ts'
import { appendTrail } from '../trail/append.ts'
import { checkNameOfNewGuest } from './guest-names.ts'
import { findOpenLink, type LinkRow } from './guest-links.ts'
import { listOpened } from './current-links.ts'
import { guestLinks } from './tables.ts'

/**
 * One link is one person. It is taken by whoever comes first; after that it opens for the same person only: in the
 * browser that took it, by its session, or with the access code in another one, which ends the first one's session,
 * so that never two are in at once. Who became an account comes back by e-mail and password, never by a code.
 */
type Arrival = GuestOffer['state']

function arrivalOf({ link, guest }: LinkRow, userId: string | null): Arrival {
  if (link.userId === null) return 'new'
  if (link.userId === userId) return 'returning'
  if (link.codeHash === null || guest?.email != null) throw new Refusal('guest_link_taken')
  return 'moving'
}

/**
 * What a link offers to whoever holds it, signed in here as `userId` or not. Titles are told only when no code is asked.
 * @throws Refusal `guest_link_invalid`, `guest_link_revoked`, `guest_link_expired`, `guest_link_taken`
 */
export async function previewLink(db: Queries, token: string, userId: string | null): Promise<GuestOffer> {
  const row = await findOpenLink(db, token)
  const { link, projectName, madeBy } = row
  const state = arrivalOf(row, userId)
  const needsCode = link.codeHash !== null && state !== 'returning'
  const opened = needsCode ? [] : await listOpened(db, link.id)
  return {
    projectName,
    invitedBy: madeBy,
    side: link.side,
    role: link.role,
    resources: opened.map(({ title }) => title),
    expiresAt: link.expiresAt.toISOString(),
    needsCode,
    state,
  }
}

export interface Entered {
  projectId: string
  userId: string
  arrival: Arrival
  /** Gives the browser the session that was opened; does nothing where it has one of this person. */
  give(): void
}

/** Opens a session within a transaction; what it resolves to gives it to the browser. */
type OpenSession = (db: Queries, userId: string) => Promise<() => void>

/**
 * Lets somebody in by a link, as who is signed in here or as a new guest of the name given. Of two who take a link
 * at the same moment one is told that it is taken.
 * @throws Refusal those of `previewLink`, `guest_code_wrong`, `guest_name_taken`, `too_many_requests`, `already_member` (with the
 * project's id), `invalid_input` for a missing name
 *
 * The session is opened in the transaction that lets them in: somebody who moves has no other one when this resolves,
 * though two bring the code at once, and nobody takes a link without coming in.
 */
export async function enterByLink(
  database: Database,
  {
    throttle,
    passwords,
    openSession,
  }: { throttle: LoginThrottle; passwords: Passwords; openSession: OpenSession },
  given: { token: string; name?: string; code?: string; locale: Locale },
  from: { user: User | null; address: string; signal?: AbortSignal },
): Promise<Entered> {
  const row = await findOpenLink(database, given.token)
  const { link } = row
  const { projectId } = link
  const arrival = arrivalOf(row, from.user?.id ?? null)
  if (arrival === 'returning') return { projectId, userId: link.userId!, arrival, give: () => {} }
  if (from.user && (await membershipIn(database, from.user.id, projectId))) {
    throw new Refusal('already_member', { projectId })
  }
  if (link.codeHash !== null) {
    const origin = { address: from.address, device: null }
    const isCode = (code: string) => passwords.fits(link.codeHash, code, from.address, from.signal)
    const code = given.code ?? ''
    const folded = foldWidth(code)
    // a Chinese input method may write it wide; one that was set so before codes were folded is kept as it was typed
    const fits = async () => (await isCode(folded)) || (folded !== code && (await isCode(code)))
    if (!(await throttle.attempt(`guest link ${link.id}`, origin, fits)))
      throw new Refusal('guest_code_wrong')
  }
  const act = { action: 'guest.entered', subject: { guestLink: { id: link.id } } } as const
  const { side, role } = link
  if (arrival === 'moving') {
    const actor = { userId: link.userId!, name: row.guest!.name, side }
    const give = await database.transaction(async (db) => {
      await holdMoving(db, given.token, link.userId!)
      await appendTrail(db, projectId, [{ ...act, actor, details: { role, moved: true } }])
      // whoever was about to become an account in one of them is told that it ended
      await db.delete(sessions).where(eq(sessions.userId, link.userId!))
      return openSession(db, link.userId!)
    })
    return { projectId, userId: link.userId!, arrival, give }
  }
  const entered = await database.transaction(async (db) => {
    const name = from.user?.name ?? given.name
    // who has an account is known by it
    if (name !== undefined && from.user?.email == null)
      await checkNameOfNewGuest(db, projectId, name, from.user)
    const taker = await takeLink(db, link.id, given, from.user)
    const actor = { userId: taker, name: from.user?.name ?? given.name!, side }
    await appendTrail(db, projectId, [{ ...act, actor, details: { role } }])
    return { userId: taker, give: from.user ? () => {} : await openSession(db, taker) }
  })
  return { projectId, arrival, ...entered }
}

/**
 * Looks again while nobody revokes the link or makes an account of the guest: checking a code takes its turn, and until
 * then both may have happened. @throws Refusal those of `previewLink`
 */
async function holdMoving(db: Queries, token: string, guestId: string): Promise<void> {
  const { link } = await findOpenLink(db, token)
  await db
    .select({ id: guestLinks.id })
    .from(guestLinks)
    .where(eq(guestLinks.id, link.id))
    .for('no key update')
  await db.select({ id: users.id }).from(users).where(eq(users.id, guestId)).for('no key update')
  const row = await findOpenLink(db, token)
  if (row.link.userId !== guestId || arrivalOf(row, null) !== 'moving') throw new Refusal('guest_link_taken')
}

async function takeLink(
  db: Queries,
  linkId: string,
  { token, name, locale }: { token: string; name?: string; locale: Locale },
  user: User | null,
): Promise<string> {
  if (!user && name === undefined) throw new Refusal('invalid_input', { field: 'name' })
  const userId = user?.id ?? (await createGuest(db, name!, locale))
  const taken = await db
    .update(guestLinks)
    .set({ userId, takenAt: new Date() })
    .where(
      and(
        eq(guestLinks.id, linkId),
        isNull(guestLinks.userId),
        isNull(guestLinks.revokedAt),
        gt(guestLinks.expiresAt, new Date()),
      ),
    )
    .returning({ id: guestLinks.id })
  if (taken.length > 0) return userId
  // it may have been revoked meanwhile
  await findOpenLink(db, token)
  throw new Refusal('guest_link_taken')
}

async function createGuest(db: Queries, name: string, locale: Locale): Promise<string> {
  const [created] = await db.insert(users).values({ name, locale }).returning({ id: users.id })
  return created!.id
}
