import pg from 'pg'
import { DatabaseUnavailable } from './failures.ts'

/** Whoever asks whether we are ready is told within two seconds (ms). */
export const answerMs = 1_500

export interface Probe {
  /** Resolves when the database answers; rejects with `DatabaseUnavailable` when it is away or hangs, in 1.5 s at most. */
  ask(): Promise<void>
  close(): Promise<void>
}

/**
 * Asks the database for a sign of life over a connection of its own: all others may be busy, or hang with it. Nothing
 * is opened before the first question, and however many ask at the same moment, one question is under way.
 */
export function createProbe(connection: pg.ClientConfig): Probe {
  let client: pg.Client | null = null
  let asking: Promise<void> | null = null

  async function question(own: pg.Client): Promise<void> {
    if (client !== own) {
      client = own
      // one that breaks is replaced at the next question
      own.on('error', () => drop(own))
      await own.connect()
    }
    await own.query('select 1')
  }

  /** Not waited for: a database that hangs does not say goodbye either. */
  function drop(own: pg.Client): void {
    if (client === own) client = null
    own.end().catch(() => {})
  }

  async function ask(): Promise<void> {
    const own = client ?? new pg.Client({ ...connection, connectionTimeoutMillis: answerMs })
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${answerMs} ms`)), answerMs)
    })
    try {
      await Promise.race([question(own), late])
    } catch (failure) {
      drop(own)
      throw new DatabaseUnavailable(failure)
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    ask: () => (asking ??= ask().finally(() => (asking = null))),
    async close() {
      const own = client
      client = null
      await own?.end().catch(() => {})
    },
  }
}
