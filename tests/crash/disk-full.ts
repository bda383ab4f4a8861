import { spawnSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { embeddedConnection } from '../../server/db/embedded-postgres.ts'
import { errors } from '../../shared/errors.ts'
import { until } from '../helpers/until.ts'
import { acknowledgedWords } from './kills.ts'
import type { Scene } from './crash-scene.ts'
import type { Volume } from './volume.ts'

/** How long the disk stays full, and people who were sent away keep coming back. */
const fullMs = 6_000
/** How soon a person must know that a word was not saved. */
const toldWithinMs = 2_000

const notSaved: readonly number[] = [errors.storage_full.close, errors.storage_failed.close]

/**
 * Fills the disk under the server so many times while three people type, and gives the space back; the server is
 * not restarted. Every second time the database has to begin a new segment of its log meanwhile, which it cannot,
 * and ends. Resolves with what did not hold.
 */
export async function fillRepeatedly(
  scene: Scene,
  volume: Volume,
  times: number,
  say: (line: string) => void,
): Promise<string[]> {
  const complaints: string[] = []
  const complainIf = (wrong: boolean, what: string) => void (wrong && complaints.push(what))
  for (let time = 1; time <= times; time++) {
    const endsDatabase = time % 2 === 0
    await scene.type()
    const before = refusals(scene)
    const giveBack = fill(volume)
    const began = performance.now()
    await until(
      'the first word that cannot be saved',
      async () => {
        if (endsDatabase) await beginSegment(join(volume.path, 'data'))
        await scene.comeBack()
        return refusals(scene) > before
      },
      120,
    )
    const first = performance.now() - began
    for (const end = performance.now() + fullMs; performance.now() < end;) {
      await scene.comeBack()
      await new Promise((done) => setTimeout(done, 200))
    }
    const told = Math.max(...scene.typists.map(({ longestUntold }) => longestUntold))
    complainIf(told > toldWithinMs, `fill ${time}: a person waited ${told.toFixed(0)} ms to be told`)
    giveBack()
    const returned = performance.now()
    // the database may first have to read its log again
    await until(
      'everybody to be back after space returned, without a restart',
      async () => {
        await scene.comeBack()
        return scene.typists.every(({ isConnected }) => isConnected)
      },
      60,
    )
    const back = performance.now() - returned
    complaints.push(...(await scene.finish()), ...(await scene.lostWords()).map((word) => `${word} is lost`))
    say(
      `fill ${time}${endsDatabase ? ', the database ends' : ''}: first refusal after ${first.toFixed(0)} ms, ` +
        `${refusals(scene) - before} refusals, told within ${told.toFixed(0)} ms, ` +
        `all back and saved ${back.toFixed(0)} ms after space returned`,
    )
  }
  await scene.end('SIGKILL')
  await scene.restart()
  complaints.push(...(await scene.lostWords()).map((word) => `${word} is lost after a kill`))
  say(`${acknowledgedWords(scene)} acknowledged words, ${complaints.length} complaints`)
  return complaints
}

/** How often people were told that their words are not saved. */
const refusals = (scene: Scene): number =>
  scene.typists.flatMap(({ closes }) => closes).filter((code) => notSaved.includes(code)).length

/** Takes all space that is left; the function that it returns gives it back. */
function fill(volume: Volume): () => void {
  const ballast = join(volume.path, 'ballast')
  spawnSync('fallocate', ['-l', String(volume.free()), ballast])
  try {
    for (let last = ''; volume.free() > 0; last += 'x') {
      writeFileSync(`${ballast}${last}`, Buffer.alloc(volume.free()))
    }
  } catch {
    // not a byte more
  }
  return () => {
    for (let last = ''; last.length < 8; last += 'x') rmSync(`${ballast}${last}`, { force: true })
  }
}

async function beginSegment(dataDir: string): Promise<void> {
  const client = new pg.Client({ ...embeddedConnection(dataDir), connectionTimeoutMillis: 1_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select pg_switch_wal()')
  } catch {
    // that is what a full disk does
  } finally {
    await client.end().catch(() => {})
  }
}
