import type { Connection } from './connection.ts'
import type { EncodedSnapshot } from '../text/encoded-snapshot.ts'
import type { EncodingAhead } from '../text/encoding-ahead.ts'
import type { ReadingBudget } from '../budgets/reading-budget.ts'

/** Whose turn it is not yet looks again so often whether others had the text made ready meanwhile, in milliseconds. */
const lookAgainMs = 500

/** What waiting needs of its room. */
interface Awaited {
  /** Null for a room without a text: nothing is waited for there. */
  readonly text: {
    readonly isLoaded: boolean
    readonly isReady: boolean
    readonly ahead: Pick<EncodingAhead, 'isBegun' | 'begin'> | null
    size: number
    bytes(): EncodedSnapshot
  } | null
  readonly reading: ReadingBudget
  readonly connections: ReadonlySet<Connection>
  /** The commit in flight, which is waited for. */
  readonly turning: Promise<void> | null
  /** The text is being read, or looked through for the first time. */
  readonly opening: Promise<void> | null
  /** Opens the text, at a person's cost; rejects after it has closed every socket. */
  open(userId: string): Promise<void>
}

/** What takes long returns what is to be waited for. */
type Action = () => void | Promise<void>

/**
 * What waits until the text holds nothing that is not committed and its bytes are ready. Each connection has one
 * line: what is done for it is done in the order in which it came up, however long the first of it waits.
 */
export class ReadyQueue {
  private readonly room: Awaited
  private readonly waiting = new Map<Connection, Action[]>()

  constructor(room: Awaited) {
    this.room = room
  }

  /** Runs `action` behind all else that the connection waits for, at its person's cost; never once it has left. */
  run(from: Connection, action: Action): void {
    const line = this.waiting.get(from)
    if (line) return void line.push(action)
    const begun = [action]
    this.waiting.set(from, begun)
    this.goOn(from, begun)
  }

  /** Somebody waits. */
  get isAwaited(): boolean {
    return this.waiting.size > 0
  }

  leave(connection: Connection): void {
    this.waiting.delete(connection)
  }

  private goOn(from: Connection, line: Action[]): void {
    // an action may send its own connection away
    while (line.length > 0 && this.waiting.get(from) === line) {
      if (!this.room.connections.has(from)) break
      const wait = this.mustWait(from.admitted.user.id) ?? line.shift()!()
      if (wait) {
        // failing closed the sockets
        wait.then(
          () => this.goOn(from, line),
          () => this.leave(from),
        )
        return
      }
    }
    if (this.waiting.get(from) === line) this.waiting.delete(from)
  }

  /** What is to be waited for before the next look; null when the bytes are ready. */
  private mustWait(userId: string): Promise<void> | null {
    const { text, turning, opening, reading } = this.room
    if (turning) return turning
    if (opening) return opening
    if (!text || text.isReady) return null
    // whoever had it begun has paid
    if (!text.ahead?.isBegun) {
      const waitMs = reading.waitMs(userId)
      if (waitMs > 0) {
        return new Promise((resolve) => setTimeout(resolve, Math.min(waitMs, lookAgainMs)).unref())
      }
      if (!text.isLoaded) return this.room.open(userId)
      reading.charge(userId, text.size)
    }
    const ahead = text.ahead?.begin(text.size)
    if (ahead) return ahead
    text.bytes()
    return null
  }
}
