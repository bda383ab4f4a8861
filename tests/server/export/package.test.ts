import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPackage } from '../../../server/export/package.ts'
import { openTypesetter } from '../../../server/export/typeset.ts'
import { printData } from '../../../server/export/print-data.ts'
import { verifyText } from '../../../server/export/verify-text.ts'
import { openSigningKey, type SigningKey } from '../../../server/signoff/signing-key.ts'
import { openTestConverter } from '../../helpers/converter.ts'
import { lampRecord, lampRevision, picture, pictureSha256 } from '../signoff/lamp-revision.ts'

let folder: string
let key: SigningKey
let archive: Uint8Array
const converter = openTestConverter()
const typeset = openTypesetter(converter)

const job = (locale: 'en' | 'zh-CN', record = lampRecord) => ({
  data: printData(lampRevision(key, record), key.publicKeySha256, locale),
  images: [{ path: `/files/${pictureSha256}.png`, bytes: picture }],
})

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-package-'))
  key = await openSigningKey(folder)
  archive = buildPackage(lampRevision(key), key, {
    pdf: { en: await typeset(job('en')), 'zh-CN': await typeset(job('zh-CN')) },
    files: new Map([[pictureSha256, picture]]),
  })
})
afterAll(async () => {
  await converter.stop()
  rmSync(folder, { recursive: true, force: true })
})

function unpack(): string {
  const place = mkdtempSync(join(folder, 'unpacked-'))
  for (const [name, bytes] of Object.entries(unzipSync(archive))) {
    mkdirSync(dirname(join(place, name)), { recursive: true })
    writeFileSync(join(place, name), bytes)
  }
  return place
}

/** The commands as a person would paste them: the indented lines of VERIFY.txt. */
function commandsOf(place: string): string[] {
  const lines = readFileSync(join(place, 'VERIFY.txt'), 'utf8').split('\n')
  return lines.filter((line) => line.startsWith('    ')).map((line) => line.trim())
}

/** Runs each command by itself and returns those that failed. */
const failures = (place: string, commands: string[]): string[] =>
  commands.filter((command) => spawnSync('sh', ['-c', command], { cwd: place }).status !== 0)

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
        'signatures/design.sig',
        'signatures/manufacture.json',
        'signatures/manufacture.sig',
      ].sort(),
    )
  })

  test('every command of VERIFY.txt succeeds as it stands', () => {
    const place = unpack()
    const commands = commandsOf(place)
    expect(commands.length).toBeGreaterThanOrEqual(9)
    expect(failures(place, commands)).toEqual([])
    const pasted = spawnSync('sh', ['-e'], {
      cwd: place,
      input: `${commands.join('\n')}\n`,
      encoding: 'utf8',
    })
    expect(pasted.status).toBe(0)
    expect(pasted.stdout.match(/Signature Verified Successfully/g)).toHaveLength(3)
  })

  test('one changed byte in any file is found', () => {
    const place = unpack()
    const commands = commandsOf(place)
    for (const name of Object.keys(unzipSync(archive))) {
      const path = join(place, name)
      const bytes = readFileSync(path)
      const positions = [
        0,
        Math.floor(bytes.length / 2),
        bytes.length - 1,
        Math.floor(Math.random() * bytes.length),
      ]
      for (const at of positions) {
        const changed = Buffer.from(bytes)
        changed[at] = changed[at]! ^ (1 << Math.floor(Math.random() * 7))
        writeFileSync(path, changed)
        const found = commands.toReversed().some((command) => failures(place, [command]).length > 0)
        expect(found, `byte ${at} of ${name}`).toBe(true)
      }
      writeFileSync(path, bytes)
    }
    expect(failures(place, commands)).toEqual([])
  }, 120_000)

  test('a record that was changed together with the sums is found by the signatures', () => {
    const place = unpack()
    const commands = commandsOf(place)
    const record = readFileSync(join(place, 'record.json'), 'utf8').replace('GB/T 1804-m', 'GB/T 1804-c')
    writeFileSync(join(place, 'record.json'), record)
    const names = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter(
      (name) => name.includes('.') && !name.startsWith('SHA256SUMS'),
    )
    writeFileSync(join(place, 'SHA256SUMS'), execFileSync('sha256sum', names, { cwd: place }))
    const failed = failures(place, commands)
    expect(failed.join('\n')).toContain('record.json')
    expect(failed.join('\n')).toContain('SHA256SUMS.sig')
    expect(failed.join('\n')).not.toContain('sha256sum --strict')
  })

  test('is the same bytes when it is made again', async () => {
    const again = buildPackage(lampRevision(key), key, {
      pdf: { en: await typeset(job('en')), 'zh-CN': await typeset(job('zh-CN')) },
      files: new Map([[pictureSha256, picture]]),
    })
    expect(Buffer.from(again).equals(archive)).toBe(true)
  })

  test('a project’s name cannot add a command to VERIFY.txt', () => {
    const record = { ...lampRecord, project: { id: 'p', name: 'Lamp\n    rm -rf .\n    ' } }
    const lines = verifyText(lampRevision(key, record), key.publicKeySha256).split('\n')
    expect(lines.filter((line) => line.startsWith('    ') && line.includes('rm -rf'))).toEqual([])
  })
})
