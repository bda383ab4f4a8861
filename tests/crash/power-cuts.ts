import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Scene } from './crash-scene.ts'
import type { Volume } from './volume.ts'

/** How long people go on typing into a server whose disk is gone: what it acknowledges then must be true as well. */
const afterwardsMs = 200

export interface PowerReport {
  lost: string[]
  complaints: string[]
  /** How many cuts took back a file that was written just before and not synced: all, or the cut drops nothing. */
  dropped: number
}

/** Cuts the power of the disk under the server so many times while three people type. */
export async function cutRepeatedly(
  scene: Scene,
  volume: Volume,
  cuts: number,
  onCut: (cut: number, lost: number) => void,
): Promise<PowerReport> {
  const lost: string[] = []
  let dropped = 0
  for (let cut = 1; cut <= cuts; cut++) {
    await scene.type()
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300))
    const unsynced = join(volume.path, `unsynced-${cut}`)
    writeFileSync(unsynced, 'never synced')
    volume.cutPower()
    await new Promise((resolve) => setTimeout(resolve, afterwardsMs))
    await scene.end('SIGKILL')
    await volume.endProcesses()
    await volume.powerOn()
    if (!existsSync(unsynced)) dropped++
    await scene.restart()
    lost.push(...(await scene.lostWords()))
    onCut(cut, lost.length)
  }
  return { lost, complaints: await scene.finish(), dropped }
}
