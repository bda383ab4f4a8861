import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'

/** Writes a package's files below a folder. */
export function unpackInto(place: string, archive: Uint8Array): void {
  for (const [name, bytes] of Object.entries(unzipSync(archive))) {
    mkdirSync(dirname(join(place, name)), { recursive: true })
    writeFileSync(join(place, name), bytes)
  }
}

/** The commands as a person would paste them: the indented lines of VERIFY.txt. */
export const commandsOf = (place: string): string[] =>
  readFileSync(join(place, 'VERIFY.txt'), 'utf8')
    .split('\n')
    .flatMap((line) => (line.startsWith('    ') ? [line.trim()] : []))

/**
 * Whether the commands find the unpacked package whole, and what they said last. Packages of version 1 say no verdict:
 * each of their commands succeeds or fails.
 */
export function verdictOf(place: string, commands: string[] = commandsOf(place), env = process.env) {
  const { status, stdout, stderr } = spawnSync('sh', ['-e'], {
    cwd: place,
    env,
    input: `${commands.join('\n')}\n`,
    encoding: 'utf8',
  })
  const said = stdout.trim().split('\n').at(-1)!
  return { isWhole: status === 0, said, stderr }
}
