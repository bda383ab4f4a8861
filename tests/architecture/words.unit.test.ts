import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { featureOf, filesUnder, isCode, type Source } from '../helpers/architecture/sources.ts'

type Catalogue = { [key: string]: string | Catalogue }

const plural = /_(zero|one|two|few|many|other)$/

/** The keys of a catalogue; the forms of a plural count as one. */
const keysOf = (catalogue: Catalogue, above: string): string[] =>
  Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === 'string' ? [above + key.replace(plural, '')] : keysOf(value, `${above}${key}.`),
  )

/** Every key as `review:state.open`. That the languages have the same ones is tested with the web. */
const keys = new Set(
  filesUnder('shared/locales/en').flatMap(({ path, text }) =>
    keysOf(JSON.parse(text) as Catalogue, `${basename(path, '.json')}:`),
  ),
)
const sources = [...filesUnder('web'), ...filesUnder('server')].filter(isCode)

/** Catalogues that a file's bare keys may stand in: those it names, or its feature's own. */
function cataloguesOf({ path, text }: Source): string[] {
  const named = [...text.matchAll(/useTranslation\(\[?((?:'[\w-]+'(?:,\s*)?)+)/g)].flatMap(([, list]) =>
    [...list!.matchAll(/'([\w-]+)'/g)].map(([, name]) => name!),
  )
  return named.length > 0 ? named : [featureOf(path) ?? (path.startsWith('server/') ? 'start' : 'ui'), 'ui']
}

/** A literal as a pattern: what a template leaves open matches any one step of a key. */
const asPattern = (literal: string): RegExp =>
  new RegExp(
    `^${literal
      .split(/\$\{(?:[^{}]|\{[^{}]*\})*\}/)
      .map((fixed) => fixed.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('[\\w-]+')}$`,
  )

/** Quoted words, also inside of a template, and templates themselves. */
const literals = (text: string): string[] => [
  ...[...text.matchAll(/'([\w-]+(?:[.:][\w-]+)*)'/g)].map(([, plain]) => plain!),
  ...[...text.matchAll(/`([\w:.-]*\$\{[^`]*)`/g)].map(([, open]) => open!),
]

/** What a file's literal may stand for, whole: with the catalogue it names, or with those the file uses. */
const candidates = (source: Source, literal: string): string[] =>
  literal.includes(':') ? [literal] : cataloguesOf(source).map((catalogue) => `${catalogue}:${literal}`)

describe('words', () => {
  test('the catalogues are found', () => {
    expect(keys.size).toBeGreaterThan(150)
    expect(sources.length).toBeGreaterThan(150)
  })

  test('every key that is used exists', () => {
    const missing = sources.flatMap((source) =>
      [
        ...source.text.matchAll(
          /(?<![\w.$])(?:i18n\.)?t\(\s*(?:'([^']+)'|`([^`]+)`|[\w.!()= ']+\?\s*'([^']+)'\s*:\s*'([^']+)')/g,
        ),
      ]
        .flatMap(([, plain, open, either, or]) => [plain, open, either, or])
        .filter((literal) => literal !== undefined)
        .filter((literal) => {
          const patterns = candidates(source, literal).map(asPattern)
          return ![...keys].some((key) => patterns.some((pattern) => pattern.test(key)))
        })
        .map((literal) => `${source.path}: ${literal}`),
    )
    expect(missing).toEqual([])
  })

  test('Chinese addresses everybody in one form', () => {
    const informal = filesUnder('shared/locales/zh-CN').filter(({ text }) => text.includes('你'))
    expect(informal.map(({ path }) => path)).toEqual([])
  })

  test('every text is used', () => {
    const named = new Set<string>()
    const patterns: RegExp[] = [/^errors:/]
    for (const source of sources) {
      for (const literal of literals(source.text)) {
        for (const candidate of candidates(source, literal)) {
          if (candidate.includes('$')) patterns.push(asPattern(candidate))
          else named.add(candidate)
        }
      }
    }
    const unused = [...keys].filter(
      (key) => !named.has(key) && !patterns.some((pattern) => pattern.test(key)),
    )
    expect(unused).toEqual([])
  })
})
