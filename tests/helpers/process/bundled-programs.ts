import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { shared } from '../shared-setup.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where the bundled programs lie. */
    programs: string
  }
}

const root = join(import.meta.dirname, '../../..')
const programs = {
  main: 'server/main.ts',
  supervisor: 'server/supervisor.ts',
  'end-database': 'server/end-database.ts',
  converter: 'server/converter.ts',
  'compaction-worker': 'server/history/compaction-worker.ts',
  'hashing-worker': 'server/accounts/hashing-worker.ts',
  'odd-tasks': 'tests/helpers/conversions/odd-tasks.ts',
}

/**
 * Bundles the programs of the server's processes once for a run, as production has them: from their sources each
 * process would take seconds to start, and the permission model of converters would not hold.
 */
export default shared('programs', async (provide) => {
  // below the root, where packages are found
  mkdirSync(join(root, 'test-results'), { recursive: true })
  const outDir = mkdtempSync(join(root, 'test-results/programs-'))
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
  cpSync(join(root, 'server/db/migrations'), join(outDir, 'migrations'), { recursive: true })
  // run by root, converters have an account of their own, which comes in as it does in production
  chmodSync(outDir, 0o755)
  provide('programs', outDir)
  // for what also runs without vitest
  process.env.COUNTERSIGN_PROGRAMS = outDir
  return () => rmSync(outDir, { recursive: true, force: true })
})
