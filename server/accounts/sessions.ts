import { createHash, randomBytes } from 'node:crypto'
import { DrizzlePostgreSQLAdapter } from '@lucia-auth/adapter-drizzle'
import { and, desc, eq, ne, notInArray, sql } from 'drizzle-orm'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { parse } from 'hono/utils/cookie'
import { Lucia, TimeSpan } from 'lucia'
import type { Session, User } from '../../shared/accounts.ts'
import type { Limits } from '../../shared/limits.ts'
import type { Database, Queries } from '../db/database.ts'
import { gathered } from '../db/gathered.ts'
import { sessions, users } from './tables.ts'

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof openLucia>
    DatabaseUserAttributes: typeof users.$inferSelect
    DatabaseSessionAttributes: Omit<typeof sessions.$inferSelect, 'id' | 'userId' | 'expiresAt'>
  }
}

const dayMs = 86_400_000
/**
 * The random name that a browser keeps whoever signs in there: it opens nothing, and tells only that two signatures came
 * from one browser.
 */
const browserName = /^[\w-]{22}$/
/** `lastSeenAt` is written no more often than this, or every request would write. */
const seenEveryMs = 60_000

/** Memory, and no budget: so many sessions are known by heart: a few hundred bytes each, and more than are open at a time. */
const mostKnown = 20_000

/**
 * Sessions, kept by Lucia. This is the only file that knows it: Lucia v3 is no longer maintained, and stores ids
 * as they are, so it is given the SHA-256 of the cookie's secret for an id and never sees the secret.
 * A session ends when it was idle for `sessionIdleDays`, or at the latest after `sessionDays`; of more than
 * `sessionsPerPerson` that end which were not seen for longest: `onEnded` is told of them, as their rooms may be open.
 */
export function createSessions(
  database: Database,
  limits: Limits,
  secure: boolean,
  onEnded: (userId: string, sessionIds: string[]) => void,
) {
  const lucia = openLucia(database, limits, secure)
  const browserCookie = secure ? '__Host-browser' : 'browser'

  /** Whose the sessions are that were read of late, which says nothing of whether they are open still. */
  const known = new Map<string, string>()

  function note(id: string, userId: string): void {
    if (known.has(id)) return
    known.set(id, userId)
    for (const oldest of known.keys()) {
      if (known.size <= mostKnown) break
      known.delete(oldest)
    }
  }

  const expiry = () => new Date(Date.now() + limits.sessionIdleDays * dayMs)

  const isTooOld = (createdAt: Date): boolean => Date.now() - createdAt.getTime() > limits.sessionDays * dayMs

  /** The id of the session that a Cookie header names; null for none. */
  function idIn(cookies: string | undefined): string | null {
    // not Lucia's reader: it throws at any cookie that is not well formed, also at one that is not ours
    const secret = parse(cookies ?? '', lucia.sessionCookieName)[lucia.sessionCookieName]
    return secret !== undefined && secretShape.test(secret) ? idOf(secret) : null
  }

  async function noteSeen(id: string, lastSeenAt: Date): Promise<void> {
    if (Date.now() - lastSeenAt.getTime() < seenEveryMs) return
    await database
      .update(sessions)
      .set({ lastSeenAt: new Date(), expiresAt: expiry() })
      .where(eq(sessions.id, id))
  }

  async function openIn(db: Queries, c: Context, userId: string): Promise<() => void> {
    const secret = randomBytes(32).toString('base64url')
    const userAgent = (c.req.header('user-agent') ?? '').slice(0, 300)
    const now = new Date()
    const named = getCookie(c, browserCookie) ?? ''
    const browser = browserName.test(named) ? named : randomBytes(16).toString('base64url')
    const session = { id: idOf(secret), userId, expiresAt: expiry(), userAgent, browser: idOf(browser) }
    await db.insert(sessions).values({ ...session, createdAt: now, lastSeenAt: now })
    const kept = db
      .select({ id: sessions.id })
      .from(sessions)
      .where(eq(sessions.userId, userId))
      .orderBy(desc(sessions.lastSeenAt))
      .limit(limits.sessionsPerPerson)
    const isOther = and(eq(sessions.userId, userId), ne(sessions.id, session.id))
    const ended = await db
      .delete(sessions)
      .where(and(isOther, notInArray(sessions.id, kept)))
      .returning({ id: sessions.id })
    return () => {
      if (ended.length > 0)
        onEnded(
          userId,
          ended.map(({ id }) => id),
        )
      c.header('Set-Cookie', lucia.createSessionCookie(secret).serialize(), { append: true })
      const attributes = { httpOnly: true, sameSite: 'Lax', path: '/', secure, maxAge: 400 * 86_400 } as const
      setCookie(c, browserCookie, browser, attributes)
    }
  }

  return {
    cookieName: lucia.sessionCookieName,

    /**
     * Whose a request's Cookie header was when it was last looked up here, without asking the database: for counting, not
     * for access. Undefined for one that was not looked up, and for one that is nobody's.
     */
    personOf(cookies: string | undefined): string | undefined {
      const id = idIn(cookies)
      return id === null ? undefined : known.get(id)
    },

    /** Who a request's Cookie header stands for; null for none, an unknown one and an ended one. */
    async read(cookies: string | undefined): Promise<{ user: User; sessionId: string } | null> {
      const id = idIn(cookies)
      if (id === null) return null
      const { user, session } = await lucia.validateSession(id)
      if (session) note(id, user.id)
      else known.delete(id)
      if (!session) return null
      if (isTooOld(session.createdAt)) {
        await lucia.invalidateSession(session.id)
        return null
      }
      await noteSeen(session.id, session.lastSeenAt)
      return { user, sessionId: session.id }
    },

    /**
     * Opens a session under a new secret and gives it to the browser as a cookie; false when the account has another
     * password than when it was read. Whoever changes a password waits for this, and then ends all sessions.
     */
    async open(c: Context, account: { id: string; passwordHash: string | null }): Promise<boolean> {
      await lucia.deleteExpiredSessions()
      const give = await database.transaction(async (db) => {
        const [now] = await db
          .select({ passwordHash: users.passwordHash })
          .from(users)
          .where(eq(users.id, account.id))
          .for('share')
        return now?.passwordHash === account.passwordHash ? openIn(db, c, account.id) : null
      })
      give?.()
      return give !== null
    },

    /**
     * The same within a transaction. What it resolves to gives the browser its cookies: called when that is committed,
     * so that no browser has one of a session that never came to be.
     */
    openIn,

    /** Takes the cookie from the browser; the session itself is ended by `end`. */
    forget(c: Context): void {
      c.header('Set-Cookie', lucia.createBlankSessionCookie().serialize(), { append: true })
    },

    async list(userId: string, current: string): Promise<Session[]> {
      const rows = await database.select().from(sessions).where(eq(sessions.userId, userId))
      return rows
        .filter(({ expiresAt }) => expiresAt.getTime() > Date.now())
        .sort((a, b) => b.lastSeenAt.getTime() - a.lastSeenAt.getTime())
        .map((row) => ({
          id: row.id,
          userAgent: row.userAgent,
          createdAt: row.createdAt.toISOString(),
          lastSeenAt: row.lastSeenAt.toISOString(),
          current: row.id === current,
        }))
    },

    /** Ends one session of this user. False when the user has no such session. */
    async end(userId: string, id: string): Promise<boolean> {
      const ended = await database
        .delete(sessions)
        .where(and(eq(sessions.userId, userId), eq(sessions.id, id)))
        .returning({ id: sessions.id })
      return ended.length > 0
    },

    async endOthers(userId: string, current: string): Promise<void> {
      await database.delete(sessions).where(and(eq(sessions.userId, userId), ne(sessions.id, current)))
    },

    /** Within a transaction, so that nobody goes on with a session whose password is not the account's any more. */
    async endAllIn(db: Queries, userId: string): Promise<void> {
      await db.delete(sessions).where(eq(sessions.userId, userId))
    },

    /** True while the session may act; what a room asks when access is decided again. */
    async isOpen(id: string): Promise<boolean> {
      const { session } = await lucia.validateSession(id)
      return session !== null && !isTooOld(session.createdAt)
    },

    /** The same of a session that was read already. */
    isOpenNow: ({ createdAt, expiresAt }: { createdAt: Date; expiresAt: Date }): boolean =>
      expiresAt.getTime() > Date.now() && !isTooOld(createdAt),

    /** Which of these sessions may not act any more, because they expired or were ended. */
    async ended(ids: string[]): Promise<string[]> {
      const oldest = new Date(Date.now() - limits.sessionDays * dayMs)
      const { rows } = await database.$client.query<{ id: string }>(
        `select id from unnest($1::text[]) as asked(id) where not exists (
           select from sessions where sessions.id = asked.id and expires_at > now() and created_at > $2
         )`,
        [ids, oldest],
      )
      return rows.map(({ id }) => id)
    },
  }
}

export type Sessions = ReturnType<typeof createSessions>

/** Lucia's adapter, with the one query that every request makes prepared once, and asked once for many. */
class PreparedAdapter extends DrizzlePostgreSQLAdapter {
  private readonly find

  constructor(database: Database) {
    super(database, sessions, users)
    const find = database
      .select({ session: sessions, user: users })
      .from(sessions)
      .innerJoin(users, eq(sessions.userId, users.id))
      .where(sql`${sessions.id} = any(${sql.placeholder('ids')})`)
      .prepare('sessions_and_users')
    // ids are hashes, which no statement fails for
    this.find = gathered(async (ids: string[]) => {
      const found = new Map((await find.execute({ ids })).map((row) => [row.session.id, row]))
      return ids.map((id) => found.get(id))
    })
  }

  override async getSessionAndUser(
    sessionId: string,
  ): ReturnType<DrizzlePostgreSQLAdapter['getSessionAndUser']> {
    const found = await this.find(sessionId)
    if (!found) return [null, null]
    const { id, userId, expiresAt, ...attributes } = found.session
    return [
      { id, userId, expiresAt, attributes },
      { id: found.user.id, attributes: found.user },
    ]
  }
}

function openLucia(database: Database, limits: Limits, secure: boolean) {
  return new Lucia(new PreparedAdapter(database), {
    sessionExpiresIn: new TimeSpan(limits.sessionIdleDays, 'd'),
    // The cookie outlives the session; when it ends is decided here, not by the browser's clock.
    sessionCookie: { name: secure ? '__Host-session' : 'session', expires: false, attributes: { secure } },
    getUserAttributes: ({ email, name, firm, locale }) => ({ email, name, firm, locale }),
    getSessionAttributes: ({ createdAt, lastSeenAt }) => ({ createdAt, lastSeenAt }),
  })
}

/** 32 bytes in base64url: what is not of this shape was never given by us, and need not be looked up. */
const secretShape = /^[\w-]{43}$/

const idOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
