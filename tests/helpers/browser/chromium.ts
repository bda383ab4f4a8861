import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

// the shell is Chromium without a window's parts: a page opened in it takes two thirds of the processor time
const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
]
const macApplications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * The Chromium that browser tests run in: CHROMIUM_PATH, or the first that is installed.
 * @throws Error that says what to do when there is none.
 */
export function findChromium(): string {
  const given = process.env.CHROMIUM_PATH
  if (given && !existsSync(given)) throw new Error(`CHROMIUM_PATH names ${given}, which does not exist.`)
  const folders = ['/usr/bin', '/snap/bin', ...(process.env.PATH ?? '').split(delimiter)]
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  const found = given || [...places, ...macApplications].find((place) => existsSync(place))
  if (!found) {
    throw new Error(
      'The browser tests need Chromium: apt-get install chromium-headless-shell (or chromium), or set CHROMIUM_PATH to a Chromium or Chrome.',
    )
  }
  return found
}
