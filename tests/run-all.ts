import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Runs everything that must hold, one after the other, and ends with one line: `N passed, N failed`.
// With CI set, a skipped test counts as a failure of the run.

interface Count {
  passed: number
  failed: number
  skipped: number
}

const root = join(import.meta.dirname, '..')
const reports = mkdtempSync(join(tmpdir(), 'countersign-reports-'))
const total: Count = { passed: 0, failed: 0, skipped: 0 }

function run(program: string, args: string[], environment: NodeJS.ProcessEnv = {}): boolean {
  const script = join(root, 'node_modules/.bin', program)
  const { status, error } = spawnSync(script, args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...environment },
    shell: process.platform === 'win32',
  })
  if (error) process.stderr.write(`${program}: ${error.message}\n`)
  return status === 0
}

/** A check is one thing that holds or not. */
function check(what: string, program: string, args: string[]): void {
  process.stdout.write(`\n== ${what}\n`)
  const holds = run(program, args)
  add({ passed: holds ? 1 : 0, failed: holds ? 0 : 1, skipped: 0 })
}

/** A runner of tests leaves a report; one that ends badly without naming a failed test is a failure all the same. */
function suite(what: string, runTests: (report: string) => boolean, read: (report: string) => Count): void {
  process.stdout.write(`\n== ${what}\n`)
  const report = join(reports, `${what}.json`)
  const holds = runTests(report)
  const count = existsSync(report) ? read(report) : { passed: 0, failed: 0, skipped: 0 }
  const isSilent = holds ? count.passed === 0 : count.failed === 0
  add(isSilent ? { ...count, failed: count.failed + 1 } : count)
}

function add({ passed, failed, skipped }: Count): void {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}

function readVitest(report: string): Count {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(
    readFileSync(report, 'utf8'),
  ) as Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests', number>
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
}

function readPlaywright(report: string): Count {
  const { stats, errors } = JSON.parse(readFileSync(report, 'utf8')) as {
    stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>
    errors: unknown[]
  }
  const failed = stats.unexpected + stats.flaky + errors.length
  return { passed: stats.expected, failed, skipped: stats.skipped }
}

check('types', 'tsc', [])
check('lint', 'oxlint', ['--deny-warnings', '--type-aware'])
check('format', 'oxfmt', ['--check'])
suite(
  'unit, server and web tests',
  (report) =>
    run('vitest', [
      'run',
      '--config=tests/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ]),
  readVitest,
)
suite(
  'browser tests',
  (report) =>
    run('playwright', ['test', '--config=tests/browser/playwright.config.ts', '--reporter=list,json'], {
      PLAYWRIGHT_JSON_OUTPUT_FILE: report,
    }),
  readPlaywright,
)
rmSync(reports, { recursive: true })

const { passed, failed, skipped } = total
const mayNotSkip = Boolean(process.env.CI) && skipped > 0
if (mayNotSkip) process.stdout.write('\nSkipped tests are not allowed here.\n')
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = failed > 0 || mayNotSkip ? 1 : 0
