import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { build } from 'vite'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the bundled programs of converter processes lie. */
    converterPrograms: string
  }
}

const root = join(import.meta.dirname, '../..')
const programs = { converter: 'server/converter.ts', 'odd-tasks': 'tests/server/jobs/odd-tasks.ts' }

/**
 * Bundles the programs of converter processes once for a run, as production has them: from their sources each process
 * would take seconds to start, and the permission model would not hold.
 */
export default async function setup(project: TestProject) {
  // below the root, where packages are found
  mkdirSync(join(root, 'test-results'), { recursive: true })
  const outDir = mkdtempSync(join(root, 'test-results/converter-'))
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      ssr: true,
      outDir,
      target: 'node20',
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, join(root, path)])),
        output: { entryFileNames: '[name].js', chunkFileNames: '[name].js' },
      },
    },
  })
  // run by root, converters have an account of their own, which comes in as it does in production
  chmodSync(outDir, 0o755)
  project.provide('converterPrograms', outDir)
  return () => rmSync(outDir, { recursive: true, force: true })
}
