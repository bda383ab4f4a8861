import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInstance, type TFunction } from 'i18next'
import { expect, test } from 'vitest'
import { locales } from '../../shared/accounts.ts'
import { closeReason, readCloseReason } from '../../shared/wire/close-reason.ts'
import { errors, isPassing, Refusal, valuesOf, type ErrorCode } from '../../shared/errors.ts'
import { ApiError } from '../../web/api.ts'
import { refusalOfClose } from '../../web/sync/room/refusal.ts'
import { errorText, refusalText } from '../../web/ui/feedback/error-text.ts'

const t = ((key: string, values: object = {}) => [key, ...Object.values(values)].join(' ')) as TFunction
const refused = (field?: string) =>
  errorText(new ApiError('invalid_input', field === undefined ? {} : { field }, 400), t)

test('a refused entry is named where its field has a name, also in a change to many points', () => {
  expect(refused('dueOn')).toBe('ui:invalidField review:fields.due')
  expect(refused('change.kind')).toBe('ui:invalidField review:fields.kind')
})

test('a field that no person filled in is not named', () => {
  expect(refused('threadIds.0')).toBe('errors:invalid_input threadIds.0')
  expect(refused()).toBe('errors:invalid_input')
})

const root = join(import.meta.dirname, '../..')
const codes = Object.keys(errors) as ErrorCode[]
const withValues = codes.filter((code) => valuesOf(code).length > 0)
const wordsOf = (locale: string) =>
  JSON.parse(readFileSync(join(root, `shared/locales/${locale}/errors.json`), 'utf8')) as Record<
    string,
    string
  >
const valuesFor = (code: ErrorCode) =>
  Object.fromEntries(valuesOf(code).map((name, at) => [name, 4_000 + at]))

async function translations(locale: string): Promise<TFunction> {
  const i18n = createInstance()
  await i18n.init({
    lng: locale,
    ns: ['errors'],
    resources: { [locale]: { errors: wordsOf(locale) } },
    interpolation: { escapeValue: false },
  })
  return i18n.t
}

test.each(locales)('the table of errors names the values of all words in %s', (locale) => {
  const words = wordsOf(locale)
  const named = codes.map((code) => [
    code,
    [...new Set([...words[code]!.matchAll(/{{\s*(\w+)/g)].map(([, name]) => name))].sort(),
  ])
  expect(named).toEqual(codes.map((code) => [code, [...valuesOf(code)].sort()]))
})

test('whoever refuses with a code whose words have values gives them', () => {
  const missing: string[] = []
  for (const file of readdirSync(join(root, 'server'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue
    const source = readFileSync(join(root, 'server', file), 'utf8')
    for (const [text, code] of source.matchAll(/new Refusal\(\s*'(\w+)'[^}]*?\)/g)) {
      const given = source.slice(source.indexOf(text)).match(/^new Refusal\([^{]*?(?:\{[^}]*\}|\))/)![0]
      for (const name of valuesOf(code as ErrorCode)) {
        if (!new RegExp(`\\b${name}\\b`).test(given)) missing.push(`${file}: ${given} lacks ${name}`)
      }
    }
  }
  expect(missing).toEqual([])
})

test.each(locales)('a socket that is closed for good says why with all values, in %s', async (locale) => {
  const said = await translations(locale)
  for (const code of withValues.filter((one) => !isPassing(one))) {
    const reason = closeReason(new Refusal(code, { ...valuesFor(code), other: 'x'.repeat(200) }))
    expect(reason.length).toBeLessThanOrEqual(123)
    const told = refusalOfClose({ code: errors[code].close, reason })!
    expect(told).toEqual({ code, params: valuesFor(code) })
    const words = refusalText(told, said)
    for (const value of Object.values(valuesFor(code))) expect(words).toContain(String(value))
  }
})

test('what a close frame has no room for is left out, and the code stays; what is none of ours is not read', () => {
  const reason = closeReason(new Refusal('unprintable', { place: '灯'.repeat(100) }))
  expect(reason).toBe('unprintable')
  expect(readCloseReason('constructor?limit=1')).toBeUndefined()
  expect(readCloseReason('')).toBeUndefined()
})

test.each(locales)('a refusal that came without its values is still worded whole, in %s', async (locale) => {
  const said = await translations(locale)
  for (const code of withValues) {
    const words = refusalText({ code }, said)
    expect(Object.values(wordsOf(locale)), code).toContain(words)
    expect(words).not.toContain('{{')
  }
})
