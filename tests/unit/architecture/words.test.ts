import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { locales } from '../../../shared/accounts.ts'
import { errors } from '../../../shared/errors.ts'
import { featureOf, filesUnder, isCode, type Source } from './sources.ts'

type Catalogue = { [key: string]: string | Catalogue }

const plural = /_(zero|one|two|few|many|other)$/

/** A catalogue's texts by their whole key; the forms of a plural count as one. */
function flatten(catalogue: Catalogue, above = ''): Map<string, string[]> {
  const texts = new Map<string, string[]>()
  for (const [key, value] of Object.entries(catalogue)) {
    const inner =
      typeof value === 'string' ? new Map([[above + key, [value]]]) : flatten(value, `${above}${key}.`)
    for (const [name, forms] of inner) {
      const single = name.replace(plural, '')
      texts.set(single, [...(texts.get(single) ?? []), ...forms])
    }
  }
  return texts
}

/** Every text of one language: `review:state.open` → its forms. */
function textsIn(locale: string): Map<string, string[]> {
  const catalogues = filesUnder(`web/locales/${locale}`).map(({ path, text }) => {
    const feature = basename(path, '.json')
    const texts = flatten(JSON.parse(text) as Catalogue)
    return [...texts].map(([key, forms]) => [`${feature}:${key}`, forms] as const)
  })
  return new Map(catalogues.flat())
}

const english = textsIn('en')
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

const literals = (text: string): string[] =>
  [...text.matchAll(/'([\w-]+(?:[.:][\w-]+)*)'|`([\w:.-]*\$\{[^`]*)`/g)].map(
    ([, plain, open]) => plain ?? open!,
  )

/** What a file's literal may stand for, whole: with the catalogue it names, or with those the file uses. */
const candidates = (source: Source, literal: string): string[] =>
  literal.includes(':') ? [literal] : cataloguesOf(source).map((catalogue) => `${catalogue}:${literal}`)

/** The values that a text names, but for the count that its plural depends on. */
const values = (forms: string[]) =>
  [...new Set(forms.flatMap((form) => form.match(/\{\{\w+/g) ?? []))]
    .filter((name) => name !== '{{count')
    .sort()

/** True when a file names an error's key, with its catalogue or alone. */
const isErrorUsed = (key: string) =>
  sources.some(({ text }) => text.includes(`'${key}'`) || text.includes(`'${key.slice(7)}'`))

describe('words', () => {
  test('the catalogues are found', () => {
    expect(english.size).toBeGreaterThan(150)
    expect(sources.length).toBeGreaterThan(150)
  })

  test.each(locales.filter((locale) => locale !== 'en'))('every text exists in English and %s', (locale) => {
    expect([...textsIn(locale).keys()].toSorted()).toEqual([...english.keys()].toSorted())
  })

  test.each(locales)('in %s, no text is empty', (locale) => {
    const empty = [...textsIn(locale)].filter(([, forms]) => forms.some((form) => form.trim() === ''))
    expect(empty.map(([key]) => key)).toEqual([])
  })

  test('a text names the same values in both languages', () => {
    const differing = locales.flatMap((locale) =>
      [...textsIn(locale)]
        .filter(([key, forms]) => String(values(forms)) !== String(values(english.get(key) ?? [])))
        .map(([key]) => `${locale} ${key}`),
    )
    expect(differing).toEqual([])
  })

  test('every error code has a text', () => {
    const codes = Object.keys(errors).map((code) => `errors:${code}`)
    expect(codes.filter((key) => !english.has(key))).toEqual([])
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
          return ![...english.keys()].some((key) => patterns.some((pattern) => pattern.test(key)))
        })
        .map((literal) => `${source.path}: ${literal}`),
    )
    expect(missing).toEqual([])
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
    const unused = [...english.keys()].filter(
      (key) => !named.has(key) && !patterns.some((pattern) => pattern.test(key)),
    )
    expect(unused).toEqual([])
  })

  test('every text of an error is that of a code', () => {
    const codes = new Set(Object.keys(errors).map((code) => `errors:${code}`))
    const texts = [...english.keys()].filter((key) => key.startsWith('errors:'))
    expect(texts.filter((key) => !codes.has(key) && !isErrorUsed(key))).toEqual([])
  })
})
