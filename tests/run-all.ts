import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

// Runs everything that must hold, one after the other, and ends with one line: `N passed, N failed`.
// With CI set, a skipped test counts as a failure of the run. What failed is named again right before that line, as
// who keeps only an output's end would not see it.

interface Count {
  passed: number
  failed: number
  skipped: number
  /** What failed, with its reason where the report has one. */
  failures: string[]
}

const root = join(import.meta.dirname, '..')
const reports = mkdtempSync(join(tmpdir(), 'countersign-reports-'))
const nothing: Count = { passed: 0, failed: 0, skipped: 0, failures: [] }
const total = structuredClone(nothing)

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
  add({ ...nothing, ...(holds ? { passed: 1 } : { failed: 1, failures: [what] }) })
}

/** A runner of tests leaves a report; one that ends badly without naming a failed test is a failure all the same. */
function suite(what: string, runTests: (report: string) => boolean, read: (report: string) => Count): void {
  process.stdout.write(`\n== ${what}\n`)
  const report = join(reports, `${what}.json`)
  const holds = runTests(report)
  const count = existsSync(report) ? read(report) : nothing
  const isSilent = holds ? count.passed === 0 : count.failed === 0
  add(
    isSilent
      ? { ...count, failed: count.failed + 1, failures: [`${what}: ended without a failed test`] }
      : count,
  )
}

function add({ passed, failed, skipped, failures }: Count): void {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  total.failures.push(...failures)
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    assertionResults: { status: string; fullName: string; failureMessages: string[] }[]
  }[]
}

function readVitest(report: string): Count {
  const read = JSON.parse(readFileSync(report, 'utf8')) as VitestReport
  return {
    passed: read.numPassedTests,
    failed: read.numFailedTests,
    skipped: read.numPendingTests + read.numTodoTests,
    failures: read.testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => [fullName, ...failureMessages].join('\n')),
  }
}

/** Its own reporter names what failed at its end. */
function readPlaywright(report: string): Count {
  const { stats, errors } = JSON.parse(readFileSync(report, 'utf8')) as {
    stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>
    errors: unknown[]
  }
  const failed = stats.unexpected + stats.flaky + errors.length
  return { passed: stats.expected, failed, skipped: stats.skipped, failures: [] }
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

const { passed, failed, skipped, failures } = total
for (const failure of failures) process.stdout.write(`\nFailed: ${failure}\n`)
const mayNotSkip = Boolean(process.env.CI) && skipped > 0
if (mayNotSkip) process.stdout.write('\nSkipped tests are not allowed here.\n')
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = failed > 0 || mayNotSkip ? 1 : 0
