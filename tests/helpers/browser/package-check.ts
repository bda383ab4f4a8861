import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'

/** Unpacks a downloaded package into `place`. */
export function unpack(archive: string, place: string): void {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(archive)))) {
    mkdirSync(dirname(join(place, name)), { recursive: true })
    writeFileSync(join(place, name), bytes)
  }
}

/** Runs the commands of an unpacked package's VERIFY.txt in a shell that stops at the first that fails. */
export function runVerify(place: string): { status: number | null; stdout: string; stderr: string } {
  const lines = readFileSync(join(place, 'VERIFY.txt'), 'utf8').split('\n')
  const input = lines.filter((line) => line.startsWith('    ')).join('\n')
  return spawnSync('sh', ['-e'], { cwd: place, input, encoding: 'utf8' })
}
