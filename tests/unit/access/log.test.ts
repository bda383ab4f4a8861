import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DrizzleQueryError } from 'drizzle-orm/errors'
import { expect, onTestFinished, test } from 'vitest'
import { openLogger } from '../../../server/logger.ts'

function newLog() {
  const dataDir = mkdtempSync(join(tmpdir(), 'countersign-log-'))
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }))
  const logger = openLogger({ dataDir, logLevel: 'info' })
  return { logger, lines: () => readFileSync(join(dataDir, 'countersign.log'), 'utf8').trimEnd().split('\n') }
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
