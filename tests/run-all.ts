import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'

// Runs everything that must hold and ends with one line: `N passed, N failed`.
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

/** Each line that it says is led by the part's name, as parts run side by side. */
function run(
  part: string,
  program: string,
  args: string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<boolean> {
  const child = spawn(join(root, 'node_modules/.bin', program), args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
    shell: process.platform === 'win32',
  })
  for (const said of [child.stdout, child.stderr]) {
    createInterface({ input: said }).on('line', (line) => process.stdout.write(`${part} | ${line}\n`))
  }
  return new Promise((resolve) => {
    child.on('error', (error) => {
      process.stdout.write(`${part} | ${program}: ${error.message}\n`)
      resolve(false)
    })
    // what it started and left running may hold its output open for ever
    child.on('exit', () =>
      setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
      }, 1_000).unref(),
    )
    child.on('close', (status) => resolve(status === 0))
  })
}

/** Runs a part of all and notes how long it took. */
async function stage(what: string, part: () => Promise<boolean>): Promise<boolean> {
  process.stdout.write(`\n== ${what}\n`)
  const began = performance.now()
  const holds = await part()
  stages.push({ name: what, ms: performance.now() - began })
  return holds
}

/**
 * A check is one thing that holds or not. The compiler and the type-aware rules take a thread for each processor and
 * look through shared types once for each: on one they take from half to a quarter of the processor time, and the other
 * is busy with tests meanwhile.
 */
async function check(what: string, program: string, args: string[]): Promise<void> {
  const holds = await stage(what, () => run(what, program, args, { GOMAXPROCS: '1' }))
  add({ ...nothing, ...(holds ? { passed: 1 } : { failed: 1, failures: [what] }) })
}

/** A runner of tests leaves a report; one that ends badly without naming a failed test is a failure all the same. */
async function suite(
  what: string,
  runTests: (report: string) => Promise<boolean>,
  read: (report: string) => Count,
): Promise<void> {
  const report = join(reports, `${what}.json`)
  const holds = await stage(what, () => runTests(report))
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

interface PlaywrightResult {
  duration: number
  error?: { message?: string }
}
interface PlaywrightSpec {
  file: string
  title: string
  tests: { status: 'skipped' | 'expected' | 'unexpected' | 'flaky'; results: PlaywrightResult[] }[]
}
interface PlaywrightSuite {
  specs: PlaywrightSpec[]
  suites?: PlaywrightSuite[]
}

const specsOf = ({ specs, suites = [] }: PlaywrightSuite): PlaywrightSpec[] => [
  ...specs,
  ...suites.flatMap(specsOf),
]
const nameOf = ({ file, title }: PlaywrightSpec): string => `tests/browser/${file}: ${title}`
const resultsOf = ({ tests }: PlaywrightSpec): PlaywrightResult[] => tests.flatMap(({ results }) => results)

function readPlaywright(report: string): Count {
  const { stats, errors, suites } = JSON.parse(readFileSync(report, 'utf8')) as {
    stats: Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>
    errors: { message?: string }[]
    suites: PlaywrightSuite[]
  }
  const specs = suites.flatMap(specsOf)
  const failures = specs.filter(({ tests }) =>
    tests.some(({ status }) => status === 'unexpected' || status === 'flaky'),
  )
  const failed = stats.unexpected + stats.flaky + errors.length
  return {
    passed: stats.expected,
    failed,
    skipped: stats.skipped,
    failures: [
      ...failures.map((spec) =>
        [nameOf(spec), ...resultsOf(spec).flatMap(({ error }) => error?.message ?? [])].join('\n'),
      ),
      ...errors.map(({ message }) => message ?? 'an error of no test'),
    ],
    times: specs.map((spec) => ({
      name: nameOf(spec),
      ms: resultsOf(spec).reduce((sum, { duration }) => sum + duration, 0),
    })),
  }
}

async function checks(): Promise<void> {
  await check('types', 'tsc', ['--checkers', '1'])
  await check('lint', 'oxlint', ['--deny-warnings', '--type-aware', '--report-unused-disable-directives'])
  await check('format', 'oxfmt', ['--check'])
}

const codeSuite = (what: string, part: string, which: string[]): Promise<void> =>
  suite(
    what,
    (report) =>
      run(part, 'vitest', [
        'run',
        '--config=tests/vitest.config.ts',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...which,
      ]),
    readVitest,
  )

// what mostly waits has a worker beside the two that work
const processes = 'server (processes)'
const codeSuites = () =>
  Promise.all([
    codeSuite('unit, server and web tests', 'vitest', [`--project=!${processes}`]),
    codeSuite('tests of processes', 'processes', [`--project=${processes}`, '--maxWorkers=1']),
  ])

const browserSuite = (): Promise<void> =>
  suite(
    'browser tests',
    (report) => {
      const args = ['test', '--config=tests/browser/playwright.config.ts', '--reporter=list,json']
      return run('browser', 'playwright', args, { PLAYWRIGHT_JSON_OUTPUT_FILE: report })
    },
    readPlaywright,
  )

// on two processors the tests of code and those in browsers slow each other down so far that what waits for a page
// waits in vain
const isCrowded = availableParallelism() < 4
// what the browsers' tests would begin with: the tests of code leave a processor idle now and then
const build = () => stage('build', () => run('build', 'tsx', ['server/build.ts']))
const others = Promise.all([isCrowded ? checks().then(build) : checks(), codeSuites()])
if (isCrowded) await others
await Promise.all([others, browserSuite()])
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
