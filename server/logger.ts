import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import type { Config } from './config.ts'
import { withoutParameters } from './db/failures.ts'

const serializers = {
  err: (failure: unknown) => pino.stdSerializers.err(withoutParameters(failure) as Error),
}

/** What JSON leaves as it is and a terminal or an editor obeys: a line's end, a control, a change of direction. */
const unseen = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** What people typed shows in the log as one line and in its order. */
const escapeUnseen = (line: string): string =>
  line.replace(unseen, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** At a start, a log over this size makes room for a new one and is kept once as `countersign.log.1`. */
const longestLogBytes = 50_000_000

/**
 * One JSON line for each sign-in, refusal, change of a role, export and failure, in `DATA_DIR/countersign.log`;
 * warnings and failures also go to standard error. A log that cannot be written never stops the server.
 */
export function openLogger({ dataDir, logLevel }: Pick<Config, 'dataDir' | 'logLevel'>): Logger {
  const level = logLevel
  const options = { level, serializers, hooks: { streamWrite: escapeUnseen } }
  const standardError = pino.destination({ dest: 2, sync: true })
  standardError.on('error', () => {})
  const terminal = { level: 'warn', stream: standardError }
  try {
    return pino(options, pino.multistream([{ level, stream: openFile(dataDir) }, terminal]))
  } catch {
    return pino(options, pino.multistream([terminal]))
  }
}

function openFile(folder: string) {
  const dest = join(folder, 'countersign.log')
  if ((statSync(dest, { throwIfNoEntry: false })?.size ?? 0) > longestLogBytes) renameSync(dest, `${dest}.1`)
  const file = pino.destination({ dest, mkdir: true, mode: 0o600, sync: true })
  file.on('error', () => {})
  return file
}
