import { MarkdownManager } from '@tiptap/markdown'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documentMarkdown } from '../../server/export/markdown/markdown.ts'
import { escapeMarkdown } from '../../server/export/markdown/markdown-text.ts'
import { layoutTable } from '../../server/export/print/table-layout.ts'
import { everything, pictureSha256 } from '../helpers/signoff/lamp-revision.ts'

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
      '- 灯臂壁厚 2.5 mm\n\n  3. third',
      '- [x] 拔模斜度 1.5°\n- [ ] T1 sample',
      '<td rowspan="2">',
      '> 材料 ADC12，按 GB/T 15115。',
      '> [!CAUTION]\n> 分型线',
      '$`\\frac{1}{2}\\pm 0.05`$',
      '```math\nF = \\int_0^L',
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

const formula = (latex: string) => ({ type: 'inlineMath', attrs: { latex } })
const blockFormula = (latex: string) => ({ type: 'blockMath', attrs: { latex } })

describe('formulas are data (security 44)', () => {
  /** What readers of Markdown and of HTML look for, in any order. */
  const hostile = fc
    .array(
      fc.oneof(
        fc.constantFrom('`', '``', '```', '$', '$$', '\r', '\n', '\n\n', ' ', '\t', '\\', '|', '\\|', '~~~'),
        fc.constantFrom(
          '# x',
          '- x',
          '| a | b |',
          '---',
          '<b>',
          '<!--',
          '![x](https://e.example/x.png)',
          'x',
        ),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(''))

  test('a block is one fence, which nothing in it closes', () => {
    expect(written(blockFormula('x$$$$# Signed by both sides$$$$| Wall | 1 mm |'))).toBe(
      '```math\nx$$$$# Signed by both sides$$$$| Wall | 1 mm |\n```',
    )
    expect(written(blockFormula('a\n````\n# b'))).toBe('`````math\na\n````\n# b\n`````')
    fc.assert(
      fc.property(hostile, (latex) => {
        const [, fence, content] = /^(`{3,})math\n([^]*)\n\1$/.exec(written(blockFormula(latex)))!
        expect(content!.split('\n')).toEqual(latex.split(/\r\n?|\n/))
        expect(content).not.toContain(fence)
      }),
    )
  })

  test('one among words is code to who knows no mathematics, and words again behind it', () => {
    expect(written(paragraph(formula('<b>Signed</b> ![](https://evil.example/x.png)')))).toBe(
      '$`<b>Signed</b> ![](https://evil.example/x.png)`$',
    )
    expect(written(paragraph(formula('`'), text(' wall '), formula('`<b>')))).toBe(
      '<code>\\`</code> wall <code>\\`\\<b\\></code>',
    )
    expect(written(paragraph(formula(' a\n\n b ')))).toBe('$`a b`$')
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 4 }), (several) => {
        const markdown = written(
          paragraph(...several.flatMap((latex) => [formula(latex), text('a', 'code')])),
        )
        const outside = markdown.replace(/\\.|`[^`]*`|<\/?code>/g, '')
        expect(outside).not.toMatch(/[`<>[\]|\r\n\\]/)
      }),
    )
  })

  test('one within words that are code stays, as a break does', () => {
    const marks = [{ type: 'code' }]
    const nodes = [
      text('a', 'code'),
      { ...formula('x'), marks },
      { type: 'hardBreak', marks },
      text('b', 'code'),
    ]
    expect(written(paragraph(...nodes))).toBe('`a`$`x`$\\\n`b`')
  })

  test.each([
    ['a formula', formula('\\|x\\|')],
    ['code', text('a\\|b', 'code')],
  ])('a table with a pipe in %s says it as it is', (_, node) => {
    const content = [{ type: 'tableRow', content: [{ type: 'tableCell', content: [paragraph(node)] }] }]
    expect(written({ type: 'table', content })).toContain(`<td>\n\n${written(paragraph(node))}\n\n</td>`)
  })
})

describe('a lone carriage return ends a line to CommonMark', () => {
  const code = (words: string) => ({ type: 'codeBlock', content: [text(words)] })
  test.each([
    ['text', paragraph(text('a\r\r# b')), 'a  # b'],
    ['text that begins with it', paragraph(text('\r\r\r\rb')), '&#32;&#32;&#32;&#32;b'],
    ['code', paragraph(text('a\rb', 'code')), '`a b`'],
    ['a heading', { type: 'heading', attrs: { level: 1 }, content: [text('a\rb')] }, '# a b'],
    ['a quote', { type: 'blockquote', content: [code('a\r# b')] }, '> ```\n> a\n> # b\n> ```'],
    [
      'a formula of a list',
      { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(), blockFormula('a\r# b')] }] },
      '- ```math\n  a\n  # b\n  ```',
    ],
  ])('in %s it is a space, or a line of its place', (_, node, markdown) => {
    const whole = written(node)
    expect(whole.replace(/^- \n+ {2}/, '- ')).toBe(markdown)
  })

  test('nowhere is one written', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('\r', '\r\n', '\n', 'x', ' ', '`', '# '), { maxLength: 9 }),
        (parts) => {
          const words = parts.join('') || 'x'
          const paragraphs = [
            paragraph(text(words), text(words, 'code'), formula(words), link('https://a.cn/\r')),
          ]
          const table = { type: 'table', content: [{ type: 'tableRow', content: [cell(words)] }] }
          const image = { type: 'imageFile', attrs: { alt: words } }
          const nodes = [...paragraphs, blockFormula(words), code(words), table, image]
          expect(written(...nodes, { type: 'blockquote', content: nodes })).not.toContain('\r')
        },
      ),
    )
  })
})

describe('what a person typed makes no heading and no picture', () => {
  const item = (...content: object[]) => ({ type: 'listItem', content })
  test('a bare address takes no sign into its link that keeps what follows from being read', () => {
    const nodes = [text('https://a.cn/<img src=x> WWW.a.cn/'), text('<b>', 'code')]
    expect(written(paragraph(...nodes))).toBe('https\\://a.cn/\\<img src=x\\> WWW\\.a.cn/`<b>`')
  })
  test('hyphens with spaces between them are no rule', () => {
    expect(['---', '--- - --', ' - -'].map(escapeMarkdown)).toEqual(['\\---', '\\--- - --', ' \\- -'])
  })
  test('an exclamation mark before a link', () => {
    expect(written(paragraph(text('a!'), link('https://a.cn/x.png')))).toBe('a\\![x](<https://a.cn/x.png>)')
  })
  test('an empty item and a rule under a line of a list', () => {
    const nested = { type: 'bulletList', content: [item(paragraph())] }
    expect(written({ type: 'bulletList', content: [item(paragraph(text('a')), nested)] })).toMatch(/^- a\n\n/)
    const rule = { type: 'horizontalRule' }
    expect(written({ type: 'bulletList', content: [item(paragraph(text('a')), rule)] })).toBe('- a\n\n  ***')
    // three hyphens behind a hyphen would be a rule instead of an item
    expect(written({ type: 'bulletList', content: [item(paragraph(), rule)] })).toBe('- ***')
  })
  test('number signs at the end of a heading stay', () => {
    expect(written({ type: 'heading', attrs: { level: 1 }, content: [text('Bolt #')] })).toBe('# Bolt \\#')
  })
})

describe('what a reader of Markdown sees is what the record says (issue 10.5)', () => {
  const { instance: marked } = new MarkdownManager()
  const read = (markdown: string) => marked.parse(markdown, { async: false })
  const item = (...content: object[]) => ({ type: 'listItem', content })
  const numbers = (start: number, ...words: string[]) => ({
    type: 'orderedList',
    attrs: { start },
    content: words.map((one) => item(paragraph(text(one)))),
  })
  const bullets = (...words: string[]) => ({
    type: 'bulletList',
    content: words.map((one) => item(paragraph(text(one)))),
  })

  test('lists beside each other keep their own numbers, also with an empty line between, or nested', () => {
    const own = [numbers(1, 'a', 'b'), numbers(1, 'c'), paragraph(), numbers(7, 'd'), numbers(3, 'e')]
    const starts = [undefined, undefined, '7', '3']
    const found = (html: string) => [...html.matchAll(/<ol(?: start="(\d+)")?>/g)].map(([, start]) => start)
    expect(found(read(written(...own)))).toEqual(starts)
    const nested = { type: 'bulletList', content: [item(paragraph(text('x')), ...own)] }
    expect(found(read(written(nested)))).toEqual(starts)
  })

  /** A block of each kind, and the element that a reader makes of it. */
  const task = { type: 'taskItem', attrs: { checked: true }, content: [paragraph(text('t'))] }
  const table = (...attrs: object[]) => ({
    type: 'table',
    content: [{ type: 'tableRow', content: attrs.map((one) => cell('c', one)) }],
  })
  const kinds: [tag: string, node: object][] = [
    ['p', paragraph(text('p'))],
    ['h2', { type: 'heading', attrs: { level: 2 }, content: [text('h')] }],
    ['ul', bullets('b')],
    ['ul', { type: 'taskList', content: [task] }],
    ['ol', numbers(1, 'n')],
    ['ol', numbers(4, 'n')],
    ['ul', { ...numbers(2, 'n'), attrs: { start: 2, type: 'a' } }],
    ['blockquote', { type: 'blockquote', content: [paragraph(text('q'))] }],
    ['blockquote', { type: 'callout', attrs: { tone: 'note' }, content: [paragraph(text('c'))] }],
    ['pre', { type: 'codeBlock', attrs: {}, content: [text('code')] }],
    ['pre', { type: 'blockMath', attrs: { latex: 'x' } }],
    ['hr', { type: 'horizontalRule' }],
    ['table', table({})],
    ['table', table({ colspan: 2 }, {})],
  ]
  /** The elements of the first level. */
  const outline = (html: string): string[] => {
    const tags: string[] = []
    let depth = 0
    for (const [, close, tag] of html.matchAll(/<(\/?)(p|h2|ul|ol|blockquote|pre|hr|table)\b/g)) {
      if (close) depth -= 1
      else {
        if (depth === 0) tags.push(tag!)
        if (tag !== 'hr') depth += 1
      }
    }
    return tags
  }

  test('any two blocks beside each other are two', () => {
    for (const [tag, node] of kinds) {
      for (const [other, next] of kinds) {
        expect(outline(read(written(node, next))), written(node, next)).toEqual([tag, other])
        const nested = { type: 'bulletList', content: [item(paragraph(text('x')), node, next)] }
        const inside = /<li>(?:<p>x<\/p>|x)\s*([^]*)<\/li>/.exec(read(written(nested)))![1]!
        expect(outline(inside), written(nested)).toEqual([tag, other])
      }
    }
  })

  test('a cell stands where it stands on the screen', () => {
    const html = read(written(table({ align: 'right' }, { align: 'center' }, { align: 'start' }, {})))
    expect([...html.matchAll(/<t[dh](?: align="(\w+)")?>c/g)].map(([, align]) => align)).toEqual([
      'right',
      'center',
      'left',
      undefined,
    ])
    const mixed = {
      type: 'table',
      content: [table({ align: 'right' }), table({})].flatMap((one) => one.content),
    }
    expect(written(mixed)).toMatch(/<td align="right">[^]*<td>/)
    expect(written(table({ align: 'justify' }))).toContain('<td align="justify">')
  })

  test('code in a language that readers draw is shown as its words', () => {
    for (const language of ['math', 'Mermaid', 'geojson', 'topojson', 'stl']) {
      expect(written({ type: 'codeBlock', attrs: { language }, content: [text('x')] })).toBe('```\nx\n```')
    }
    expect(written({ type: 'codeBlock', attrs: { language: 'ts' }, content: [text('x')] })).toBe(
      '```ts\nx\n```',
    )
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
