import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { printData, type PrintData } from '../../server/export/print/print-data.ts'
import { openTypesetter } from '../../server/export/print/typeset.ts'
import { schema } from '../../shared/document/schema.ts'
import type { RevisionRecord } from '../../shared/signoff.ts'
import { openTestConverter } from '../helpers/conversions/converter.ts'
import { testKey } from '../helpers/signoff/fixture-parts.ts'
import { lampRecord, lampRevision } from '../helpers/signoff/lamp-revision.ts'

// What is frozen is what was shown (issue 10.5): print against screen, kind by kind.

const converter = openTestConverter()
afterAll(() => converter.stop())

const blank = (width: number, height: number, density?: number) => {
  const picture = sharp({ create: { width, height, channels: 3, background: '#345' } })
  return (density ? picture.withDensity(density) : picture).png().toBuffer()
}

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

async function printed(
  content: object[],
  pictures: Buffer[] = [],
  change: (data: PrintData) => void = () => {},
) {
  const key = testKey(7)
  const record: RevisionRecord = {
    ...lampRecord,
    files: pictures.map((bytes) => ({
      ...lampRecord.files[0]!,
      sha256: sha256Of(bytes),
      mediaType: 'image/png',
    })),
    documents: [{ ...lampRecord.documents[0]!, content: { type: 'doc', content } }],
    threads: [],
  }
  const data = printData(lampRevision(key, record), key.publicKeySha256, 'en')
  change(data)
  const pdf = await openTypesetter(converter)({
    data,
    images: pictures.map((bytes) => ({ path: `/files/${sha256Of(bytes)}.png`, bytes })),
  })
  return (tool: string, ...options: string[]) => execFileSync(tool, options, { input: pdf, encoding: 'utf8' })
}

test('a picture is as wide on paper as on the screen, whatever its attribute or its file says', async () => {
  const pictures = await Promise.all([blank(400, 100), blank(64, 48), blank(65, 48, 28), blank(66, 48)])
  const widths = [0.5, null, null, 120.5]
  const nodes = pictures.map((bytes, at) => ({
    type: 'imageFile',
    attrs: { sha256: sha256Of(bytes), alt: '', width: widths[at] },
  }))
  const list = (await printed(nodes, pictures))('pdfimages', '-list', '-')
  // a picture's width on paper, in CSS pixels, from its own pixels and how many stand in an inch
  const onPaper = [...list.matchAll(/^ +\d+ +\d+ image +(\d+) .* (\d+) +\d+ +\S+ +\S+$/gm)].map(
    ([, pixels, perInch]) => (Number(pixels) / Number(perInch)) * 96,
  )
  expect(onPaper.map(Math.round)).toEqual([16, 64, 65, 120].map((width) => expect.closeTo(width, -0.5)))
  const onScreen = nodes.map(({ attrs }) => {
    const [, shown] = schema.nodes.imageFile!.spec.toDOM!(
      schema.nodes.imageFile!.create(attrs),
    ) as unknown as [string, { width: number | null }]
    return shown.width
  })
  expect(onScreen).toEqual([16, null, null, 120.5])
})

/** Where each word stands on paper, in points from the left edge and the top of its page. */
function placesOf(tool: (name: string, ...options: string[]) => string) {
  const at = 'xMin="([\\d.-]+)" yMin="([\\d.-]+)" xMax="([\\d.-]+)" yMax="([\\d.-]+)"'
  return tool('pdftotext', '-bbox', '-', '-')
    .split('<page ')
    .flatMap((words, page) =>
      [...words.matchAll(new RegExp(`<word ${at}>(.*)</word>`, 'g'))].map(
        ([, left, top, right, bottom, word]) => ({
          page,
          word: word!,
          left: Number(left),
          top: Number(top),
          right: Number(right),
          bottom: Number(bottom),
        }),
      ),
    )
}

/** Words that lie over each other. */
const overlapping = (places: ReturnType<typeof placesOf>): string[] =>
  places.flatMap((one, at) =>
    places
      .slice(at + 1)
      .filter(
        (other) =>
          other.page === one.page &&
          Math.min(one.right, other.right) - Math.max(one.left, other.left) > 0.5 &&
          // lines of text stand closer than their faces are high
          Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4,
      )
      .map((other) => `${one.word} ${other.word}`),
  )

const paragraph = (text: string) => ({ type: 'paragraph', content: [{ type: 'text', text }] })
const cell = (text: string, attrs: object = {}) => ({ type: 'tableCell', attrs, content: [paragraph(text)] })
const tableOf = (...rows: object[][]) => ({
  type: 'table',
  content: rows.map((content) => ({ type: 'tableRow', content })),
})

test('what stands at the right or in the middle of its cell does so on paper', async () => {
  const wide = (align: string | null) => cell('four', { align, colwidth: [200] })
  const places = placesOf(
    await printed([tableOf([wide(null), wide('right'), wide('center'), wide('start')])]),
  )
  const words = places.filter(({ word }) => word === 'four')
  // each of four columns is 117 points wide, the margin 68
  const within = words.map(({ left, right }, at) => (left + right) / 2 - 68 - at * 117)
  expect(within.map((middle) => (middle < 30 ? 'left' : middle > 88 ? 'right' : 'center'))).toEqual([
    'left',
    'right',
    'center',
    'left',
  ])
})

const item = (...content: object[]) => ({ type: 'listItem', content })

test('what is nested deeper than paper has room keeps its numbers, bullets and boxes', async () => {
  let deep: object = {
    type: 'taskList',
    content: [
      { type: 'taskItem', attrs: { checked: true }, content: [paragraph('done')] },
      { type: 'taskItem', attrs: { checked: false }, content: [paragraph('open')] },
    ],
  }
  for (let level = 20; level > 0; level -= 1) {
    const type = level % 2 ? 'bulletList' : 'orderedList'
    deep = { type, attrs: { start: level }, content: [item(paragraph(`level${level}`), deep)] }
  }
  const text = (await printed([deep]))('pdftotext', '-layout', '-', '-')
  for (let level = 1; level <= 20; level += 1) {
    expect(text).toMatch(
      level % 2 ? new RegExp(`[•‣–] *level${level}\\b`) : new RegExp(`${level}\\. *level${level}\\b`),
    )
  }
  expect(text).toMatch(/✓ *\n?.*done/)
  expect(text.match(/✓/g)).toHaveLength(1)
})

test.each([
  [
    'columns of 1 and 20,000 pixels',
    [
      [cell('wall thickness of the arm', { colwidth: [1] }), cell('2.5 mm', { colwidth: [20_000] })],
      [cell('draft'), cell('1 deg')],
    ],
  ],
  [
    'columns of 20,000 and 1 pixels',
    [[cell('key', { colwidth: [20_000] }), cell('2.5 mm or 3 mm', { colwidth: [1] })]],
  ],
  ['forty columns', [0, 1, 2].map(() => Array.from({ length: 40 }, (_, x) => cell(`${x}.25 mm`)))],
  [
    'a hundred columns with one cell over all',
    [
      [cell('A title over all of them', { colspan: 100 })],
      Array.from({ length: 100 }, (_, x) => cell(`${x}`)),
    ],
  ],
  [
    'long words',
    [
      Array.from({ length: 7 }, () =>
        cell('Oberflaechenbeschaffenheitspruefung WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW'),
      ),
    ],
  ],
])('a table with %s stays on the page, and no words on others', async (_, rows) => {
  const tool = await printed([tableOf(...rows)])
  const places = placesOf(tool).filter(({ top }) => top > 75)
  expect(places.length).toBeGreaterThan(3)
  expect(Math.max(...places.map(({ right }) => right))).toBeLessThan(540)
  expect(overlapping(places)).toEqual([])
  const text = tool('pdftotext', '-', '-').replace(/[\s\u200b]+/g, '')
  for (const one of rows.flat()) expect(text).toContain(one.content[0]!.content[0]!.text.replace(/\s/g, ''))
})

test('names, titles and what is said stay on the page too, and over no other field, however long their words are', async () => {
  const run = (start: string, length: number) => start + 'W'.repeat(length - 2) + 'z'
  const written: string[] = []
  const write = (start: string, length: number): string => {
    written.push(run(start, length))
    return written.at(-1)!
  }
  const tool = await printed([paragraph('ordinary')], [], (data) => {
    data.project = write('P', 120)
    data.owner = write('O', 120)
    data.description = write('D', 500)
    data.documents[0]!.title = write('T', 150)
    for (const role of data.roles) role.names = write('N', 80)
    for (const one of data.signatures) Object.assign(one, { name: write('S', 80), firm: write('F', 120) })
    const said = { name: write('C', 80), side: 'design' as const, time: '', body: write('B', 250) }
    const words = {
      facts: write('A', 200),
      quote: write('Q', 300),
      proposed: write('R', 300),
      closed: write('Z', 300),
    }
    data.points = [
      { number: 1, state: 'Settled', isShortened: false, leftOut: '', comments: [said], ...words },
    ]
  })
  const places = placesOf(tool)
  expect(Math.max(...places.map(({ right }) => right))).toBeLessThan(545)
  expect(Math.min(...places.map(({ top }) => top))).toBeGreaterThan(0)
  expect(overlapping(places)).toEqual([])
  const text = tool('pdftotext', '-raw', '-', '-').replace(/[\s\u200b]+/g, '')
  for (const one of written) expect(text).toContain(one)
})
