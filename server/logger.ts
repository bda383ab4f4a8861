import { existsSync, renameSync, statSync } from 'node:fs'
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

/** A log that has come to this size makes room for a new one, and so many of them are kept: `countersign.log.1` is the latest. */
const longestLogBytes = 50_000_000
const keptLogs = 9

/**
 * One JSON line for each sign-in, refusal, change of a role, export and failure, in `DATA_DIR/countersign.log`;
 * warnings and failures also go to standard error. A log that cannot be written never stops the server.
 */
export function openLogger(
  { dataDir, logLevel }: Pick<Config, 'dataDir' | 'logLevel'>,
  longest = longestLogBytes,
): Logger {
  const level = logLevel
  const options = { level, serializers, hooks: { streamWrite: escapeUnseen } }
  const standardError = pino.destination({ dest: 2, sync: true })
  standardError.on('error', () => {})
  const terminal = { level: 'warn', stream: standardError }
  try {
    return pino(options, pino.multistream([{ level, stream: openFile(dataDir, longest) }, terminal]))
  } catch {
    return pino(options, pino.multistream([terminal]))
  }
}

/** What strangers ask for is logged too: without a bound it would fill the disk of all. */
function openFile(folder: string, longest: number) {
  const dest = join(folder, 'countersign.log')
  const file = pino.destination({ dest, mkdir: true, mode: 0o600, sync: true })
  file.on('error', () => {})
  let bytes = statSync(dest).size
  return {
    write(line: string) {
      bytes += Buffer.byteLength(line)
      file.write(line)
      if (bytes <= longest) return
      bytes = 0
      try {
        for (let at = keptLogs; at > 0; at--) {
          const older = at > 1 ? `${dest}.${at - 1}` : dest
          if (existsSync(older)) renameSync(older, `${dest}.${at}`)
        }
        file.reopen()
      } catch {
        // it goes on in the file that it has, and is tried again later
      }
    },
  }
}
