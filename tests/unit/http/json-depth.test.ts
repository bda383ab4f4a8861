import { expect, test } from 'vitest'
import { isTooDeep } from '../../../server/http/json-depth.ts'

const nested = (levels: number, inside = '') => '['.repeat(levels) + inside + ']'.repeat(levels)

test.each([
  ['as many levels as a request may have', nested(64), false],
  ['one more', nested(65), true],
  ['lists and objects by turns', '[{"a":'.repeat(33) + '1' + '}]'.repeat(33), true],
  ['a long list of short ones', `[${Array(1_000).fill('[{}]').join()}]`, false],
  ['brackets in a text, behind a quote in it', nested(60, `"\\"${'['.repeat(100)}"`), false],
  ['a text that ends with a backslash', `["\\\\",${nested(64)}]`, true],
  ['a text that never ends', `"${'['.repeat(100)}\\`, false],
  ['half a million levels', '['.repeat(500_000), true],
])('%s', (_what, json, wanted) => {
  expect(isTooDeep(json)).toBe(wanted)
})
