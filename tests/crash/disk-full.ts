import type { Scene } from './scene.ts'
import type { Volume } from './volume.ts'
export async function fillRepeatedly(
  _scene: Scene,
  _volume: Volume,
  _t: number,
  _say: (l: string) => void,
): Promise<string[]> {
  return []
}
