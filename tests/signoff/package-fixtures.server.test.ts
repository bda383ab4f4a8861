import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { packageVersion } from '../../server/export/package/verify-text.ts'
import { commandsOf, fixtures, unpackedFixtures, verdictOf } from '../helpers/signoff/package-shell.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
const names = readdirSync(fixtures).filter((name) => name.endsWith('.zip'))
const { unpacked, close } = unpackedFixtures()
afterAll(close)

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
    const twelve = Array.from({ length: 12 }, () => [random.pick(files)])
    const again = versionOf(name) === 1 ? twelve : groupsOf(files)
    for (const together of [...askedTogether(name, files), ...again]) {
      const before = together.map((file) => readFileSync(join(place, file)))
      const places = together.map((file, index) => {
        const changed = Buffer.from(before[index]!)
        const at = random.below(changed.length)
        changed[at] = changed[at]! ^ (1 << random.below(8))
        writeFileSync(join(place, file), changed)
        return `byte ${at} of ${file}`
      })
      expectTold(name, verdictOf(place, commands), together, places.join(', '))
      for (const [index, file] of together.entries()) writeFileSync(join(place, file), before[index]!)
    }
    expect(verdictOf(place, commands).isWhole).toBe(true)
  })

  test('a missing file and a swapped signature are told', () => {
    const { place, files } = unpacked(name)
    const commands = commandsOf(place)
    for (const together of askedTogether(name, files)) {
      const before = together.map((file) => readFileSync(join(place, file)))
      for (const file of together) unlinkSync(join(place, file))
      expectTold(name, verdictOf(place, commands), together, 'missing')
      for (const [index, file] of together.entries()) writeFileSync(join(place, file), before[index]!)
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

/** The version of a package, by its fixture's name. */
const versionOf = (name: string) => Number(/^package-(\d+)/.exec(name)![1])

/**
 * What is changed at once. A verdict costs some fifty programs, and since version 2 it names every file that is wrong: so
 * what nobody writes any more is asked about several files at once, none of which rests on another. Version 1 ends with
 * the first file, and of the newest each is asked about alone.
 */
const askedTogether = (name: string, files: string[]): string[][] =>
  versionOf(name) === 1 || versionOf(name) === packageVersion ? files.map((file) => [file]) : groupsOf(files)

/** Files none of which rests on another of its group: the list of sums and its signature stand alone. */
function groupsOf(files: string[]): string[][] {
  const kinds = [
    /^SHA256SUMS$/,
    /^SHA256SUMS\.sig$/,
    /\.pem$/,
    /^signatures\/.*\.sig$/,
    /\.(?!pem$|sig$)\w+$/,
  ]
  return kinds.map((kind) => files.filter((file) => kind.test(file)))
}

/** What is changed alone is told; of several at once each is named. */
function expectTold(
  name: string,
  { isWhole, said }: { isWhole: boolean; said: string },
  files: string[],
  what: string,
) {
  expect(isWhole, `${what}: ${said}`).toBe(false)
  if (files.length > 1 && versionOf(name) > 1)
    for (const file of files) expect(` ${said.replaceAll(/[:;)]/g, ' ')} `, what).toContain(` ${file} `)
}
