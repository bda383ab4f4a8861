import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import pino from 'pino'
import { Registry } from 'prom-client'
import { documents, documentUpdates } from '../../../server/history/tables.ts'
import { resources } from '../../../server/resources/tables.ts'
import { postgresLog } from '../../../server/history/log.ts'
import { users } from '../../../server/accounts/tables.ts'
import { projects } from '../../../server/projects/tables.ts'
import type { Admitted, Log, RepairInConverter } from '../../../server/rooms/ports.ts'
import { inProcessBus } from '../../../server/rooms/in-process-bus.ts'
import { createRooms } from '../../../server/rooms/rooms.ts'
import { documentPresence } from '../../../shared/document/cursor.ts'
import { Refusal } from '../../../shared/errors.ts'
import { defaultLimits, type Limits } from '../../../shared/limits.ts'
import { createTestDatabase } from '../db/database.ts'

export const people = ['ada', 'bo', 'cem', 'dan'] as const
export type Person = (typeof people)[number]

/** A field that these rooms show beside a document's cursor: what a test can tell states apart by. */
const asString = (value: unknown) => (typeof value === 'string' ? value : undefined)

/** How a test stands between the rooms and the log: each call may be delayed or failed. */
export interface LogControl {
  before: ((call: 'append' | 'load' | 'review') => Promise<void> | void) | null
  /** What was asked for is done by then: a failure is that of its answer. */
  after: ((call: 'append' | 'load') => void) | null
}

export type RoomServer = Awaited<ReturnType<typeof startRooms>>

/**
 * Rooms on a real port and a real log. Who may do what is the test's to say (`standing`), by a cookie that names
 * the person; the real doorkeeper has tests of its own.
 */
export async function startRooms(
  options: { limits?: Partial<Limits>; sessionsMs?: number; repairInConverter?: RepairInConverter } = {},
) {
  const { database, drop } = await createTestDatabase()
  await database.insert(users).values(
    people.map((id) => ({
      id,
      email: `${id}@test`,
      name: id.toUpperCase(),
      locale: 'en' as const,
      passwordHash: '',
    })),
  )
  await database.insert(projects).values({ id: 'project', name: 'Lamp', createdBy: 'ada' })
  const control: LogControl = { before: null, after: null }
  const standing = new Map<string, Partial<Admitted> | null>()
  const standAt = (roomId: string, userId: string): Admitted | null => {
    const own = standing.get(userId)
    if (own === null) return null
    const user = { id: userId, name: userId.toUpperCase(), side: 'design' as const }
    const hasText = roomId !== 'project'
    return {
      roomId,
      projectId: 'project',
      hasText,
      presence: hasText ? { ...documentPresence, at: asString } : { at: asString },
      canWrite: hasText,
      user,
      sessionId: `session-${userId}`,
      ...own,
    }
  }
  const logged: Record<string, unknown>[] = []
  const lines = { write: (line: string) => void logged.push(JSON.parse(line)) }
  const fence = new Set<Promise<unknown>>()
  const limits = { ...defaultLimits, ...options.limits }
  const openRooms = () => {
    const registry = new Registry()
    const logger = pino({ level: 'info' }, lines)
    const { log, die } = mortalLog(postgresLog(database, limits, logger), control, fence)
    const bus = inProcessBus()
    const rooms = createRooms({
      log,
      bus,
      limits,
      registry,
      logger,
      sessionsMs: options.sessionsMs ?? 30_000,
      ...(options.repairInConverter && { repairInConverter: options.repairInConverter }),
      admission: {
        async admit(request, roomId) {
          const userId = /session=(\w+)/.exec(request.headers.cookie ?? '')?.[1]
          const admitted = userId ? standAt(roomId, userId) : null
          if (!admitted) throw new Refusal('session_required')
          return admitted
        },
        async review({ roomId, user }) {
          const now = standAt(roomId, user.id)
          await control.before?.('review')
          return now
        },
        ended: async (sessionIds) =>
          sessionIds.filter((id) => standing.get(id.replace('session-', '')) === null),
      },
    })
    return { rooms, bus, registry, die }
  }
  let running = openRooms()
  const sockets = new Set<Duplex>()
  const server = createServer()
  server.on('upgrade', (request, socket, head) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    running.rooms.upgrade(request, socket, head)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  let documentCount = 0
  return {
    get rooms() {
      return running.rooms
    },
    get bus() {
      return running.bus
    },
    get registry() {
      return running.registry
    },
    /** What the server logged, oldest first. */
    logLines: logged,
    control,
    standing,
    database,
    port: (server.address() as AddressInfo).port,
    async newDocument(): Promise<string> {
      const id = `document-${++documentCount}`
      await database
        .insert(resources)
        .values({ id, projectId: 'project', kind: 'document', title: id, createdBy: 'ada' })
      await database.insert(documents).values({ id, kind: 'spec' })
      return id
    },
    /** The server's ends of what is connected. */
    sockets: () => [...sockets],
    /** The rows of the log, which is all that a crash would leave. */
    logged: () => database.select().from(documentUpdates).orderBy(documentUpdates.seq),
    /**
     * Ends the rooms as kill -9 would: every socket breaks, what is in memory is gone, a commit on its way reaches
     * the log or not and is never acknowledged. New rooms on the same log and port take their place; they read only
     * once it has done either, as the database's fence sees to (`lockDatabase`).
     */
    crash() {
      running.die()
      for (const socket of sockets) socket.destroy()
      running = openRooms()
    },
    async stop() {
      control.before = null
      control.after = null
      await running.rooms.close()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await drop()
    },
  }
}

/** The log behind the test's control; after `die` no call returns any more, as nobody is left to return to. */
function mortalLog(real: Log, control: LogControl, fence: Set<Promise<unknown>>): { log: Log; die(): void } {
  let isDead = false
  const earlier = [...fence]
  async function through<T>(call: 'append' | 'load' | null, reach: () => Promise<T>): Promise<T> {
    if (call) await control.before?.(call)
    if (call === 'load') await Promise.allSettled(earlier)
    const reached = isDead ? null : reach()
    if (call === 'append' && reached) {
      fence.add(reached)
      void reached.catch(() => {}).finally(() => fence.delete(reached))
    }
    const result = await reached
    if (call === 'append' || call === 'load') control.after?.(call)
    // asked again, as it may have died meanwhile
    return isDead ? new Promise<never>(() => {}) : result!
  }
  return {
    log: {
      append: (entries) => through('append', () => real.append(entries)),
      load: (roomId) => through('load', () => real.load(roomId)),
      since: (roomId, seq) => through(null, () => real.since(roomId, seq)),
      noteLookedThrough: (roomId) => through(null, () => real.noteLookedThrough(roomId)),
      clients: (roomId) => through(null, () => real.clients(roomId)),
      projectOf: real.projectOf,
      reserve: real.reserve,
      note: real.note,
      release: real.release,
      compact: (roomId) => through(null, () => real.compact(roomId)),
    },
    die: () => (isDead = true),
  }
}
