import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, onTestFinished, test } from 'vitest'
import { openLogger } from '../../server/logger.ts'

function newLog(longest?: number) {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-log-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const logger = openLogger({ dataDir, logLevel: 'info' }, longest)
  const linesOf = (name: string) => readFileSync(join(dataDir, name), 'utf8').trimEnd().split('\n')
  return { dataDir, logger, linesOf, lines: () => linesOf('countersign.log') }
}

test('whatever people typed stays on one line of the log, without a sign that a terminal obeys', () => {
  const { logger, lines } = newLog()
  const account = 'li\r\n{"forged":1}\u2028\u2029\u0085\u009b2K\u202eexe\u001b[2K'
  logger.info({ account }, 'sign-in failed')
  expect(lines()).toHaveLength(1)
  expect(lines()[0]).toMatch(/^[ -~]*$/)
  expect((JSON.parse(lines()[0]!) as { account: string }).account).toBe(account)
})

test('a failed query is in the log with its reason and without its values', () => {
  const { logger, lines } = newLog()
  logger.info({ err: new DrizzleQueryError('select $1', ['a secret'], new Error('refused')) }, 'failed')
  expect(lines()[0]).toContain('refused')
  expect(lines()[0]).not.toContain('a secret')
})

test('what strangers ask for fills no disk with its log: it begins anew while the server runs, and the last nine are kept', async () => {
  const { dataDir, logger, lines, linesOf } = newLog(10_000)
  const last = 2_000
  for (let at = 1; at <= last; at++) {
    logger.info({ at, path: '/'.padEnd(100, 'x') }, 'request')
    await new Promise((done) => setImmediate(done))
  }
  const names = readdirSync(dataDir).toSorted()
  expect(names).toEqual(['', 1, 2, 3, 4, 5, 6, 7, 8, 9].map((at) => `countersign.log${at && `.${at}`}`))
  for (const name of names) expect(statSync(join(dataDir, name)).size).toBeLessThan(10_500)
  const numbersOf = (written: string[]) => written.map((line) => (JSON.parse(line) as { at: number }).at)
  // none is lost between one and the next
  const latest = numbersOf([...linesOf('countersign.log.2'), ...linesOf('countersign.log.1'), ...lines()])
  expect(latest).toEqual(latest.map((_, at) => last - latest.length + 1 + at))
})
