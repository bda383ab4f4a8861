import { expect, test } from 'vitest'
import { isNoRequest } from '../../server/http/description/json-shape.ts'
import { defaultLimits } from '../../shared/limits.ts'

const nested = (levels: number, inside = '') => '['.repeat(levels) + inside + ']'.repeat(levels)

/** 128 KB, which is what a comment may take. */
const marked = Array.from({ length: 2_570 }, () => ({ type: 'text', marks: [{ type: 'bold' }], text: 'a' }))

test.each([
  ['as many levels as a request may have', nested(64), false],
  ['one more', nested(65), true],
  ['lists and objects by turns', '[{"a":'.repeat(33) + '1' + '}]'.repeat(33), true],
  ['a long list of short ones', `[${Array(1_000).fill('[{}]').join()}]`, false],
  ['brackets in a text, behind a quote in it', nested(60, `"\\"${'['.repeat(100)}"`), false],
  ['a text that ends with a backslash', `["\\\\",${nested(64)}]`, true],
  ['a text that never ends', `"${'['.repeat(100)}\\`, false],
  ['half a million levels', '['.repeat(500_000), true],
  ['hundreds of thousands of values', `[${Array(300_000).fill('{}').join()}]`, true],
  ['as many commas in a text', `["${','.repeat(300_000)}"]`, false],
  ['the largest comment, marked letter by letter', JSON.stringify(marked), false],
])('%s', (_what, json, wanted) => {
  expect(isNoRequest(json, defaultLimits)).toBe(wanted)
})
