import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { print } from '../../server/export/print/print.ts'
import { preparePictures } from '../../server/export/print/printed-pictures.ts'
import { openTypesetter, type PrintJob } from '../../server/export/print/typeset.ts'
import { openSigningKey, type SigningKey } from '../../server/signoff/signing-key.ts'
import { defaultLimits } from '../../shared/limits.ts'
import type { RevisionRecord } from '../../shared/signoff.ts'
import { openTestConverter } from '../helpers/conversions/converter.ts'
import { fontNamed } from '../helpers/signoff/font-named.ts'
import { longestTurnMs } from '../helpers/turns.ts'
import { lampRecord, lampRevision } from '../helpers/signoff/lamp-revision.ts'

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

const blank = (width: number, height: number) =>
  sharp({
    create: { width, height, channels: 3, background: '#345' },
    limitInputPixels: false,
  })
    .png()
    .toBuffer()

/** A print of these blocks, with pictures that they show. */
function jobOf(content: object[], pictures: Buffer[] = []): PrintJob {
  const files = pictures.map((bytes) => ({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    name: 'drawing.png',
    mediaType: 'image/png',
    bytes: bytes.length,
  }))
  const shown = files.map(({ sha256 }) => ({ type: 'imageFile', attrs: { sha256, alt: '', width: null } }))
  const record = {
    ...lampRecord,
    files: files as unknown as RevisionRecord['files'],
    documents: [{ ...lampRecord.documents[0]!, content: { type: 'doc', content: [...content, ...shown] } }],
  } as RevisionRecord
  const { summary, statements } = lampRevision(key, record)
  return {
    revision: { summary, statements, recordJson: Buffer.from(JSON.stringify(record)) },
    publicKeySha256: key.publicKeySha256,
    locale: 'en',
    images: pictures.map((bytes, at) => ({ path: `/files/${files[at]!.sha256}.png`, bytes })),
  }
}

const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
const textOf = (pdf: Uint8Array) =>
  execFileSync('pdftotext', ['-layout', '-', '-'], { input: pdf, encoding: 'utf8' })

describe('pictures of a print', () => {
  test('are brought down to what the paper shows', async () => {
    const large = await blank(6_000, 4_000)
    const small = await blank(400, 300)
    const { printed, exceeding } = await preparePictures(
      [
        { path: '/files/large.png', bytes: large },
        { path: '/files/small.png', bytes: small },
      ],
      defaultLimits,
    )
    expect(exceeding.size).toBe(0)
    expect(printed[1]!.bytes).toBe(small)
    expect(await sharp(printed[0]!.bytes).metadata()).toMatchObject({ width: 1_961, height: 1_307 })
  })

  test('beyond the budget of one print are told in words, and the rest is printed', async () => {
    const pictures = await Promise.all([1, 2, 3].map((at) => blank(1_000 + at, 1_000)))
    const budget = { printSourcePixels: 2_100_000, printPixels: 64_000_000 }
    const pdf = await typeset({ ...jobOf([paragraph('Wall 3 mm')], pictures), budget })
    const text = textOf(pdf)
    expect(text).toContain('Wall 3 mm')
    expect(text.match(/pictures exceed/g)).toHaveLength(1)
  })

  test('so many that the typesetter could not keep them are printed more coarsely, then told', async () => {
    const bytes = await blank(1_900, 2_200)
    const many = Array.from({ length: 12 }, (_, at) => ({ path: `/files/${at}.png`, bytes }))
    const budget = { printSourcePixels: 1e9, printPixels: 4_000_000 }
    const { printed, exceeding } = await preparePictures(many, budget)
    expect(printed).toHaveLength(8)
    expect(exceeding.size).toBe(4)
    expect(await sharp(printed[0]!.bytes).metadata()).toMatchObject({ width: 633, height: 733 })
  })
})

test('a print is the same bytes whatever fonts the machine has, of our families too, and uses ours alone', async () => {
  const job = jobOf([
    paragraph('𠮷𪚥 한글 العربية देवनागरी ไทย 😀 ⚙ ☐'),
    { type: 'blockMath', attrs: { latex: String.raw`\text{壁厚} = \frac{1}{2}` } },
    { type: 'codeBlock', content: [{ type: 'text', text: '한글 wall = 3 mm' }] },
  ])
  const ours = ['DejaVu Sans Mono', 'Inter', 'Noto Sans SC', 'Noto Sans Symbols', 'New Computer Modern Math']
  const theirs = join(folder, 'their-fonts')
  mkdirSync(theirs)
  const home = dirname(
    createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-math/package.json'),
  )
  const other = readFileSync(join(home, '400Regular/NotoSansMath_400Regular.ttf'))
  for (const family of ours) writeFileSync(join(theirs, `${family}.ttf`), fontNamed(family, other))
  const machines = [['/nowhere'], ['/usr/share/fonts'], [theirs, '/usr/share/fonts'], []].map((dirs, at) => {
    const file = join(folder, `fonts-${at}.conf`)
    const named = dirs.map((dir) => `<dir>${dir}</dir>`).join('')
    // none that is named is a machine of which the compiler takes the system's folders
    if (named) writeFileSync(file, `<?xml version="1.0"?><fontconfig>${named}</fontconfig>`)
    return file
  })
  // the test sees what it looks for: without our care a compiler takes the machine's
  const code = '#set text(font: "DejaVu Sans Mono", fallback: false)\nwall'
  const careless = [machines[0], machines[2]].map((fonts) => {
    process.env.FONTCONFIG_FILE = fonts
    return NodeCompiler.create({ workspace: folder }).svg({ mainFileContent: code })
  })
  expect(careless[0]).not.toBe(careless[1])
  const prints: Uint8Array[] = []
  for (const fonts of machines) {
    process.env.FONTCONFIG_FILE = fonts
    prints.push(await print(job))
  }
  process.env.FONTCONFIG_FILE = machines[2]
  prints.push(await typeset(job))
  delete process.env.FONTCONFIG_FILE
  expect(prints.map((pdf) => createHash('sha256').update(pdf).digest('hex'))).toEqual(
    prints.map(() => createHash('sha256').update(prints[0]!).digest('hex')),
  )
  const fonts = execFileSync('pdffonts', ['-'], { input: prints[0]!, encoding: 'utf8' })
  const lines = fonts.split('\n').slice(2).filter(Boolean)
  expect(lines.length).toBeGreaterThan(3)
  for (const line of lines) {
    expect(line).toMatch(
      /\+(Inter|NotoSans(SC|Symbols2?|Math)|DejaVuSansMono|NewCMMath|NewComputerModernMath)/i,
    )
  }
  expect(textOf(prints[0]!)).toContain('壁厚')
})

test('while a hostile print runs, the event loop is not held up', async () => {
  const cell = { type: 'tableCell', content: [paragraph('x'.repeat(200))] }
  const rows = Array.from({ length: 600 }, () => ({ type: 'tableRow', content: [cell, cell, cell] }))
  const job = jobOf([{ type: 'table', content: rows }, paragraph('`'.repeat(100_000))])
  await typeset(jobOf([]))
  expect(await longestTurnMs(() => typeset(job))).toBeLessThan(50)
}, 90_000)
