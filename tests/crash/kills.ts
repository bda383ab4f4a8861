import { join } from 'node:path'
import { databaseHome } from '../../server/db/cluster.ts'
import { databaseAccount } from '../../server/db/postgres-binaries.ts'
import { notedPostmaster } from '../../server/db/postmaster.ts'
import type { Scene } from './crash-scene.ts'

/** In every so manyth crash the database dies with the app. */
const databaseDies = 5

export interface KillReport {
  acknowledged: number
  lost: string[]
  complaints: string[]
}

/** Kills the server so many times (SIGKILL) while three people type, and reads after each what it kept. */
export async function killRepeatedly(
  scene: Scene,
  dataDir: string,
  kills: number,
  onKill?: (kill: number, lost: number) => void,
): Promise<KillReport> {
  const lost: string[] = []
  for (let kill = 1; kill <= kills; kill++) {
    await scene.type()
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300))
    if (kill % databaseDies === 0) {
      process.kill(notedPostmaster(join(databaseHome(dataDir, databaseAccount()), 'cluster'))!, 'SIGKILL')
    }
    await scene.end('SIGKILL')
    await scene.restart()
    lost.push(...(await scene.lostWords()))
    onKill?.(kill, lost.length)
  }
  const complaints = await scene.finish()
  return { acknowledged: acknowledgedWords(scene), lost, complaints }
}

export const acknowledgedWords = (scene: Scene): number =>
  scene.typists.reduce((sum, { acknowledged }) => sum + acknowledged, 0)
