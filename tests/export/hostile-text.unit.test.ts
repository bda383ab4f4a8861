import { describe, expect, test } from 'vitest'
import { escapeMarkdown, inlineMarkdown, longestRun } from '../../server/export/markdown/markdown-text.ts'
import { documentMarkdown } from '../../server/export/markdown/markdown.ts'
import { breakable } from '../../server/export/print/print-tree.ts'
import { layoutTable } from '../../server/export/print/table-layout.ts'
import { threadsCsv } from '../../server/export/threads/threads-csv.ts'

/** Milliseconds on a processor that `work` takes, the least of three: a busy machine does not stretch them. */
function cost(work: () => unknown): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  return Math.min(...times)
}

/** Sixteen times as much may cost sixty times as much, for want of a quiet machine; what is quadratic costs 256 times. */
function expectLinear(work: (size: number) => unknown): void {
  const size = 6_000
  work(size)
  const small = Math.max(
    cost(() => work(size)),
    1,
  )
  expect(cost(() => work(16 * size)) / small).toBeLessThan(60)
}

const paragraphs = (text: string) => [{ type: 'text', text }]
const texts: [string, (size: number) => string][] = [
  ['newlines', (size) => '\n'.repeat(size)],
  ['newlines and a word', (size) => `${'\n'.repeat(size)}x`],
  ['other line ends', (size) => '\r\u2028\u2029'.repeat(size / 3)],
  ['spaces', (size) => ' '.repeat(size)],
  ['spaces in lines', (size) => ' \n\t'.repeat(size / 3)],
  ['backticks', (size) => '`'.repeat(size)],
  ['backticks apart', (size) => '` '.repeat(size / 2)],
  ['equals signs', (size) => `${'='.repeat(size / 2)}${' '.repeat(size / 2)}x`],
  ['lines of equals signs', (size) => '=\n'.repeat(size / 2)],
  ['hyphens', (size) => `${'-'.repeat(size)}x`],
  ['digits', (size) => `${'1'.repeat(size)}x`],
  ['lines of digits', (size) => '\n1'.repeat(size / 2)],
  ['dollar signs', (size) => '$'.repeat(size)],
  ['signs without a space', (size) => 'a/'.repeat(size / 2)],
]

describe('what a person typed costs in proportion to its length', () => {
  test.each(texts)('as Markdown and in tables: %s', (_, textOf) => {
    expectLinear((size) => {
      const text = textOf(size)
      escapeMarkdown(text)
      longestRun(text)
      breakable(text)
      inlineMarkdown([{ type: 'text', text, marks: [{ type: 'code' }] }])
      inlineMarkdown([{ type: 'text', text, marks: [{ type: 'bold' }] }])
      inlineMarkdown([{ type: 'inlineMath', attrs: { latex: text } }])
      threadsCsv({ columns: [{ label: 'x', width: 1 }], rows: [[text]] })
      documentMarkdown(
        {
          type: 'doc',
          content: [
            { type: 'blockMath', attrs: { latex: text } },
            { type: 'codeBlock', content: paragraphs(text) },
            { type: 'blockquote', content: [{ type: 'paragraph', content: paragraphs(text) }] },
          ],
        },
        () => null,
      )
    })
  })

  test('tables, by their rows and by their columns', () => {
    const cell = { type: 'tableCell', content: [{ type: 'paragraph' }] }
    const row = (cells: number) => ({ type: 'tableRow', content: Array.from({ length: cells }, () => cell) })
    const markdown = (rows: object[]) =>
      documentMarkdown({ type: 'doc', content: [{ type: 'table', content: rows }] }, () => null)
    expectLinear((size) => markdown(Array.from({ length: size / 4 }, () => row(1))))
    expectLinear((size) => markdown([row(size / 4)]))
  })
})

test('250,000 backticks are a code span', () => {
  expect(
    inlineMarkdown([{ type: 'text', text: '`'.repeat(250_000), marks: [{ type: 'code' }] }]).length,
  ).toBe(750_004)
})

test('a grid has bounds, whatever spans its cells claim', () => {
  const cell = { type: 'tableCell', attrs: { colspan: 1_000, rowspan: 1_000 } }
  const rows = Array.from({ length: 1_000 }, () => ({ type: 'tableRow', content: [cell, cell] }))
  const began = process.cpuUsage()
  const { cells, columns } = layoutTable({ type: 'table', content: rows })
  expect(cells).toHaveLength(2_000)
  expect(columns).toBeLessThan(3_000)
  expect(process.cpuUsage(began).user).toBeLessThan(5_000_000)
})

test('signs are escaped at the beginning of each line, after white space too', () => {
  expect(escapeMarkdown('a\n  - b\n# c\n 1. d\n==')).toBe('a   \\- b \\# c  1\\. d \\==')
})

test('a cell of CSV holds no formula, wherever a spreadsheet ends one: at semicolons, tabs and lines', () => {
  const written = (text: string) => threadsCsv({ columns: [{ label: 'x', width: 1 }], rows: [[text]] })
  const guarded = {
    'x;=1+1;y': "x;'=1+1;y",
    'x; \u200B@a': "x;' \u200B@a",
    'x\t=1': "x\t'=1",
    'x\n+1;\r-2': "x\n'+1;\r'-2",
    '\u200B=1': "'\u200B=1",
  }
  for (const [text, cell] of Object.entries(guarded)) expect(written(text)).toContain(cell)
  expect(written('壁厚 1.8 - 2.0; R = 3')).toContain('"壁厚 1.8 - 2.0; R = 3"')
})
