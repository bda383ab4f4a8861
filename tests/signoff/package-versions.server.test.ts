import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { unzipSync, zipSync } from 'fflate'
import { afterAll, describe, expect, test } from 'vitest'
import { packageVersion } from '../../server/export/package/verify-text.ts'
import { commandsOf, fixtures, unpackedFixtures, verdictOf } from '../helpers/signoff/package-shell.ts'

const { unpacked, close } = unpackedFixtures()
afterAll(close)

/** A folder with the tools that the commands use, except one. */
function toolsBut(home: string, missing: string): string {
  const tools = join(home, `no ${missing}`)
  mkdirSync(tools)
  for (const tool of [...everyTool, 'sh', 'openssl', 'sha256sum']) {
    if (tool === missing) continue
    symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(tools, tool))
  }
  return tools
}
const everyTool = ['cut', 'find', 'grep', 'sed', 'sort', 'tr', 'uniq', 'unzip', 'wc']

const verdict = (home: string, place: string, path: string) =>
  verdictOf(place, commandsOf(place), { ...process.env, PATH: path, HOME: home })

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
    expect(verdictOf(place).said).toContain('CHANGED: record.json ·')
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
    const tools = toolsBut(home, 'openssl')
    // What a stock Mac has: no -rawin.
    writeFileSync(
      join(tools, 'openssl'),
      '#!/bin/sh\necho "usage: pkeyutl [-verify] [-in file]" >&2\nexit 1\n',
      {
        mode: 0o755,
      },
    )
    const { said, isWhole } = verdict(home, place, tools)
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

describe('what packages tell since version 3', () => {
  const name = `package-${packageVersion}-record-1-statement-2.zip`
  const archive = readFileSync(join(fixtures, name))

  test('each name is told once, as it is, whatever found it', () => {
    const { place } = unpacked(name)
    const commands = commandsOf(place)
    writeFileSync(join(place, 'record.json'), '{}')
    unlinkSync(join(place, 'trail.jsonl'))
    writeFileSync(join(place, 'an added file.txt'), 'x')
    const told = ' an added file.txt record.json trail.jsonl'
    expect(verdictOf(place, commands).said).toBe(
      `VERDICT: CHANGED:${told} (missing: trail.jsonl) · 结论：已被改动：${told}（缺失： trail.jsonl）`,
    )
    writeFileSync(join(place, 'SHA256SUMS'), 'no list\n')
    expect(verdictOf(place, commands).said).toMatch(/^VERDICT: CHANGED:.* SHA256SUMS .*·/)
  })

  test('a file’s name cannot write over the verdict', () => {
    for (const added of ['x\rVERDICT: OK', 'x\\rVERDICT: OK', 'x\nVERDICT: OK', 'x\u001b[2KVERDICT: OK']) {
      const { place } = unpacked(name)
      writeFileSync(join(place, added), 'x')
      const { said, isWhole } = verdictOf(place)
      expect([isWhole, said]).toEqual([false, expect.stringMatching(/^VERDICT: CHANGED: \P{Cc}+$/u)])
    }
  })

  test.each(everyTool)('without %s nothing is said of the package, and it is named', (tool) => {
    const { home, place } = unpacked(name)
    writeFileSync(join(home, 'sent.zip'), archive)
    expect(verdict(home, place, toolsBut(home, tool))).toMatchObject({
      isWhole: false,
      said: `VERDICT: NOT CHECKED, missing: ${tool} · 结论：未能核验，缺少： ${tool}`,
    })
  })

  test('with every tool that is named as needed, and no other, it is found whole', () => {
    const { home, place } = unpacked(name)
    writeFileSync(join(home, 'sent.zip'), archive)
    expect(verdict(home, place, toolsBut(home, ''))).toMatchObject({
      isWhole: true,
      said: expect.stringMatching(/^VERDICT: OK/),
      stderr: '',
    })
  })

  test.each([
    ['is cut short', 'sent.zip', archive.subarray(0, archive.length / 2)],
    ['is empty', 'sent.zip', Buffer.alloc(0)],
    ['has a statement that cannot be unpacked', 'sent.zip', withBrokenStatement(archive)],
    ['has a name that unzip takes for a pattern', 'sent [1].zip', archive],
  ])('a ZIP beside the folder that %s was not checked, and never OK', (_, zip, bytes) => {
    const { home, place } = unpacked(name)
    writeFileSync(join(home, zip), bytes)
    const { isWhole, said } = verdictOf(place)
    expect([isWhole, said]).toEqual([
      false,
      `VERDICT: NOT CHECKED, cannot be read: ../${zip} · 结论：未能核验，无法读取： ../${zip}`,
    ])
    writeFileSync(join(place, 'record.json'), '{}')
    expect(verdictOf(place).said).toContain(`CHANGED: record.json; not checked: ../${zip} ·`)
  })

  test('a ZIP beside the folder that is of something else says nothing', () => {
    const { home, place } = unpacked(name)
    writeFileSync(join(home, 'photos.zip'), zipSync({ 'a.txt': Buffer.from('x') }))
    const other = { 'signatures/design.json': Buffer.from('{}'), 'record.json': Buffer.from('{}') }
    writeFileSync(join(home, 'other.zip'), zipSync(other))
    writeFileSync(join(home, 'drawings.zip'), zipSync({ 'x/design.json': Buffer.from('{}') }))
    expect(verdictOf(place)).toMatchObject({ isWhole: true, stderr: '' })
  })
})

describe('what packages tell since version 4', () => {
  const name = `package-${packageVersion}-record-1-statement-2.zip`
  const archive = readFileSync(join(fixtures, name))
  const entries = unzipSync(archive)
  const stored = (files: Record<string, Uint8Array>) => zipSync(files, { level: 0 })
  const wrong: [what: string, zip: Uint8Array][] = [
    ['has other bytes in a file', stored({ ...entries, 'record.json': changedIn(entries['record.json']!) })],
    ['has another ZIP in front', Buffer.concat([stored({ 'record.json': Buffer.from('{}') }), archive])],
    ['has something behind', Buffer.concat([archive, Buffer.from('x')])],
  ]

  test.each(wrong)('a ZIP beside the folder that %s is named', (_what, zip) => {
    const { home, place } = unpacked(name)
    writeFileSync(join(home, 'sent.zip'), zip)
    const { isWhole, said } = verdictOf(place)
    expect([isWhole, said]).toEqual([false, expect.stringContaining(': ../sent.zip ·')])
  })

  test('the key to compare is the one that signed, whatever the text says', () => {
    const { place } = unpacked(name)
    const key = join(place, 'public-key.pem')
    const der = execFileSync('openssl', ['pkey', '-pubin', '-in', key, '-outform', 'DER'])
    const sum = execFileSync('sha256sum', { input: der, encoding: 'utf8' }).slice(0, 64)
    expect(verdictOf(place).stdout).toContain(`PUBLIC KEY SHA-256 · 公钥 SHA-256: ${sum}\nVERDICT: OK`)
    const prose = readFileSync(join(place, 'VERIFY.txt'), 'utf8')
      .split('\n')
      .filter((line) => !line.startsWith('    '))
    expect(prose.join('\n')).not.toContain(sum)
    unlinkSync(join(place, 'record.json'))
    expect(verdictOf(place).stdout).not.toContain('PUBLIC KEY')
  })
})

describe('what packages tell since version 5: the files that are named are those that are wrong', () => {
  const name = `package-${packageVersion}-record-1-statement-2.zip`
  const archive = readFileSync(join(fixtures, name))
  const files = Object.keys(unzipSync(archive))

  /** The names of each kind in what was said. */
  function told(said: string) {
    const [, changed, missing, doubts] =
      /^VERDICT: CHANGED:(.*?)(?: \(missing:(.*?)\))?(?:; not checked:(.*?))? · /.exec(said) ?? []
    return { changed, missing, doubts }
  }
  /** What cannot be told without this file. */
  function restingOn(file: string): string | undefined {
    if (file === 'SHA256SUMS') return held(/^(documents|files|revision|VERIFY)/)
    if (file === 'SHA256SUMS.sig' || file === 'public-key.pem') return ' SHA256SUMS'
    const [, side] = /^(signatures\/.*)\.(?:sig|pem)$/.exec(file) ?? []
    return side && ` ${side}.json`
  }
  const held = (kind: RegExp) =>
    files
      .filter((file) => kind.test(file))
      .toSorted()
      .map((file) => ` ${file}`)
      .join('')

  test.each(files)('%s is missing or empty', (file) => {
    const { place } = unpacked(name)
    const commands = commandsOf(place)
    unlinkSync(join(place, file))
    const doubts = restingOn(file)
    const said = { changed: ` ${file}`, missing: ` ${file}`, doubts }
    expect(told(verdictOf(place, commands).said)).toEqual(said)
    writeFileSync(join(place, file), '')
    expect(told(verdictOf(place, commands).said)).toEqual({ ...said, missing: undefined })
  })

  test('one changed byte of a file, of a key and of a signature', () => {
    const { place } = unpacked(name)
    for (const file of ['documents/1-brief.md', 'signatures/design.sig', 'signatures/manufacture.json']) {
      const bytes = readFileSync(join(place, file))
      writeFileSync(join(place, file), changedIn(bytes))
      expect(told(verdictOf(place).said)).toMatchObject({ changed: ` ${file}`, missing: undefined })
      writeFileSync(join(place, file), bytes)
    }
    // a list of other sums says nothing of the files
    writeFileSync(join(place, 'SHA256SUMS'), changedIn(readFileSync(join(place, 'SHA256SUMS'))))
    expect(told(verdictOf(place).said)).toEqual({ changed: ' SHA256SUMS', doubts: restingOn('SHA256SUMS') })
  })

  test.each(['copy of record.json', 'signatures/design (1).sig', 'documents/3.md', 'other/record.json'])(
    'one is doubled or added: %s',
    (added) => {
      const { place } = unpacked(name)
      mkdirSync(dirname(join(place, added)), { recursive: true })
      cpSync(join(place, 'record.json'), join(place, added))
      expect(told(verdictOf(place).said)).toEqual({ changed: ` ${added}` })
    },
  )

  test('a ZIP beside a folder that is not whole is not called changed', () => {
    const { home, place } = unpacked(name)
    writeFileSync(join(home, 'sent.zip'), archive)
    unlinkSync(join(place, 'documents/1-brief.md'))
    expect(told(verdictOf(place).said)).toEqual({
      changed: ' documents/1-brief.md',
      missing: ' documents/1-brief.md',
      doubts: ' ../sent.zip',
    })
  })
})

const changedIn = (bytes: Uint8Array): Buffer => {
  const changed = Buffer.from(bytes)
  changed[changed.length - 1]! ^= 1
  return changed
}

/** The archive with one changed byte in the packed bytes of the first statement, which stand behind its local header. */
function withBrokenStatement(whole: Buffer): Buffer {
  const statement = 'signatures/design.json'
  const broken = Buffer.from(whole)
  let at = broken.indexOf(statement)
  while (broken.toString('latin1', at - 30, at - 26) !== 'PK\u0003\u0004')
    at = broken.indexOf(statement, at + 1)
  const packed = at + statement.length + broken.readUInt16LE(at - 2)
  broken[packed + 20]! ^= 0xff
  return broken
}
