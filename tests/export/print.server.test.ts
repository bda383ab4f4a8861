import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printData } from '../../server/export/print/print-data.ts'
import { revisionMarkdown } from '../../server/export/markdown/revision-markdown.ts'
import { stampIn } from '../../server/export/wording.ts'
import { openTypesetter } from '../../server/export/print/typeset.ts'
import { openSigningKey, type SigningKey } from '../../server/signoff/signing-key.ts'
import type { Thread } from '../../shared/review.ts'
import type { RevisionRecord } from '../../shared/signoff.ts'
import { openTestConverter } from '../helpers/conversions/converter.ts'
import { lampRecord, lampRevision, picture, pictureSha256 } from '../helpers/signoff/lamp-revision.ts'

let folder: string
let key: SigningKey
const converter = openTestConverter()
const typeset = openTypesetter(converter)

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-print-test-'))
  key = await openSigningKey(folder)
})
afterAll(async () => {
  await converter.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function printed(
  locale: 'en' | 'zh-CN',
  given: { record?: RevisionRecord; state?: 'open' | 'signed' | 'withdrawn'; image?: Uint8Array } = {},
) {
  const revision = lampRevision(key, given.record)
  revision.summary.state = given.state ?? 'signed'
  const pdf = await typeset({
    data: printData(revision, key.publicKeySha256, locale),
    images: [{ path: `/files/${pictureSha256}.png`, bytes: given.image ?? picture }],
  })
  const pages = execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' })
    .split('\f')
    .slice(0, -1)
  return { pdf, revision, pages, text: pages.join('\n') }
}

const pdfInfo = (tool: string, pdf: Uint8Array, ...options: string[]) =>
  execFileSync(tool, [...options, '-'], { input: pdf, encoding: 'utf8' })

const withBlocks = (...content: object[]): RevisionRecord => ({
  ...lampRecord,
  documents: [{ ...lampRecord.documents[0]!, content: { type: 'doc', content } }],
})

describe('the print', () => {
  test('holds both languages of the text, the engineering signs and what was typed as code', async () => {
    const { text } = await printed('zh-CN')
    for (const words of [
      '除另有说明外',
      'GB/T 1804-m',
      '⌀',
      '⌭',
      '⏥',
      '⟂',
      'Ⓜ',
      '#panic("code") $x$ *star* _line_',
      '<script>alert(1)</script>',
      '\\unknown{x',
      '按 H7，全检',
      '分型线不得落在可见面上',
    ]) {
      expect(text).toContain(words)
    }
  })

  test('U19: the title block says of which zone its day is', async () => {
    expect((await printed('zh-CN')).text).toContain('2026-11-20 UTC')
  })

  test('a formula that would run code of the typesetter is printed as its source (security 44)', async () => {
    const latex = String.raw`\text{" std.eval("text(fill: red)[WALL ]; str(20 + 3)") "}`
    const { text } = await printed('en', { record: withBlocks({ type: 'blockMath', attrs: { latex } }) })
    expect(text).not.toContain('WALL 23')
    expect(text).toContain('std.eval')
  })

  test('the last page says who signed, for which firm and side, meaning what, when, and over which hash', async () => {
    const { pages, revision } = await printed('zh-CN')
    const last = pages.at(-1)!
    for (const words of [
      '林晓 Lin Xiao',
      '山城工业设计',
      '设计方',
      '批准',
      '2026-11-20 17:00:05 UTC+08:00 (Asia/Shanghai)',
      '周铸 Zhou Zhu',
      '制造方',
      '审核',
      '2026-11-22 06:30:00 UTC+08:00',
      revision.summary.recordSha256.match(/.{8}/g)!.join(' '),
    ]) {
      expect(last).toContain(words)
    }
    expect((await printed('en')).pages.at(-1)).toMatch(/Signed by both sides[\s\S]*Approval/)
  })

  test('every page is numbered out of all, and the title block stands on the first', async () => {
    const { pages } = await printed('en')
    pages.forEach((page, index) => expect(page).toContain(`${index + 1} of ${pages.length}`))
    for (const label of [
      'Owner',
      'Record no.',
      'Revision',
      'Date',
      'Sheet',
      'Drawn',
      'Checked',
      'Approved',
    ]) {
      expect(pages[0]).toContain(label)
    }
  })

  test('the title block names nobody as author who did not sign so, and no person as the firm', async () => {
    const by = { ...lampRecord.putForward.by, name: 'Wu Min', firm: '' }
    const record = { ...lampRecord, putForward: { ...lampRecord.putForward, by } }
    const revision = lampRevision(key, record)
    const { owner, roles } = printData(revision, key.publicKeySha256, 'en')
    expect([owner, ...roles.map(({ label, names }) => `${label}: ${names}`)]).toEqual([
      '',
      'Drawn: ',
      'Checked: 周铸 Zhou Zhu',
      'Approved: 林晓 Lin Xiao',
      expect.stringMatching(/: $/),
    ])
    const { pages } = await printed('en', { record })
    expect(pages[0]).not.toContain('Wu Min')
    expect(pages[0]).toMatch(/Owner +Record no\.\n+ *– /)
    expect(revisionMarkdown(revision, 'en')).toContain('- Owner: –\n')
  })

  test('a proposal is told with what it puts in place, and a comment with when it was written offline', async () => {
    const thread = lampRecord.threads[0]!
    const replacement = [{ type: 'text', text: 'Wall 2.8 mm' }]
    const comments = [{ ...thread.comments[0]!, writtenAt: '2026-11-17T02:00:00.000Z' }]
    const anchor = {
      type: 'node',
      documentId: 'd-spec',
      node: '',
      nodeType: 'cell',
      quote: '2.5 mm',
    } as const
    const proposal: Thread = { ...thread, kind: 'proposal', anchor, replacement, comments }
    const deletion: Thread = { ...thread, number: 2, kind: 'proposal', replacement: [] }
    const record = { ...lampRecord, threads: [proposal, deletion] }
    const print = (await printed('en', { record })).text
    const markdown = revisionMarkdown(lampRevision(key, record), 'en').replaceAll('\\', '')
    for (const text of [print, markdown]) {
      for (const words of [
        '规格书 Spec',
        'Proposed instead: Wall 2.8 mm',
        'Proposed instead: (to be removed)',
        `Proposal by ${thread.author.name}`,
        'Too thin: sink marks.',
        'written 2026-11-17 02:00:00 UTC',
      ]) {
        expect(text).toContain(words)
      }
    }
  })

  test('pictures of the revision are in it, missing ones are named', async () => {
    const { pdf, text } = await printed('en')
    expect(pdfInfo('pdfimages', pdf, '-list')).toMatch(/image\s+8\s+4/)
    expect(text).toContain('not in the revision')
  })

  test('a picture that cannot be read costs its place only', async () => {
    const { text } = await printed('en', { image: Buffer.from('no picture') })
    expect(text).toContain('cannot be printed')
    expect(text).toContain('材料 ADC12')
  })

  test('all fonts are embedded', async () => {
    const { pdf } = await printed('zh-CN')
    const rows = pdfInfo('pdffonts', pdf).split('\n').slice(2).filter(Boolean)
    expect(rows.length).toBeGreaterThan(3)
    for (const row of rows) expect(row).toMatch(/\byes\s+(yes|no)\s+yes\b/)
  })

  test('a link with an unsafe address is text', async () => {
    const { pdf } = await printed('en')
    expect(Buffer.from(pdf).toString('latin1')).not.toMatch(/java\s*script/i)
  })

  test('an unsigned and a withdrawn revision say so on every page', async () => {
    const open = await printed('en', { state: 'open' })
    for (const page of open.pages) expect(page).toContain('not yet signed by both sides')
    const withdrawn = await printed('zh-CN', { state: 'withdrawn' })
    for (const page of withdrawn.pages) expect(page).toContain('已撤回')
    expect(withdrawn.pages.at(-1)).toContain('无效')
  })

  test('the same revision is the same bytes', async () => {
    const [one, two] = [await printed('zh-CN'), await printed('zh-CN')]
    expect(Buffer.from(one.pdf).equals(one.pdf) && Buffer.from(one.pdf).equals(two.pdf)).toBe(true)
  })

  test('content of any depth and damaged tables are printed', async () => {
    let deep: object = { type: 'paragraph', content: [{ type: 'text', text: 'the innermost words' }] }
    for (let level = 0; level < 60; level += 1) deep = { type: 'blockquote', content: [deep] }
    const damaged = {
      type: 'table',
      content: [
        {
          type: 'tableRow',
          content: [{ type: 'tableHeader', attrs: { colspan: 900, rowspan: 9 }, content: [] }],
        },
        { type: 'tableRow', content: [] },
        { type: 'tableRow' },
      ],
    }
    const { text } = await printed('en', {
      record: withBlocks(deep, damaged, { type: 'table' }, { type: 'heading', attrs: { level: 77 } }),
    })
    expect(text).toContain('the innermost words')
  })

  test('a long run of signs stays on the page', async () => {
    const run = 'X'.repeat(400)
    const { pdf } = await printed('en', {
      record: withBlocks({ type: 'paragraph', content: [{ type: 'text', text: run }] }),
    })
    const boxes = execFileSync('pdftotext', ['-bbox', '-', '-'], { input: pdf, encoding: 'utf8' }).matchAll(
      /xMax="([\d.]+)"[^>]*>X+/g,
    )
    const edges = [...boxes].map((box) => Number(box[1]))
    expect(edges.length).toBeGreaterThan(1)
    expect(Math.max(...edges)).toBeLessThan(545)
  })
})

describe('a stamp', () => {
  test('is the signer’s clock with its offset and zone', () => {
    expect(stampIn('Asia/Shanghai', '2026-11-21T22:30:00.000Z')).toBe(
      '2026-11-22 06:30:00 UTC+08:00 (Asia/Shanghai)',
    )
    expect(stampIn('UTC', '2026-11-21T22:30:00.000Z')).toBe('2026-11-21 22:30:00 UTC')
  })
})
