import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config'
import { LongestFirst } from './helpers/longest-first.ts'

const root = join(import.meta.dirname, '..')

/**
 * What starts and ends processes mostly waits for them: a run of all has it beside the rest, in a worker of its own, as
 * those that measure turns are not to be crowded by a third that works.
 */
const processFiles = /^tests\/process\/.*\.server\.test\.ts$/

/**
 * A file that replaces modules, spies on the clock, measures turns, puts the same parts of a text into documents or is about
 * processes meets nothing of another's, nor another its.
 */
const apartFiles = /^tests\/conversions\/.*\.server\.test\.ts$/
const apart = /vi\.(mock|doMock|resetModules)\(|spyOn\(performance|longestTurnMs|\bhostileChanges\b/

const isApart = (file: string) => apartFiles.test(file) || apart.test(readFileSync(join(root, file), 'utf8'))

/** Every file of tests, from the root and with forward slashes. */
const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts'))
  .map((path) => `tests/${path.replaceAll('\\', '/')}`)

/**
 * The tests of a kind, which their files' names tell, as two projects. Those that need not stand alone share their worker's
 * modules: to load the product once for each file took a third of the processor time of all.
 */
function projects(kind: string, rest: TestProjectInlineConfiguration['test'] = {}) {
  const ours = files.filter((file) => file.endsWith(`.${kind}.test.ts`) && !processFiles.test(file))
  return [true, false].map((isolate) =>
    project(
      isolate ? `${kind} (apart)` : kind,
      ours.filter((file) => isApart(file) === isolate),
      { isolate, ...rest },
    ),
  )
}

const project = (name: string, include: string[], rest: TestProjectInlineConfiguration['test']) => ({
  extends: true as const,
  test: { name, include, ...rest },
})

const ofServer: TestProjectInlineConfiguration['test'] = {
  setupFiles: ['tests/helpers/cheap-passwords.ts'],
  globalSetup: ['tests/helpers/db/postgres-server.ts', 'tests/helpers/process/bundled-programs.ts'],
}

export default defineConfig({
  root,
  test: {
    setupFiles: ['tests/helpers/no-console-error.ts'],
    // for what never ends: on a machine that is busy with much else a test takes ten times as long
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      ...projects('unit'),
      ...projects('web'),
      ...projects('server', ofServer),
      project(
        'server (processes)',
        files.filter((file) => processFiles.test(file)),
        { isolate: true, ...ofServer },
      ),
    ],
  },
})
