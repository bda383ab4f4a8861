import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type * as Y from 'yjs'
import { Refusal } from '../../shared/errors.ts'
import type { Publish, RoomEvent } from '../../shared/wire/events.ts'
import type { PresenceFields } from '../../shared/wire/presence.ts'
import type { Side } from '../../shared/permissions.ts'

/** One update as the log takes it. */
export interface LogEntry {
  roomId: string
  /** Null: nobody's; the room repaired the text. */
  userId: string | null
  update: Uint8Array
  /** Yjs clients that this room meets for the first time: the log binds them to `userId` for ever. Nobody's stay nobody's. */
  clientIds: number[]
}

/** A whole state as one update, with its state vector and its encoded delete set. */
export interface Base {
  state: Uint8Array
  vector: Uint8Array
  deletions: Uint8Array
}

/** What a room is loaded from: a base (null when none) and the updates after it, in order. */
export interface LoggedState {
  base: Base | null
  updates: Uint8Array[]
  /** The sequence number of the last update; 0 for an empty log. */
  seq: number
  /** All of it was looked through by the repair of this version, or came in by its gate. */
  isLookedThrough: boolean
}

/** An update as it stands in the log. */
export interface NumberedUpdate {
  seq: number
  update: Uint8Array
}

/** The answer to a commit never came: it may be done, or be done yet. */
export class CommitUnknown extends Refusal {
  constructor(cause: unknown) {
    super('storage_failed')
    this.cause = cause
  }
}

/** Where updates become durable. The engine knows no SQL; history/ implements this on PostgreSQL. */
export interface Log {
  /**
   * Commits all entries, of any rooms, in one transaction, each behind the last of its room, and resolves once they are
   * durable. Rejects with `storage_full`, `storage_failed` or, for a room that is not there, `not_found`; then nothing
   * of the group was kept, but for `CommitUnknown`.
   */
  append(entries: LogEntry[]): Promise<void>
  load(roomId: string): Promise<LoggedState>
  /** All updates of a room with a higher number than `seq`, in their order, also those that a base holds by now. */
  since(roomId: string, seq: number): Promise<NumberedUpdate[]>
  /** The text of a room was looked through, and what was broken is repaired in the log. */
  noteLookedThrough(roomId: string): Promise<void>
  /** The user each known client id of a room is bound to. From here on `reserve` and `projectOf` know the room. */
  clients(roomId: string): Promise<Map<number, string | null>>
  /** Whose project's a room is. */
  projectOf(roomId: string): string | undefined
  /**
   * Counts what is about to be logged against what may be kept of everybody's edits, and against what one person
   * writes in a minute. Throws `history_full`, `too_many_bytes` or `storage_full`, and then nothing was counted.
   */
  reserve(roomId: string, userId: string, bytes: number): void
  /** Counts what is made already, and refuses nothing: the next change pays for it. */
  note(roomId: string, userId: string, bytes: number): void
  /** Gives back what was reserved for a change that is not logged after all. */
  release(roomId: string, userId: string, bytes: number): void
  /** Folds a room's log into a new base, off the event loop (rule 7). Called when the room is quiet. */
  compact(roomId: string): Promise<void>
}

/**
 * A large edit of the server's, as updates of one Yjs client that follow each other: each is put in at one go, so that
 * none should take longer than a few milliseconds.
 */
export interface EditParts {
  clientId: number
  updates: Iterable<Uint8Array>
}

/** A text that came in before all of it was checked, and how long an unbroken run may be in it. */
export interface Unrepaired {
  whole: Uint8Array
  runCharacters: number
}
/** How it is repaired; `isWhole`: nothing had to be left as it is. */
export interface Repaired {
  clientId: number
  updates: Uint8Array[]
  isWhole: boolean
}
/** Repairs a room's text away from the thread that serves. Rejects when that cannot be done. */
export type RepairInConverter = (roomId: string, text: Unrepaired) => Promise<Repaired>

/** What a listener is told of an event: all of it (the same object), less, or, when null, nothing. */
export type View = (event: RoomEvent) => RoomEvent | null

/** Who may enter a room, decided before anything is loaded (rule 1). */
export interface Admitted {
  /** The id of a resource, such as a document, or a project's: then the room has no text, only presence and events. */
  roomId: string
  projectId: string
  hasText: boolean
  /** What is shown there of each person. */
  presence: PresenceFields
  canWrite: boolean
  user: { id: string; name: string; side: Side }
  sessionId: string
  /** Where an upgrade came from, as limits count it; absent where nobody counts. */
  network?: string
  /** Who comes for a time and for a part: when that ends, and what they are told of an event. Absent: no bounds. */
  bounds?: { until: Date; view: View }
}

/** Decides who may enter a room: knows sessions, origins and membership. `access/` implements it. */
export interface Admission {
  /**
   * Decides on an upgrade request from its Origin and cookie. Throws `foreign_origin` (403: another Origin than
   * ours, `null`, or none), `session_required` (401) or `not_found` (404: unknown and forbidden alike).
   */
  admit(request: IncomingMessage, roomId: string): Promise<Admitted>
  /** Decides again about an open socket: its standing as it is now, null when it has none any more. */
  review(admitted: Admitted): Promise<Admitted | null>
  /** Which of these sessions have ended, be it that they merely expired. Asked about once in a while. */
  ended(sessionIds: string[]): Promise<string[]>
}

/** Which open sockets a change of access concerns; all given fields must match. */
export interface ConnectionFilter {
  userId?: string
  projectId?: string
  roomId?: string
  sessionId?: string
}

/** What a process that has rooms hears from all of them. */
export interface BusListener {
  publish: Publish
  /** Resolves when access was decided again for its own sockets. */
  recheck(filter: ConnectionFilter): Promise<void>
}

/** Tells every process that has rooms what concerns those who are in them, whichever they are connected to. */
export interface Bus {
  publish: Publish
  /** Decides again for the sockets concerned and closes those whose standing changed or ended (rule 8); resolves when all processes have. */
  recheck(filter: ConnectionFilter): Promise<void>
  /** From now on `listener` hears what is told; ends with the returned function. */
  subscribe(listener: BusListener): () => void
}

/** What each person may cause to be read of what others wrote, over all that they read. */
export interface Reading {
  /**
   * Resolves when so many bytes may be read for a person: who has caused much waits, and others go first. They are
   * charged for it at once; what is returned corrects that to what it came to. Who goes away before is not charged: it
   * rejects with the signal's reason.
   */
  begin(userId: string, bytes: number, signal?: AbortSignal): Promise<(cameTo: number) => void>
}

/** What the engine offers to features and to the composition root. */
export interface Rooms {
  /** The budget that `read` is charged to; whatever else is large to read is charged to it too. */
  readonly reading: Reading
  /**
   * The document's whole committed state as one Yjs update. `userId`: for whom it is read, who is charged for all of it,
   * also when it lies ready, as something is done with it next, and waits when they have caused so much that others go
   * first, unless the signal says that they are gone; nobody is charged for what the server reads by itself.
   */
  read(roomId: string, userId?: string, signal?: AbortSignal): Promise<Uint8Array>
  /**
   * Changes a document on the server in a user's name: committed, then shown to all, like any edit. `stillMay` is asked
   * when its turn has come, and rejects for whoever may not write any more; a change of access that it did not see
   * waits in `recheck` until the edit is committed (rule 8). `change` writes into the document, or, where that would
   * take long, returns in parts what is to be put into it: the document is as it saw it until then, and nobody sees
   * some of it. `beforeCommit` is waited for when the change was put in and nobody has seen it: what rejects there
   * refuses the edit, which has changed nothing then. The room commits nothing meanwhile, so it has to be short.
   */
  edit(
    roomId: string,
    userId: string,
    change: (doc: Y.Doc) => EditParts | void,
    stillMay?: () => Promise<unknown>,
    beforeCommit?: () => Promise<unknown>,
  ): Promise<void>
  /**
   * Takes the socket of an HTTP server's `upgrade` event and answers it, with 404 when the path is not a room's.
   * Never throws, and outlives whatever becomes of the socket.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Commits what is pending, closes all sockets with 1012, and resolves when nothing is left. */
  close(): Promise<void>
}
