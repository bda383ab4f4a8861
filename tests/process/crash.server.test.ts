import { rmSync } from 'node:fs'
import { afterAll, expect, test } from 'vitest'
import { killRepeatedly } from '../crash/kills.ts'
import { openScene, type Scene } from '../crash/crash-scene.ts'
import { makeDataDir } from '../helpers/process/app-process.ts'

const kills = 20

const dataDir = makeDataDir()
let scene: Scene
afterAll(async () => {
  await scene.end('SIGTERM')
  rmSync(dataDir, { recursive: true, force: true })
})

test(`failure 1: ${kills} times kill -9 while three type, and every acknowledged word is there after it, once`, async () => {
  scene = await openScene(dataDir)
  const { acknowledged, lost, complaints } = await killRepeatedly(scene, dataDir, kills)
  expect(lost, 'acknowledged words that a crash lost').toEqual([])
  expect(complaints).toEqual([])
  expect(acknowledged).toBeGreaterThan(3 * kills)
}, 300_000)
