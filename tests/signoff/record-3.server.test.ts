import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { packageTexts } from '../../server/export/package/package-texts.ts'
import { printData } from '../../server/export/print/print-data.ts'
import { revisionMarkdown } from '../../server/export/markdown/revision-markdown.ts'
import { canonicalJson, sha256Hex } from '../../server/trail/canonical.ts'
import { revisionRecord } from '../../shared/signoff.ts'
import { testKey } from '../helpers/signoff/fixture-parts.ts'
import { lampRevision } from '../helpers/signoff/lamp-revision.ts'

// A record of version 3 as it was signed once: whatever becomes of the kinds that it holds, it is read for ever.
const json = readFileSync(join(import.meta.dirname, 'fixtures/record-3.jsonl'))

test('a record of version 3 is read, and says the same bytes again', () => {
  const record = revisionRecord.parse(JSON.parse(json.toString()))
  expect(canonicalJson(record)).toBe(json.toString())
  expect(sha256Hex(json.toString())).toBe('80ca1846f8b77eeffbdfaaf6f411cfdd09ae70ef0a220de119578d27e5d0cafd')
})

test('what its kinds gave is printed and written out without them', () => {
  const key = testKey(7)
  const revision = lampRevision(key, revisionRecord.parse(JSON.parse(json.toString())))
  expect(packageTexts(json)).toEqual([
    expect.stringContaining('灯臂壁厚 2.8 mm'),
    '# 注塑说明 Moulding notes\n\nGate at the rib, 2.5 mm\n',
  ])
  const print = printData(revision, key.publicKeySha256, 'en')
  expect(print.documents.map(({ title, kind }) => [title, kind])).toEqual([
    [expect.any(String), 'Specification'],
    ['注塑说明 Moulding notes', ''],
  ])
  expect(print.points[0]!.quote).toBe('Line 1: Gate at the rib, 2.5 mm')
  expect(print.points[0]!.facts).toContain('注塑说明 Moulding notes')
  expect(revisionMarkdown(revision, 'en')).toContain('# 注塑说明 Moulding notes\n\nGate at the rib, 2.5 mm')
})
