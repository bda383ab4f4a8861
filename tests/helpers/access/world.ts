import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { eq, sql } from 'drizzle-orm'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import * as Y from 'yjs'
import type { RoomEvent } from '../../../shared/wire/events.ts'
import type { GuestRole } from '../../../shared/guests.ts'
import { defaultLimits, type Limits } from '../../../shared/limits.ts'
import type { Role, Side } from '../../../shared/permissions.ts'
import { sessions, users } from '../../../server/accounts/tables.ts'
import { createApp } from '../../../server/app.ts'
import { newId } from '../../../server/db/columns.ts'
import type { Database } from '../../../server/db/database.ts'
import { createDocument } from '../../../server/documents/documents.ts'
import { postgresLog } from '../../../server/history/log.ts'
import { documentUpdates } from '../../../server/history/tables.ts'
import { templateContent } from '../../../server/documents/templates.ts'
import { guestResources, guestLinks } from '../../../server/guests/tables.ts'
import { openFileStore } from '../../../server/files/folder-store.ts'
import { isPublicAddress } from '../../../server/notify/ssrf-guard.ts'
import { members, projects } from '../../../server/projects/tables.ts'
import type { Admission, ConnectionFilter } from '../../../server/rooms/ports.ts'
import { openSigningKey } from '../../../server/signoff/signing-key.ts'
import { expectDescribed } from '../http/described-refusals.ts'
import { createTestDatabase } from '../db/database.ts'
import { openTestConverter } from '../conversions/converter.ts'

export interface Reply {
  status: number
  headers: Headers
  cookies: string[]
  // oxlint-disable-next-line typescript/no-explicit-any -- replies of any shape are looked into
  body: any
}

type Options = { body?: unknown; headers?: Record<string, string> }

/**
 * The whole application behind a real HTTP server and a real database, with the rooms' port recorded: these tests
 * are about who may do what, and which open sockets are told to look again.
 */
export async function openWorld(
  changed: Partial<Limits> = {},
  publicUrl: string | null = null,
  metricsToken: string | null = null,
  trustedProxies: string[] = [],
) {
  const { database, drop } = await createTestDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'countersign-access-'))
  const unbounded = { requestsPerMinute: 100_000, signUpsPerHour: 100_000 }
  const limits: Limits = { ...defaultLimits, ...unbounded, loginDelayMs: 20, ...changed }
  const rechecks: ConnectionFilter[] = []
  const events: (RoomEvent & { projectId: string })[] = []
  const logged: string[] = []
  let admission!: Admission
  const converter = openTestConverter()
  const files = await openFileStore(join(folder, 'files'))
  const key = await openSigningKey(folder)
  const { app, sealing, packages } = createApp({
    database,
    log: postgresLog(database, limits),
    limits,
    files,
    signingKey: key,
    publicUrl,
    trustedProxies,
    metricsToken,
    probeDatabase: async () => void (await database.execute(sql`select 1`)),
    logger: pino({ level: 'info' }, { write: (line) => void logged.push(line) }),
    registry: new Registry(),
    isAllowedAddress: isPublicAddress,
    sendsMail: false,
    converter,
    bus: {
      publish: (projectId, event) => void events.push({ ...event, projectId }),
      recheck: async (filter) => void rechecks.push(filter),
      subscribe: () => () => {},
    },
    openRooms: (given) => {
      admission = given
      return {
        reading: { begin: async () => () => {} },
        read: async (roomId) => {
          const log = await database
            .select()
            .from(documentUpdates)
            .where(eq(documentUpdates.documentId, roomId))
          return Y.mergeUpdates(log.map(({ update }) => update))
        },
        edit: () => Promise.reject(new Error('no text is written here')),
        upgrade: (_request, socket) => void socket.destroy(),
        close: async () => {},
      }
    },
  })
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const origin = `http://127.0.0.1:${port}`

  async function ask(
    cookie: string,
    method: string,
    path: string,
    { body, headers }: Options = {},
  ): Promise<Reply> {
    const raw = body instanceof Uint8Array || typeof body === 'string'
    const response = await fetch(origin + path, {
      method,
      headers: {
        origin: publicUrl ?? origin,
        ...(cookie && { cookie }),
        ...(body !== undefined && !raw && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: raw ? (body as BodyInit) : JSON.stringify(body) }),
    })
    const isJson = response.headers.get('content-type')?.includes('json')
    return {
      status: response.status,
      headers: response.headers,
      cookies: response.headers.getSetCookie(),
      body: isJson ? await response.json() : await response.text(),
    }
  }

  /** Somebody with this Cookie header; empty: signed out. */
  const browser = (cookie = '') => ({
    cookie,
    get: (path: string, options?: Options) => ask(cookie, 'GET', path, options),
    post: (path: string, body?: unknown, headers?: Record<string, string>) =>
      ask(cookie, 'POST', path, { body, headers }),
    put: (path: string, body?: unknown) => ask(cookie, 'PUT', path, { body }),
    patch: (path: string, body?: unknown) => ask(cookie, 'PATCH', path, { body }),
    delete: (path: string) => ask(cookie, 'DELETE', path),
    ask: (method: string, path: string, options?: Options) => ask(cookie, method, path, options),
  })

  async function person(name = 'Li') {
    const email = `${newId()}@example.com`
    const { id, sessionId, cookie } = await insertPerson(database, { email, name, passwordHash: 'none' })
    return { ...browser(cookie), id, name, email, sessionId }
  }

  type Person = Awaited<ReturnType<typeof person>>

  /** A project with one document, and its members as given. */
  async function project(...people: [Person, Role, Side?][]) {
    const createdBy = people[0]![0].id
    const [created] = await database.insert(projects).values({ name: 'Lamp', createdBy }).returning()
    const projectId = created!.id
    // in this order also where all of it takes less than a millisecond
    const began = Date.now() - people.length
    await database.insert(members).values(
      people.map(([{ id: userId }, role, side = 'design'], at) => {
        const joinedAt = new Date(began + at)
        return { projectId, userId, role, side, joinedAt }
      }),
    )
    const content = templateContent('blank', 'en')
    const given = { projectId, userId: createdBy, kind: 'brief', title: 'Brief', content } as const
    return { projectId, documentId: await createDocument(database, given) }
  }

  return {
    app,
    database,
    folder,
    origin,
    limits,
    admission,
    rechecks,
    events,
    logged,
    browser,
    person,
    project,
    sealing,
    packages,
    key,
    files,
    converter,
    async close() {
      await sealing.stop()
      await packages.stop()
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await converter.stop()
      await drop()
      await rm(folder, { recursive: true, force: true })
      expectDescribed(logged)
    },
  }
}

/** A signed-in person, written straight into the database; without an address and a password it is a guest. */
export async function insertPerson(database: Database, given: GivenPerson) {
  const [person] = await insertPeople(database, [given])
  return person!
}

interface GivenPerson {
  name: string
  email?: string
  passwordHash?: string
}

/** Several of them in two statements, in the order in which they are given. */
export async function insertPeople(database: Database, given: GivenPerson[]) {
  const people = given.map(({ name, email = null, passwordHash = null }) => {
    const secret = randomBytes(32).toString('base64url')
    const sessionId = createHash('sha256').update(secret).digest('hex')
    return { id: newId(), name, email, passwordHash, sessionId, cookie: `session=${secret}` }
  })
  await database.insert(users).values(
    people.map(({ id, name, email, passwordHash }) => ({
      id,
      name,
      email,
      passwordHash,
      locale: 'en' as const,
    })),
  )
  const expiresAt = new Date(Date.now() + 86_400_000)
  await database
    .insert(sessions)
    .values(people.map(({ id: userId, sessionId }) => ({ id: sessionId, userId, expiresAt })))
  return people.map(({ passwordHash: _hash, ...person }) => person)
}

/** Lets a guest into these documents of a project, by a link that `createdBy` made and the guest took. */
export async function letIn(
  database: Database,
  given: { projectId: string; userId: string; side: Side; role: GuestRole; createdBy: string },
  resourceIds: string[],
): Promise<void> {
  const expiresAt = new Date(Date.now() + 86_400_000)
  const link = { ...given, label: 'Wang', tokenHash: newId(), takenAt: new Date(), expiresAt }
  const [made] = await database.insert(guestLinks).values(link).returning()
  for (const resourceId of resourceIds) {
    await database.insert(guestResources).values({ linkId: made!.id, resourceId })
  }
}

export type World = Awaited<ReturnType<typeof openWorld>>

/** The part of Set-Cookie headers that a browser sends back. */
export const cookieOf = (reply: Reply): string => reply.cookies.map((one) => one.split(';')[0]).join('; ')
