import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printData } from '../../server/export/print/print-data.ts'
import { openTypesetter } from '../../server/export/print/typeset.ts'
import type { Converter } from '../../server/conversions/task.ts'
import type { RevisionRecord } from '../../shared/signoff.ts'
import { openTestConverter } from '../helpers/conversions/converter.ts'
import { testKey } from '../helpers/signoff/fixture-parts.ts'
import { lampRecord, lampRevision } from '../helpers/signoff/lamp-revision.ts'

let converter: Converter
beforeAll(() => void (converter = openTestConverter()))
afterAll(() => converter.stop())

/** Where the type area of the page ends on both sides, in points; signs may hang over by half of one. */
const area = { left: 67, right: 545 }

/** The words of a print that reach beyond the type area. */
async function beyond(record: RevisionRecord): Promise<string[]> {
  const key = testKey(7)
  const data = printData(lampRevision(key, record), key.publicKeySha256, 'en')
  const pdf = await openTypesetter(converter)({ data, images: [] })
  const words = execFileSync('pdftotext', ['-bbox', '-', '-'], { input: pdf, encoding: 'utf8' })
  return [...words.matchAll(/xMin="([\d.-]+)"[^>]*xMax="([\d.-]+)"[^>]*>(.*)<\/word>/g)].flatMap(
    ([, left, right, word]) =>
      Number(left) < area.left || Number(right) > area.right ? [`${word!.slice(0, 20)} to ${right}`] : [],
  )
}

const lamp = { ...lampRecord, files: [], threads: [], documents: lampRecord.documents.slice(0, 1) }
const withBlocks = (...content: object[]): RevisionRecord => ({
  ...lamp,
  documents: lamp.documents.map((text) => ({ ...text, content: { type: 'doc', content } })),
})

test('what is said of a picture, and a formula that is printed as its source, stay on the paper', async () => {
  const alt = 'W'.repeat(300)
  const latex = `\\hspace{-9em}${'W'.repeat(200)}`
  expect(
    await beyond(
      withBlocks(
        { type: 'imageFile', attrs: { sha256: 'f'.repeat(64), alt, width: null } },
        { type: 'blockMath', attrs: { latex } },
        { type: 'paragraph', content: [{ type: 'inlineMath', attrs: { latex } }] },
      ),
    ),
  ).toEqual([])
})
