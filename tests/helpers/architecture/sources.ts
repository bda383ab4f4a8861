import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'

export const root = join(import.meta.dirname, '../../..')

export interface Source {
  /** From the root, with forward slashes: `server/rooms/room.ts`. */
  path: string
  text: string
}

/** Every file that we wrote below `folder`; what a tool generates (migrations) is left out. */
export function filesUnder(folder: string): Source[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((path) => !path.startsWith('server/db/migrations/') && !path.startsWith('tests/bench/peers/'))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
}

export const isCode = ({ path }: Source): boolean => /\.tsx?$/.test(path)

export interface Import {
  from: string
  /** A path from the root for a file of ours, else the package's name as written. */
  to: string
  isOurs: boolean
  isTypeOnly: boolean
}

const statement = /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm
const expression = /\bimport\('([^']+)'\)/g

/** What a file imports, statically, dynamically and by re-export. */
export function importsOf({ path, text }: Source): Import[] {
  const found = [
    ...[...text.matchAll(statement)].map(([, type, name]) => ({
      name: name!,
      isTypeOnly: type !== undefined,
    })),
    ...[...text.matchAll(expression)].map(([, name]) => ({ name: name!, isTypeOnly: false })),
  ]
  return found.map(({ name, isTypeOnly }) => {
    const isOurs = name.startsWith('.')
    return { from: path, to: isOurs ? normalize(join(dirname(path), name)) : name, isOurs, isTypeOnly }
  })
}

/** `server/rooms/room.ts` → `rooms`; null for a file right below `server/`, `web/` …. */
export function featureOf(path: string): string | null {
  const [, feature, ...rest] = path.split('/')
  return rest.length > 0 ? feature! : null
}
