import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

// Runs everything that must hold, one after the other, and ends with one line: `N passed, N failed`.
// With CI set, a skipped test counts as a failure of the run. What failed is named again right before that line, as
// who keeps only an output's end would not see it, and before that what took the longest.

interface Count {
  passed: number
  failed: number
  skipped: number
  /** What failed, with its reason where the report has one. */
  failures: string[]
  times: Time[]
}

/** How long a test or a stage took. */
interface Time {
  name: string
  ms: number
}

const root = join(import.meta.dirname, '..')
const reports = mkdtempSync(join(tmpdir(), 'countersign-reports-'))
const nothing: Count = { passed: 0, failed: 0, skipped: 0, failures: [], times: [] }
const total = structuredClone(nothing)
const stages: Time[] = []

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

/** Runs a part of all and notes how long it took. */
function stage(what: string, part: () => boolean): boolean {
  process.stdout.write(`\n== ${what}\n`)
  const began = performance.now()
  const holds = part()
  stages.push({ name: what, ms: performance.now() - began })
  return holds
}

/** A check is one thing that holds or not. */
function check(what: string, program: string, args: string[]): void {
  const holds = stage(what, () => run(program, args))
  add({ ...nothing, ...(holds ? { passed: 1 } : { failed: 1, failures: [what] }) })
}

/** A runner of tests leaves a report; one that ends badly without naming a failed test is a failure all the same. */
function suite(what: string, runTests: (report: string) => boolean, read: (report: string) => Count): void {
  const report = join(reports, `${what}.json`)
  const holds = stage(what, () => runTests(report))
  const count = existsSync(report) ? read(report) : nothing
  const isSilent = holds ? count.passed === 0 : count.failed === 0
  add(
    isSilent
      ? { ...count, failed: count.failed + 1, failures: [`${what}: ended without a failed test`] }
      : count,
  )
}

function add({ passed, failed, skipped, failures, times }: Count): void {
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
  total.failures.push(...failures)
  total.times.push(...times)
}

interface VitestReport {
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: {
    name: string
    assertionResults: {
      status: string
      fullName: string
      /** Milliseconds; none where it was skipped. */
      duration?: number | null
      failureMessages: string[]
    }[]
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
    times: read.testResults.flatMap(({ name, assertionResults }) =>
      assertionResults.map(({ fullName, duration }) => ({
        name: `${relative(root, name)}: ${fullName.trim()}`,
        ms: duration ?? 0,
      })),
    ),
  }
}

interface PlaywrightSuite {
  specs: { file: string; title: string; tests: { results: { duration: number }[] }[] }[]
  suites?: PlaywrightSuite[]
}

const timesOf = ({ specs, suites = [] }: PlaywrightSuite): Time[] => [
  ...specs.map(({ file, title, tests }) => ({
    name: `tests/browser/${file}: ${title}`,
    ms: tests.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0),
  })),
  ...suites.flatMap(timesOf),
]

/** Its own reporter names what failed at its end. */
function readPlaywright(report: string): Count {
  const { stats, errors, suites } = JSON.parse(readFileSync(report, 'utf8')) as {
    stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>
    errors: unknown[]
    suites: PlaywrightSuite[]
  }
  const failed = stats.unexpected + stats.flaky + errors.length
  return {
    passed: stats.expected,
    failed,
    skipped: stats.skipped,
    failures: [],
    times: suites.flatMap(timesOf),
  }
}

check('types', 'tsc', [])
check('lint', 'oxlint', ['--deny-warnings', '--type-aware', '--report-unused-disable-directives'])
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

const tell = ({ name, ms }: Time): void =>
  void process.stdout.write(`${(ms / 1_000).toFixed(1).padStart(7)} s  ${name}\n`)
process.stdout.write('\nHow long each part took:\n')
for (const one of stages) tell(one)
process.stdout.write('\nThe ten slowest tests:\n')
for (const one of total.times.toSorted((a, b) => b.ms - a.ms).slice(0, 10)) tell(one)

const { passed, failed, skipped, failures } = total
for (const failure of failures) process.stdout.write(`\nFailed: ${failure}\n`)
const mayNotSkip = Boolean(process.env.CI) && skipped > 0
if (mayNotSkip) process.stdout.write('\nSkipped tests are not allowed here.\n')
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`)
process.exitCode = failed > 0 || mayNotSkip ? 1 : 0
