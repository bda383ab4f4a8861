import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printData } from '../../server/export/print/print-data.ts'
import { revisionMarkdown } from '../../server/export/markdown/revision-markdown.ts'
import { openTypesetter } from '../../server/export/print/typeset.ts'
import type { Converter } from '../../server/conversions/task.ts'
import type { RevisionRecord } from '../../shared/signoff.ts'
import { openTestConverter } from '../helpers/conversions/converter.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { hostile } from '../helpers/signoff/formulas.ts'
import { testKey } from '../helpers/signoff/fixture-parts.ts'
import { lampRecord, lampRevision } from '../helpers/signoff/lamp-revision.ts'

let converter: Converter
beforeAll(() => void (converter = openTestConverter()))
afterAll(() => converter.stop())

async function printed(record: RevisionRecord) {
  const key = testKey(7)
  const data = printData(lampRevision(key, record), key.publicKeySha256, 'en')
  const pdf = await openTypesetter(converter)({ data, images: [] })
  const tool = (name: string, ...options: string[]) =>
    execFileSync(name, [...options, '-'], { input: pdf, encoding: 'utf8' })
  return {
    text: execFileSync('pdftotext', ['-', '-'], { input: pdf, encoding: 'utf8' }).replace(
      /[\s\u200b\u2060]+/gu,
      '',
    ),
    laidOut: execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' }),
    places: execFileSync('pdftotext', ['-bbox', '-', '-'], { input: pdf, encoding: 'utf8' }),
    info: tool('pdfinfo'),
    raw: Buffer.from(pdf).toString('latin1'),
  }
}

test('no character turns a number round or hides a word: it is printed as its code, in Markdown too', async () => {
  const turned = 'Wall \u{202e}0.8\u{202c} mm'
  const record: RevisionRecord = {
    ...lampRecord,
    project: { id: 'p', name: 'Lamp \u{2067}A1\u{2069}' },
    description: 'a\u{e0041}b',
    files: [],
    documents: [
      {
        ...lampRecord.documents[0]!,
        content: { type: 'doc', content: [{ type: 'paragraph', content: [{ type: 'text', text: turned }] }] },
      },
    ],
  }
  const { text } = await printed(record)
  expect(text).toContain('Wall⟦U+202E⟧0.8⟦U+202C⟧mm')
  expect(text).toContain('Lamp⟦U+2067⟧A1⟦U+2069⟧')
  expect(text).toContain('a⟦U+E0041⟧b')
  const markdown = revisionMarkdown(lampRevision(testKey(7), record), 'en')
  expect(markdown).toContain('Wall ⟦U+202E⟧0.8⟦U+202C⟧ mm')
})

test('an ordered list is printed with the letters, numerals and numbers of the screen (issue 10.5)', async () => {
  const list = (attrs: object, words: string) => ({
    type: 'orderedList',
    attrs,
    content: [
      { type: 'listItem', content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }] },
    ],
  })
  const { text } = await printed({
    ...lampRecord,
    files: [],
    documents: [
      {
        ...lampRecord.documents[0]!,
        content: {
          type: 'doc',
          content: [
            list({ start: 3, type: 'a' }, 'lettered'),
            list({ start: 4, type: 'I' }, 'Roman'),
            list({ start: -3, type: null }, 'below'),
            list({ start: 2_147_483_647 }, 'far'),
          ],
        },
      },
    ],
  })
  for (const line of ['c.lettered', 'IV.Roman', '-3.below', '1.far']) expect(text).toContain(line)
})

test('what is drawn as nothing is printed as its code, and a code that somebody typed is told apart (issue 10.5)', async () => {
  const lines = ['2\u200b5\u2060 mm', '⟦U+202E⟧0.8', `${'x'.repeat(60)}⟦`, 'Lampen\u00adschirm']
  const record: RevisionRecord = {
    ...lampRecord,
    files: [],
    documents: [
      {
        ...lampRecord.documents[0]!,
        content: {
          type: 'doc',
          content: lines.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
        },
      },
    ],
  }
  const { text } = await printed(record)
  expect(text).toContain('2⟦U+200B⟧5⟦U+2060⟧mm')
  expect(text).toContain('⟦U+27E6⟧U+202E⟦U+27E7⟧0.8')
  expect(text).toContain(`${'x'.repeat(60)}⟦U+27E6⟧`)
  expect(text).toMatch(/Lampen\u00ad?schirm/u)
  const markdown = revisionMarkdown(lampRevision(testKey(7), record), 'en')
  expect(markdown).toContain('2⟦U+200B⟧5⟦U+2060⟧ mm')
  expect(markdown).toContain('⟦U+27E6⟧U+202E⟦U+27E7⟧0.8')
})

test('numbers among Arabic or Hebrew words stand in the order of Unicode, as on the screen (issue 10.5)', async () => {
  const lines = ['Width 11 - 12 mm', 'عرض 21 - 22 مم', 'רוחב 31 - 32 ממ', 'Wall عرض 41 mm 42']
  const record: RevisionRecord = {
    ...lampRecord,
    files: [],
    threads: [],
    documents: [
      {
        ...lampRecord.documents[0]!,
        content: {
          type: 'doc',
          content: lines.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
        },
      },
    ],
  }
  const { places } = await printed(record)
  const leftOf = (word: string) => Number(places.match(new RegExp(`xMin="([\\d.]+)"[^>]*>${word}<`))?.[1])
  expect(leftOf('11')).toBeLessThan(leftOf('12'))
  // among words from right to left, the first stands right
  expect(leftOf('21')).toBeGreaterThan(leftOf('22'))
  expect(leftOf('31')).toBeGreaterThan(leftOf('32'))
  expect(leftOf('41')).toBeLessThan(leftOf('42'))
})

test('code of the typesetter in any name, title, comment, description or alt text is printed as written (security 44)', async () => {
  const code = (where: string) => `#str(617*10)[${where}]$x$*b*_i_#{panic()}\\{{name}}$t(signatures)`
  const thread = lampRecord.threads[0]!
  const by = { ...lampRecord.putForward.by, name: code('byname'), firm: code('firm') }
  const { text, info, raw } = await printed({
    ...lampRecord,
    project: { id: 'p', name: code('project') },
    description: code('description'),
    putForward: { by, at: lampRecord.putForward.at },
    files: [],
    documents: [
      {
        id: 'd',
        kind: 'spec',
        title: code('title'),
        content: {
          type: 'doc',
          content: [
            { type: 'heading', attrs: { level: 1 }, content: [{ type: 'text', text: code('heading') }] },
            { type: 'imageFile', attrs: { sha256: 'f'.repeat(64), alt: code('alt'), width: null } },
            {
              type: 'codeBlock',
              attrs: { language: '#panic()' },
              content: [{ type: 'text', text: code('code') }],
            },
            {
              type: 'paragraph',
              content: ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', ' javascript:1'].map(
                (href) => ({
                  type: 'text',
                  text: 'link ',
                  marks: [{ type: 'link', attrs: { href } }],
                }),
              ),
            },
          ],
        },
      },
    ],
    threads: [
      {
        ...thread,
        anchor: { ...thread.anchor, documentId: 'd', quote: code('quote') } as typeof thread.anchor,
        closedReason: code('reason'),
        closedBy: { ...thread.closedBy!, name: code('closer') },
        comments: thread.comments.map((one) => ({
          ...one,
          body: code('comment'),
          author: { ...one.author, name: code('author') },
        })),
      },
    ],
  })
  expect(text).not.toContain('6170')
  for (const where of [
    'firm',
    'project',
    'description',
    'title',
    'heading',
    'alt',
    'code',
    'quote',
    'reason',
    'closer',
    'comment',
    'author',
  ]) {
    expect(text, where).toContain(code(where).replace(/\s+/g, ''))
  }
  expect(info).toContain('#str(617*10)[project]')
  expect(raw).not.toMatch(/\/URI ?\((?!https?:|mailto:|tel:)/)
})

test('hostile formulas compute nothing in print', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  const random = seededRandom(seed)
  // No text may hold half a character.
  const formulas = Array.from({ length: 150 }, () => hostile(random).replace(/\p{Surrogate}/gu, ''))
  const { text } = await printed({
    ...lampRecord,
    files: [],
    documents: [
      {
        ...lampRecord.documents[0]!,
        content: { type: 'doc', content: formulas.map((latex) => ({ type: 'blockMath', attrs: { latex } })) },
      },
    ],
  })
  expect(text, `seed ${seed}`).not.toContain('6170')
  expect(text).toContain('Signedbybothsides')
}, 90_000)

test('a tab is a gap, and a run of spaces stays one: what the paper says is what stood there', async () => {
  const thread = lampRecord.threads[0]!
  const { laidOut } = await printed({
    ...lampRecord,
    files: [],
    documents: [
      {
        id: 'd',
        kind: 'spec',
        title: 'Lamp',
        content: {
          type: 'doc',
          content: ['P1\tP2', '\tQ1', 'R1     R2', 'S1\t\tS2'].map((text) => ({
            type: 'paragraph',
            content: [{ type: 'text', text }],
          })),
        },
      },
    ],
    threads: [
      {
        ...thread,
        anchor: { ...thread.anchor, documentId: 'd', quote: 'T1\tT2' } as typeof thread.anchor,
        comments: thread.comments.map((one) => ({ ...one, body: 'U1\tU2' })),
      },
    ],
  })
  for (const [before, after] of ['P1 P2', 'R1 R2', 'S1 S2', 'T1 T2', 'U1 U2'].map((pair) =>
    pair.split(' '),
  )) {
    expect(laidOut).toMatch(new RegExp(`${before} {2,}${after}`))
  }
  expect(laidOut).toMatch(/^ {2,}Q1/m)
})
