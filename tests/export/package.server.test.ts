import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packageEntries } from '../../server/export/package/package.ts'
import { packageTexts } from '../../server/export/package/package-texts.ts'
import { openTypesetter } from '../../server/export/print/typeset.ts'
import { printData } from '../../server/export/print/print-data.ts'
import { verifyText } from '../../server/export/package/verify-text.ts'
import { openSigningKey, type SigningKey } from '../../server/signoff/signing-key.ts'
import { packedBytes } from '../helpers/signoff/archives.ts'
import { openTestConverter } from '../helpers/conversions/converter.ts'
import { commandsOf, unpackInto, verdictOf } from '../helpers/signoff/package-shell.ts'
import { lampRecord, lampRevision, picture, pictureSha256 } from '../helpers/signoff/lamp-revision.ts'

let folder: string
let key: SigningKey
let archive: Uint8Array
const converter = openTestConverter()
const typeset = openTypesetter(converter)

const job = (locale: 'en' | 'zh-CN', record = lampRecord) => ({
  data: printData(lampRevision(key, record), key.publicKeySha256, locale),
  images: [{ path: `/files/${pictureSha256}.png`, bytes: picture }],
})

async function make(): Promise<Uint8Array> {
  const revision = lampRevision(key)
  const parts = {
    pdf: { en: await typeset(job('en')), 'zh-CN': await typeset(job('zh-CN')) },
    readFile: async () => picture,
    texts: packageTexts(revision.recordJson),
  }
  return packedBytes(packageEntries(revision, key, parts))
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-package-'))
  key = await openSigningKey(folder)
  archive = await make()
})
afterAll(async () => {
  await converter.stop()
  rmSync(folder, { recursive: true, force: true })
})

function unpack(): string {
  const place = join(mkdtempSync(join(folder, 'unpacked-')), 'package')
  unpackInto(place, archive)
  return place
}

describe('the package', () => {
  test('holds the record, signatures, key, files, texts and prints', () => {
    expect(Object.keys(unzipSync(archive)).sort()).toEqual(
      [
        'SHA256SUMS',
        'SHA256SUMS.sig',
        'VERIFY.txt',
        'documents/1-brief.md',
        'documents/2-spec.md',
        `files/${pictureSha256}.png`,
        'public-key.pem',
        'record.json',
        'revision-B.en.pdf',
        'revision-B.zh-CN.pdf',
        'signatures/design.json',
        'signatures/design.pem',
        'signatures/design.sig',
        'signatures/manufacture.json',
        'signatures/manufacture.pem',
        'signatures/manufacture.sig',
      ].sort(),
    )
  })

  test('the commands of VERIFY.txt, pasted as they stand, end with one verdict', () => {
    expect(verdictOf(unpack())).toMatchObject({
      isWhole: true,
      said: expect.stringMatching(/^VERDICT: OK/),
      stderr: '',
    })
  })

  test('a record that was changed together with the sums is found by the signatures', () => {
    const place = unpack()
    const commands = commandsOf(place)
    const record = readFileSync(join(place, 'record.json'), 'utf8').replace('GB/T 1804-m', 'GB/T 1804-c')
    writeFileSync(join(place, 'record.json'), record)
    const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.includes('.') && !name.startsWith('SHA256SUMS'),
    )
    writeFileSync(join(place, 'SHA256SUMS'), execFileSync('sha256sum', names, { cwd: place }))
    expect(verdictOf(place, commands).said).toMatch(
      /^VERDICT: CHANGED: SHA256SUMS record.json; not checked: VERIFY.txt documents/,
    )
  })

  test('is the same bytes when it is made again', async () => {
    const again = await make()
    expect(Buffer.from(again).equals(archive)).toBe(true)
  })

  test('a project’s name cannot add a command to VERIFY.txt', () => {
    const record = { ...lampRecord, project: { id: 'p', name: 'Lamp\n    rm -rf .\n    ' } }
    const lines = verifyText(lampRevision(key, record), key.publicKeySha256).split('\n')
    expect(lines.filter((line) => line.startsWith('    ') && line.includes('rm -rf'))).toEqual([])
  })
})
