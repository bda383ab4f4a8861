import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { AnswersUnderWay } from './budgets/answers-under-way.ts'
import { BrokenBudget } from './budgets/broken-budget.ts'
import { ConflictBudget } from './budgets/conflict-budget.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { Connection } from './connection/connection.ts'
import { ConnectionRegistry, type Present } from './connection/connection-registry.ts'
import { GroupCommit } from './commit/group-commit.ts'
import { roomMetrics } from './metrics.ts'
import type { Admission, Admitted, Bus, ConnectionFilter, Log, RepairInConverter, Rooms } from './ports.ts'
import { ReadThrottles } from './budgets/read-throttle.ts'
import { ReadingBudget } from './budgets/reading-budget.ts'
import { Room } from './room.ts'
import type { RoomDeps } from './room-deps.ts'
import { DueTimes } from './due-times.ts'
import { RoomText } from './text/room-text.ts'
import { noneLooked } from './repair/repair-state.ts'
import { readyFrom } from './text/encoded-snapshot.ts'
import { UnfinishedMessages } from './connection/unfinished-messages.ts'
import { openSockets, readAddress, refuseUpgrade } from './connection/upgrade.ts'

interface Needs {
  log: Log
  bus: Bus
  admission: Admission
  limits: Limits
  registry: Registry
  logger: Logger
  /** None: texts are repaired here, whatever that takes. */
  repairInConverter?: RepairInConverter
  /** How often expired sessions are looked for, in milliseconds. */
  sessionsMs?: number
}

const beatMs = 1_000

/** Nobody tells of a session that merely expires: open sockets' sessions are looked at so often. */
const sessionsMs = 30_000

/** How long a socket may take for its closing handshake. */
const closingMs = 2_000

/** Opens the rooms of this process. They hold no socket and no document until somebody comes. */
export function createRooms(needs: Needs): Rooms {
  const { log, bus, admission, limits, registry, logger } = needs
  const folding = new Set<Promise<void>>()
  const rooms = new Map<string, Room>()
  /** When each room is to be looked at; those with something under way are at every beat. */
  const due = new DueTimes<Room>(performance.now())
  const busy = new Set<Room>()
  const looked = noneLooked()
  const connections = new ConnectionRegistry()
  const metrics = roomMetrics(registry, { rooms: () => rooms.size, people: () => connections.size })
  const server = openSockets(limits)
  /** Grows with every change of access: who was admitted before it is asked about again. */
  let accessChanges = 0
  let isStopping = false

  const budgets = { conflicts: new ConflictBudget(limits), broken: new BrokenBudget(limits) }
  const reading = new ReadingBudget(limits)
  const unfinished = new UnfinishedMessages(limits)
  const throttles = new ReadThrottles(limits, () => metrics.counts.readPauses++)
  const deps: RoomDeps = {
    log,
    reading,
    answers: new AnswersUnderWay(limits),
    commits: new GroupCommit(log, metrics),
    connections,
    limits,
    metrics,
    repairInConverter: needs.repairInConverter,
    onRefused(connection, refusal) {
      connections.refuse(connection)
      metrics.refusals.inc({ code: refusal.code })
      const { roomId, user, sessionId } = connection.admitted
      logger.info(
        { code: refusal.code, roomId, userId: user.id, session: sessionId.slice(0, 8), err: refusal.cause },
        'socket closed',
      )
    },
    onUnexpected: (failure, roomId) => logger.error({ err: failure, roomId }, 'room failed'),
    onFolding(work) {
      folding.add(work)
      void work.then(() => folding.delete(work))
    },
    onBusy: (room) => void busy.add(room),
    onEmpty(room) {
      if (rooms.get(room.id) !== room) return
      if (!isStopping) room.compact()
      rooms.delete(room.id)
      due.delete(room)
      busy.delete(room)
    },
  }

  function openRoom(roomId: string, hasText: boolean): Room {
    let room = rooms.get(roomId)
    if (!room) {
      room = new Room(roomId, hasText ? new RoomText(roomId, log, limits, budgets, looked) : null, deps)
      rooms.set(roomId, room)
      due.set(room, room.dueAt)
    }
    return room
  }

  async function admit(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    const named = readAddress(request.url ?? '')
    let admitted: Admitted
    const changesBefore = accessChanges
    try {
      if (!named) throw new Refusal('not_found')
      if (isStopping) throw new Refusal('server_stopping')
      admitted = await admission.admit(request, named.roomId)
      // whoever comes in after the others were sent away would stay
      if (isStopping) throw new Refusal('server_stopping')
      if (named.userId !== null && named.userId !== admitted.user.id) throw new Refusal('account_changed')
      if (connections.countOfUser(admitted.user.id) >= limits.socketsPerUser) {
        throw new Refusal('too_many_sockets', { limit: limits.socketsPerUser })
      }
    } catch (failure) {
      const refusal = failure instanceof Refusal ? failure : new Refusal('storage_failed')
      const requestId = randomUUID()
      if (refusal !== failure) logger.error({ err: failure, requestId }, 'admission failed')
      metrics.refusals.inc({ code: refusal.code })
      logger.info({ code: refusal.code, address: socket.remoteAddress, requestId }, 'upgrade refused')
      refuseUpgrade(socket, refusal, requestId)
      return
    }
    server.handleUpgrade(request, socket, head, (ws) => {
      const room = openRoom(admitted.roomId, admitted.hasText)
      const throttle = throttles.of(admitted.user.id)
      const connection = new Connection({ ws, socket }, admitted, named, throttle, unfinished, room)
      if (named.isOutdated) {
        connection.refuse(new Refusal('client_outdated'))
        if (room.isIdle) deps.onEmpty(room)
        return
      }
      const hasChanged = accessChanges !== changesBefore
      // before they are told who is here
      if (hasChanged) room.suspend(connection)
      room.join(connection)
      answerFirst({ connection, room }, named.vector, hasChanged).catch((failure: unknown) => {
        if (!(failure instanceof Refusal)) logger.error({ err: failure }, 'first answer failed')
        connection.refuse(failure instanceof Refusal ? failure : new Refusal('internal'))
      })
    })
  }

  /** What the upgrade asked for goes to nobody whose access changed meanwhile. */
  async function answerFirst(
    entered: Present,
    vector: Uint8Array | null,
    hasChanged: boolean,
  ): Promise<void> {
    const { connection, room } = entered
    if (hasChanged) {
      await recheckAll([entered])
      room.resume(connection)
    }
    if (vector && !connection.isRefused) connection.ask(vector)
  }

  /** Rule 8: from here on nothing of theirs is taken until each has been decided again. */
  async function recheckAll(all: Present[]): Promise<void> {
    for (const { connection, room } of all) room.suspend(connection)
    // each by itself: a room that takes long holds up nobody in another
    await Promise.all(
      all.map(async ({ connection, room }) => {
        await room.settledFor(connection)
        await decideAgain(connection)
        room.resume(connection)
      }),
    )
  }

  async function decideAgain(connection: Connection): Promise<void> {
    const { admitted } = connection
    let now: Admitted | null
    try {
      now = await admission.review(admitted)
    } catch (failure) {
      logger.error({ err: failure }, 'access could not be decided again')
      return connection.refuse(new Refusal('storage_failed'))
    }
    if (!now) return connection.refuse(new Refusal('access_ended'))
    const stands = now.canWrite === admitted.canWrite && now.user.side === admitted.user.side
    if (!stands) return connection.refuse(new Refusal('access_changed'))
    connection.admitted = now
    connections.noteBounds(connection)
  }

  /** Who is in a room, and who left it while something that they sent waits to be taken. */
  function* present(): Generator<Present> {
    yield* connections.all()
    yield* left()
  }

  function* left(): Generator<Present> {
    for (const room of busy) for (const connection of room.leftSenders()) yield { connection, room }
  }

  /** Found by an index: most of those who are here are other people and in other projects. */
  function* candidates({ userId, projectId, roomId }: ConnectionFilter): Generator<Present> {
    if (userId !== undefined) yield* connections.ofUser(userId)
    else {
      for (const room of candidateRooms(projectId, roomId)) {
        for (const connection of room.connections) yield { connection, room }
      }
    }
    yield* left()
  }

  function candidateRooms(projectId: string | undefined, roomId: string | undefined): Iterable<Room> {
    if (projectId !== undefined) return connections.roomsOf(projectId)
    if (roomId === undefined) return rooms.values()
    const room = rooms.get(roomId)
    return room ? [room] : []
  }

  function matching(filter: ConnectionFilter): Present[] {
    const { userId, projectId, roomId, sessionId } = filter
    return [...candidates(filter)].filter(
      ({ connection: { admitted } }) =>
        (userId === undefined || admitted.user.id === userId) &&
        (projectId === undefined || admitted.projectId === projectId) &&
        (roomId === undefined || admitted.roomId === roomId) &&
        (sessionId === undefined || admitted.sessionId === sessionId),
    )
  }

  function look(room: Room, now: number): void {
    room.beat(now)
    const isOpen = rooms.get(room.id) === room
    if (!isOpen || !room.isBusy) busy.delete(room)
    if (isOpen) due.set(room, room.dueAt)
  }

  function beat(): void {
    const now = performance.now()
    for (const room of new Set([...busy, ...due.take(now)])) look(room, now)
    unfinished.endOverdue(now)
    const ended: Present[] = []
    for (const one of connections.withBounds()) if (isOver(one)) ended.push(one)
    for (const one of left()) if (isOver(one)) ended.push(one)
    if (ended.length > 0)
      void recheckAll(ended).catch((failure) => logger.error({ err: failure }, 'recheck failed'))
    connections.endSilent(now)
    connections.endClosing(now - closingMs)
  }

  async function endExpired(): Promise<void> {
    const sessionIds = [...new Set([...present()].map(({ connection }) => connection.admitted.sessionId))]
    if (sessionIds.length === 0) return
    try {
      const ended = new Set(await admission.ended(sessionIds))
      if (ended.size > 0)
        await recheckAll([...present()].filter(({ connection }) => ended.has(connection.admitted.sessionId)))
    } catch (failure) {
      // a database that is away for a while is no reason to send everybody away
      logger.error({ err: failure }, 'sessions could not be looked at')
    }
  }

  const beating = setInterval(beat, beatMs)
  beating.unref()
  const lookingAtSessions = setInterval(() => void endExpired(), needs.sessionsMs ?? sessionsMs)
  lookingAtSessions.unref()

  const unsubscribe = bus.subscribe({
    publish(projectId, event) {
      const encoded = { event, json: JSON.stringify(event) }
      for (const room of connections.roomsOf(projectId)) room.publish(encoded)
    },
    async recheck(filter) {
      accessChanges++
      const editing = [...rooms.values()].filter((room) => isEditedBy(room, filter))
      await Promise.all([recheckAll(matching(filter)), ...editing.map((room) => room.editsSettled())])
    },
  })

  return {
    reading,
    async read(roomId, userId, signal) {
      // how large it is, is known when it is here: one after the other, so that each waits for what the last one was
      const read = async () => {
        const open = rooms.get(roomId)
        if (open) return open.read()
        const logged = await log.load(roomId)
        // what came in before all of it was checked is repaired first
        return logged.isLookedThrough ? (await readyFrom(logged)).whole : openRoom(roomId, true).read()
      }
      return reading.inTurn(userId, read, signal)
    },
    edit(roomId, userId, change, stillMay, beforeCommit) {
      return openRoom(roomId, true).edit({ userId, change, stillMay, beforeCommit })
    },
    upgrade(request, duplex, head) {
      const socket = duplex as Socket
      // before anything is waited for: a reset without a listener ends the process
      socket.on('error', () => {})
      admit(request, socket, head).catch((failure: unknown) => {
        logger.error({ err: failure }, 'upgrade failed')
        socket.destroy()
      })
    },
    async close() {
      isStopping = true
      clearInterval(beating)
      clearInterval(lookingAtSessions)
      for (const room of rooms.values()) room.stopHearing()
      await Promise.all([...rooms.values()].map((room) => room.finish()))
      for (const { connection } of connections.all()) connection.refuse(new Refusal('server_stopping'))
      await until(() => !connections.isClosing, closingMs)
      connections.endClosing(Infinity)
      // one that ends with its database says that it failed; the log is whole either way
      await until(() => folding.size === 0, closingMs)
      unsubscribe()
      server.close()
    },
  }
}

/** A server's edit is under way there that the change may concern. None is committed before its project is known. */
function isEditedBy(
  { id, projectId: own, editors }: Room,
  { userId, projectId, roomId }: ConnectionFilter,
): boolean {
  if (roomId !== undefined && roomId !== id) return false
  if (projectId !== undefined && own !== projectId) return false
  return editors.some((editor) => editor !== null && (userId === undefined || userId === editor))
}

/** Its time has come to an end by itself. */
const isOver = ({ connection, room }: Present): boolean => {
  const { isRefused, admitted } = connection
  if (isRefused || room.isSuspended(connection) || admitted.bounds === undefined) return false
  return admitted.bounds.until.getTime() <= Date.now()
}

/** Resolves when `condition` holds, or after `timeoutMs` all the same. */
async function until(condition: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!condition() && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
