import { defineConfig } from '@playwright/test'
import { findChromium } from '../helpers/browser/chromium.ts'

const quiet = [
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../test-results/browser',
  globalSetup: '../helpers/browser/start-server.ts',
  forbidOnly: Boolean(process.env.CI),
  timeout: 180_000,
  expect: { timeout: 20_000 },
  workers: 2,
  // or a worker is idle while the other still has a file of long ones
  fullyParallel: true,
  reporter: [['list']],
  use: {
    baseURL: process.env.COUNTERSIGN_URL,
    locale: 'en-GB',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 800 },
    // each action is named in it; pictures cost more than a quarter of the processor and snapshots as much: for a
    // failure that needs them, `--trace on`. In CI nobody has it in their hands, and the list names what was waited for
    trace: process.env.CI
      ? 'off'
      : { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: true },
    screenshot: 'only-on-failure',
    // what fades in has its colours at once: contrast is measured right after a click
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: { executablePath: findChromium(), chromiumSandbox: process.getuid?.() !== 0, args: quiet },
  },
})
