import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'

/** Writes a package's files below a folder. */
export function unpackInto(place: string, archive: Uint8Array): void {
  for (const [name, bytes] of Object.entries(unzipSync(archive))) {
    mkdirSync(dirname(join(place, name)), { recursive: true })
    writeFileSync(join(place, name), bytes)
  }
}

/** Where a package of each version is kept as it was made. */
export const fixtures = join(import.meta.dirname, '../../signoff/fixtures')

/** Unpacks fixtures, each in a folder of its own with nothing beside it, until all of them are removed. */
export function unpackedFixtures() {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-fixtures-'))
  return {
    unpacked(name: string): { home: string; place: string; files: string[] } {
      const home = mkdtempSync(join(folder, 'home-'))
      const archive = readFileSync(join(fixtures, name))
      unpackInto(join(home, 'package'), archive)
      return { home, place: join(home, 'package'), files: Object.keys(unzipSync(archive)) }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The commands as a person would paste them: the indented lines of VERIFY.txt. */
export const commandsOf = (place: string): string[] =>
  readFileSync(join(place, 'VERIFY.txt'), 'utf8')
    .split('\n')
    .flatMap((line) => (line.startsWith('    ') ? [line.trim()] : []))

/**
 * Whether the commands find the unpacked package whole, and what they said last. They run as they do when a person
 * pastes them, each whatever became of the one before; only packages of version 1 say no verdict, and there the first
 * command that fails ends it.
 */
export function verdictOf(place: string, commands: string[] = commandsOf(place), env = process.env) {
  const saysVerdict = commands.some((line) => line.includes('VERDICT'))
  const { status, stdout, stderr } = spawnSync('sh', saysVerdict ? [] : ['-e'], {
    cwd: place,
    env,
    input: `${commands.join('\n')}\n`,
    encoding: 'utf8',
  })
  const said = stdout.trim().split('\n').at(-1)!
  return { isWhole: status === 0, said, stdout, stderr }
}
