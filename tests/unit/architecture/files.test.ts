import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesUnder, isCode, root } from './sources.ts'

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
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|spec|config|d))?\.tsx?$/
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
