import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documentMarkdown } from '../../../server/export/markdown.ts'
import { escapeMarkdown } from '../../../server/export/markdown-text.ts'
import { layoutTable } from '../../../server/export/table-layout.ts'
import { everything, pictureSha256 } from '../../server/signoff/lamp-revision.ts'

const text = (words: string, ...marks: string[]) => ({
  type: 'text',
  text: words,
  marks: marks.map((type) => ({ type })),
})
const doc = (...content: object[]) => ({ type: 'doc', content })
const paragraph = (...content: object[]) => ({ type: 'paragraph', content })
const written = (...content: object[]) => documentMarkdown(doc(...content), () => null)
const cell = (words: string, attrs: object = {}, type = 'tableCell') => ({
  type,
  attrs,
  content: [paragraph(text(words))],
})

const link = (href: string) => ({
  type: 'text',
  text: 'x',
  marks: [{ type: 'link', attrs: { href } }],
})

describe('Markdown', () => {
  test('marks open and close once over neighbours, also nested', () => {
    expect(written(paragraph(text('a', 'bold'), text('b', 'bold', 'italic'), text('c')))).toBe(
      '<strong>a*b*</strong>c',
    )
    expect(written(paragraph(text('wall', 'bold'), text(' 2 mm')))).toBe('**wall** 2 mm')
  })

  test('emphasis beside punctuation is written so that every reader sees it', () => {
    expect(written(paragraph(text('壁厚：', 'bold'), text('2.5')))).toBe('<strong>壁厚：</strong>2.5')
  })

  test('what a person typed is text', () => {
    expect(written(paragraph(text('# 1. *a* <b> [x](y) `c` $d$ | ~')))).toBe(
      '\\# 1. \\*a\\* \\<b\\> \\[x\\](y) \\`c\\` \\$d\\$ \\| \\~',
    )
    expect(written(paragraph(text('1. not a list')))).toBe('1\\. not a list')
    expect(written(paragraph(text('- not a list')))).toBe('\\- not a list')
  })

  test('tabs and runs of spaces stay, also where a reader would make code of them', () => {
    const markdown = (words: string) => written(paragraph(text(words))).trim()
    expect(markdown('1\t2   mm')).toBe('1\t2   mm')
    expect(markdown('\t1\t2')).toBe('&#9;1\t2')
    expect(markdown('    4 mm')).toBe('&#32;&#32;&#32;&#32;4 mm')
  })

  test('no sign of a typed text stays unescaped', () => {
    fc.assert(
      fc.property(fc.string(), (typed) => {
        expect(escapeMarkdown(typed).replace(/\\./g, '')).not.toMatch(/[\\`*_[\]<>~|$&]/)
      }),
    )
  })

  test('an unsafe link is its text only', () => {
    expect(written(paragraph(link('JaVa\nscript:alert(1)')))).toBe('x')
    expect(written(paragraph(link('https://a.cn/>)\n')))).toBe('[x](<https://a.cn/%3E)%0A>)')
  })

  test('a plain table has pipes, a merged one is HTML with Markdown inside', () => {
    const plain = {
      type: 'table',
      content: [
        { type: 'tableRow', content: [cell('a|b', {}, 'tableHeader'), cell('c', {}, 'tableHeader')] },
        { type: 'tableRow', content: [cell('1'), cell('2')] },
      ],
    }
    expect(written(plain)).toBe('| a\\|b | c |\n| --- | --- |\n| 1 | 2 |')
    const merged = {
      type: 'table',
      content: [
        { type: 'tableRow', content: [cell('a', { colspan: 2 })] },
        { type: 'tableRow', content: [cell('1'), cell('2')] },
      ],
    }
    expect(written(merged)).toContain('<td colspan="2">\n\na\n\n</td>')
  })

  test('code keeps its backticks within a longer fence', () => {
    expect(written({ type: 'codeBlock', attrs: {}, content: [text('a\n```\nb')] })).toBe(
      '````\na\n```\nb\n````',
    )
  })

  test('every node of a document is there, pictures by their file', () => {
    const markdown = documentMarkdown(everything, (sha256) =>
      sha256 === pictureSha256 ? `files/${pictureSha256}.png` : null,
    )
    for (const part of [
      '# 公差要求 Tolerances',
      '- 灯臂壁厚 2.5 mm\n  3. third',
      '- [x] 拔模斜度 1.5°\n- [ ] T1 sample',
      '<td rowspan="2">',
      '> 材料 ADC12，按 GB/T 15115。',
      '> [!CAUTION]\n> 分型线',
      '$\\frac{1}{2}\\pm 0.05$',
      `![灯头剖面 Section of the head](files/${pictureSha256}.png)`,
      'before\\\nafter',
      'mm<sup>2</sup>',
      '`M6×1`',
    ]) {
      expect(markdown).toContain(part)
    }
    expect(markdown).not.toMatch(/java\s*script:|<script>/)
  })
})

describe('a table’s layout', () => {
  test('cells take the next free place, as in HTML', () => {
    const layout = layoutTable({
      type: 'table',
      content: [
        { type: 'tableRow', content: [cell('a', { rowspan: 2 }, 'tableHeader'), cell('b', { colspan: 2 })] },
        { type: 'tableRow', content: [cell('c'), cell('d')] },
      ],
    })
    expect(
      layout.cells.map(({ column, row, columnSpan, rowSpan }) => [column, row, columnSpan, rowSpan]),
    ).toEqual([
      [0, 0, 1, 2],
      [1, 0, 2, 1],
      [1, 1, 1, 1],
      [2, 1, 1, 1],
    ])
    expect(layout).toMatchObject({ columns: 3, rows: 2, headerRows: 0, merged: true })
  })

  test('no two cells ever overlap or leave the table, whatever the spans say', () => {
    const span = fc.oneof(fc.integer({ min: -2, max: 6 }), fc.constantFrom(NaN, 'x', null))
    const anyCell = fc.record({
      type: fc.constantFrom('tableCell', 'tableHeader'),
      attrs: fc.record({ colspan: span, rowspan: span }),
    })
    const anyTable = fc.array(
      fc.record({ type: fc.constant('tableRow'), content: fc.array(anyCell, { maxLength: 5 }) }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(anyTable, (content) => {
        const { cells, columns, rows, headerRows } = layoutTable({ type: 'table', content })
        const taken = new Set<string>()
        for (const placed of cells) {
          for (let y = placed.row; y < placed.row + placed.rowSpan; y += 1) {
            for (let x = placed.column; x < placed.column + placed.columnSpan; x += 1) {
              expect(x < columns && y < rows && !taken.has(`${x} ${y}`)).toBe(true)
              taken.add(`${x} ${y}`)
            }
          }
          const crosses = placed.row < headerRows && placed.row + placed.rowSpan > headerRows
          expect(crosses).toBe(false)
        }
      }),
    )
  })
})
