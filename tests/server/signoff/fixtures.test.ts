import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync, zipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
import { packageVersion } from '../../../server/export/verify-text.ts'
import { commandsOf, unpackInto, verdictOf } from '../../helpers/package-shell.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const fixtures = join(import.meta.dirname, 'fixtures')
const names = readdirSync(fixtures).filter((name) => name.endsWith('.zip'))
const folder = mkdtempSync(join(tmpdir(), 'countersign-fixtures-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** An unpacked fixture in a folder of its own, with nothing beside it. */
function unpacked(name: string): { home: string; place: string; files: string[] } {
  const home = mkdtempSync(join(folder, 'home-'))
  const archive = readFileSync(join(fixtures, name))
  unpackInto(join(home, 'package'), archive)
  return { home, place: join(home, 'package'), files: Object.keys(unzipSync(archive)) }
}

test('each version of a package, with each version of a statement, keeps a fixture', () => {
  for (let version = 1; version <= packageVersion; version += 1) {
    for (const statement of [1, 2]) {
      expect(names).toContain(`package-${version}-record-1-statement-${statement}.zip`)
    }
  }
})

describe.each(names)('%s', (name) => {
  test('is found whole, by sh and by bash', () => {
    const { place } = unpacked(name)
    expect(verdictOf(place)).toMatchObject({ isWhole: true, stderr: '' })
    execFileSync('bash', ['-e'], { cwd: place, input: `${commandsOf(place).join('\n')}\n` })
  })

  test(`one changed byte anywhere is told (seed ${seed})`, () => {
    const random = seededRandom(seed)
    const { place, files } = unpacked(name)
    const commands = commandsOf(place)
    for (const file of [...files, ...Array.from({ length: 12 }, () => random.pick(files))]) {
      const path = join(place, file)
      const bytes = readFileSync(path)
      const changed = Buffer.from(bytes)
      const at = random.below(bytes.length)
      changed[at] = changed[at]! ^ (1 << random.below(8))
      writeFileSync(path, changed)
      const { isWhole, said } = verdictOf(place, commands)
      expect(isWhole, `byte ${at} of ${file}: ${said}`).toBe(false)
      writeFileSync(path, bytes)
    }
    expect(verdictOf(place, commands).isWhole).toBe(true)
  })

  test('a missing file and a swapped signature are told', () => {
    const { place, files } = unpacked(name)
    const commands = commandsOf(place)
    for (const file of files) {
      const bytes = readFileSync(join(place, file))
      unlinkSync(join(place, file))
      expect(verdictOf(place, commands).isWhole, file).toBe(false)
      writeFileSync(join(place, file), bytes)
    }
    const [design, manufacture] = ['design', 'manufacture'].map((side) =>
      join(place, `signatures/${side}.sig`),
    )
    const bytes = readFileSync(design!)
    writeFileSync(design!, readFileSync(manufacture!))
    writeFileSync(manufacture!, bytes)
    expect(verdictOf(place, commands).isWhole).toBe(false)
  })
})

describe('what packages tell since version 2', () => {
  const name = `package-${packageVersion}-record-1-statement-2.zip`

  test.each(['extra.txt', 'files/extra.png', '.hidden', 'signatures/design (1).sig', "it's $(x).txt"])(
    'an added file: %s',
    (added) => {
      const { place } = unpacked(name)
      writeFileSync(join(place, added), 'x')
      expect(verdictOf(place)).toMatchObject({
        isWhole: false,
        said: expect.stringMatching(/^VERDICT: CHANGED/),
      })
      expect(verdictOf(place).said).toContain(added.split(' ')[0])
    },
  )

  test('an empty folder, and a link in the place of a file', () => {
    const { home, place } = unpacked(name)
    cpSync(join(place, 'record.json'), join(home, 'record.json'))
    unlinkSync(join(place, 'record.json'))
    symlinkSync('../record.json', join(place, 'record.json'))
    expect(verdictOf(place).said).toContain('CHANGED: ./record.json')
  })

  test('a file that stands twice in the ZIP, one more and one less, whatever was unpacked', () => {
    const { home, place } = unpacked(name)
    const zip = join(home, 'sent to you.zip')
    const archive = readFileSync(join(fixtures, name))
    writeFileSync(zip, archive)
    expect(verdictOf(place).said).toMatch(/^VERDICT: OK/)

    const entries = unzipSync(archive)
    const changed: Record<string, Record<string, Uint8Array>> = {
      added: { ...entries, 'extra.txt': Buffer.from('x') },
      removed: Object.fromEntries(
        Object.entries(entries).filter(([file]) => file !== 'documents/1-brief.md'),
      ),
      // the same length as the name that it becomes
      doubled: { ...entries, 'record.jsoX': Buffer.from('{"wall":"1 mm"}') },
    }
    for (const [fault, files] of Object.entries(changed)) {
      writeFileSync(
        zip,
        Buffer.from(
          Buffer.from(zipSync(files)).toString('latin1').replaceAll('record.jsoX', 'record.json'),
          'latin1',
        ),
      )
      expect(verdictOf(place).said, fault).toContain('sent to you.zip')
    }
    writeFileSync(zip, readFileSync(join(fixtures, 'package-1-record-1-statement-1.zip')))
    rmSync(zip)
    expect(verdictOf(place).said).toMatch(/^VERDICT: OK/)
  })

  test('a machine that cannot tell says so, and nothing else', () => {
    const { home, place } = unpacked(name)
    const tools = join(home, 'tools')
    execFileSync('mkdir', [tools])
    for (const tool of ['sh', 'cut', 'find', 'grep', 'sed', 'sort', 'tr', 'uniq', 'sha256sum']) {
      symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(tools, tool))
    }
    // What a stock Mac has: no -rawin.
    writeFileSync(
      join(tools, 'openssl'),
      '#!/bin/sh\necho "usage: pkeyutl [-verify] [-in file]" >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    )
    const { said, isWhole } = verdictOf(place, commandsOf(place), { ...process.env, PATH: tools })
    expect([isWhole, said]).toEqual([
      false,
      expect.stringMatching(/^VERDICT: NOT CHECKED, missing: openssl-3 /),
    ])
  })

  test('each signature lies with the key that gave it', () => {
    const { place } = unpacked(name)
    for (const side of ['design', 'manufacture']) {
      const said = JSON.parse(readFileSync(join(place, `signatures/${side}.json`), 'utf8')) as {
        publicKeySha256: string
      }
      const der = execFileSync(
        'openssl',
        ['pkey', '-pubin', '-in', `signatures/${side}.pem`, '-outform', 'DER'],
        {
          cwd: place,
        },
      )
      const sum = execFileSync('sha256sum', { input: der, encoding: 'utf8' })
      expect(sum.slice(0, 64)).toBe(said.publicKeySha256)
    }
  })
})
