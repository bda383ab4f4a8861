import { existsSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The note in a data folder that the database's account cannot enter: where its database lies instead. */
const fileName = 'postgres-is-at'

/**
 * Where a data folder's database lies, and whose note that is: a copied data folder holds the note of the original, and
 * must not lead to the original's database.
 */
export interface HomeNote {
  path: string
  home: string
  /** False when the note was written in another data folder; null when it is from before notes said so. */
  isOwn: boolean | null
}

/** The note in `dataDir`; null when there is none. */
export function readHomeNote(dataDir: string): HomeNote | null {
  const path = join(dataDir, fileName)
  if (!existsSync(path)) return null
  const [home = '', folder, identity] = readFileSync(path, 'utf8').split('\n')
  // a folder that was renamed keeps its identity, one that was brought back from a copy its name
  const isOwn = folder ? folder === realpathSync(dataDir) || identity === identityOf(dataDir) : null
  return { path, home, isOwn }
}

export function writeHomeNote(dataDir: string, home: string): void {
  const lines = [home, realpathSync(dataDir), identityOf(dataDir), '']
  writeFileSync(join(dataDir, fileName), lines.join('\n'))
}

/** Once the database lies in the data folder itself. */
export const removeHomeNote = (dataDir: string): void => rmSync(join(dataDir, fileName), { force: true })

/** Device and number of a folder: no copy has the same. */
function identityOf(folder: string): string {
  const { dev, ino } = statSync(folder)
  return `${dev}:${ino}`
}
