import { renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pino, { type Logger } from 'pino'
import type { Config } from './config.ts'

/** At a start, a log over this size makes room for a new one and is kept once as `countersign.log.1`. */
const longestLogBytes = 50_000_000

/**
 * One JSON line for each sign-in, refusal, change of a role, export and failure, in `DATA_DIR/countersign.log`;
 * warnings and failures also go to standard error. A log that cannot be written never stops the server.
 */
export function openLogger({ dataDir, logLevel }: Pick<Config, 'dataDir' | 'logLevel'>): Logger {
  const level = logLevel
  const standardError = pino.destination({ dest: 2, sync: true })
  standardError.on('error', () => {})
  const terminal = { level: 'warn', stream: standardError }
  try {
    return pino({ level }, pino.multistream([{ level, stream: openFile(dataDir) }, terminal]))
  } catch {
    return pino({ level }, pino.multistream([terminal]))
  }
}

function openFile(folder: string) {
  const dest = join(folder, 'countersign.log')
  if ((statSync(dest, { throwIfNoEntry: false })?.size ?? 0) > longestLogBytes) renameSync(dest, `${dest}.1`)
  const file = pino.destination({ dest, mkdir: true, mode: 0o600, sync: true })
  file.on('error', () => {})
  return file
}
