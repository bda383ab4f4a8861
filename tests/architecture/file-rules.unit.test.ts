import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesUnder, isCode, root } from '../helpers/architecture/sources.ts'

const folders = ['shared', 'server', 'web', 'tests']
const sources = folders.flatMap(filesUnder)
const longest = 400

test('the top level is fixed', () => {
  const visible = readdirSync(root).filter((name) => !name.startsWith('.'))
  const made = ['node_modules', 'dist', 'data', 'test-results']
  expect(visible.filter((name) => !made.includes(name)).toSorted()).toEqual(
    ['LICENSE', 'README.md', 'package-lock.json', 'package.json', 'tsconfig.json', ...folders].toSorted(),
  )
})

describe('files', () => {
  test(`no file has more than ${longest} lines`, () => {
    const long = sources
      .filter(({ path }) => /\.(tsx?|css)$/.test(path))
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > longest)
    expect(long).toEqual([])
  })

  test('a file is named by what it holds', () => {
    const empty = /^(utils?|helpers?|misc|common|types?|constants?|index|stuff|lib)\./
    expect(sources.filter(({ path }) => isCode({ path, text: '' }) && empty.test(basename(path)))).toEqual([])
  })

  test('code is named in kebab-case, React components in PascalCase', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.((unit|server|web)\.test|spec|config|d))?\.tsx?$/
    const component = /^[A-Z][A-Za-z0-9]*\.tsx$/
    const names = sources.filter(isCode).map(({ path }) => path)
    expect(names.filter((path) => !kebab.test(basename(path)) && !component.test(basename(path)))).toEqual([])
  })

  test('there are no barrels: nothing is exported from another file', () => {
    const forwarding = sources.filter(
      (source) => isCode(source) && /^export\s+(type\s+)?(\*|\{[^}]*\})[^'"\n]*\sfrom\s/m.test(source.text),
    )
    expect(forwarding.map(({ path }) => path)).toEqual([])
  })

  test('code is TypeScript', () => {
    expect(sources.filter(({ path }) => /\.[cm]?jsx?$/.test(path)).map(({ path }) => path)).toEqual([])
  })
})

describe('tests', () => {
  const tests = sources.filter((source) => isCode(source) && source.path.startsWith('tests/'))

  test('a file of tests says in its name what it needs, and stands in the folder of its feature', () => {
    const ours = tests.filter(({ path }) => /\.(test|spec)\./.test(path)).map(({ path }) => path)
    const placed = /^tests\/(?!browser|bench|crash|soak|helpers)[^.]+\/[^/.]+\.(unit|server|web)\.test\.tsx?$/
    const seen = /^tests\/browser\/[^/]+\/[^/.]+\.spec\.ts$/
    expect(ours.length).toBeGreaterThan(200)
    expect(ours.filter((path) => !placed.test(path) && !seen.test(path))).toEqual([])
  })

  test('no two files have one name', () => {
    const paths = tests.map(({ path }) => path)
    const isTwice = (name: string) => paths.filter((path) => basename(path) === name).length > 1
    expect(paths.filter((path) => isTwice(basename(path)))).toEqual([])
  })

  test('what stands beside tests is a test: what several share is a helper', () => {
    const beside = tests.filter(
      ({ path }) =>
        !/^tests\/((bench|crash|soak|helpers)\/|[^/]+$)|\.(test|spec)\.tsx?$/.test(path) &&
        !['tests/browser/playwright.config.ts', 'tests/browser/take-pictures.ts'].includes(path),
    )
    expect(beside.map(({ path }) => path)).toEqual([])
  })
})
