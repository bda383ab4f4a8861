import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { locales } from '../../shared/accounts.ts'
import { errors } from '../../shared/errors.ts'

const folder = join(import.meta.dirname, '../../shared/locales')

type Catalogue = { [key: string]: string | Catalogue }
const read = (locale: string, feature: string) =>
  JSON.parse(readFileSync(join(folder, locale, `${feature}.json`), 'utf8')) as Catalogue

/** Every text by its path; plural forms count as one key, as each language has its own. */
const texts = (catalogue: Catalogue, path = ''): [key: string, text: string][] =>
  Object.entries(catalogue).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[path + key.replace(/_(zero|one|two|few|many|other)$/, ''), value] as [string, string]]
      : texts(value, `${path}${key}.`),
  )
const named = (text: string) => [...text.matchAll(/{{\s*(\w+)/g)].map(([, name]) => name!)

const features = [...new Set(locales.flatMap((locale) => readdirSync(join(folder, locale))))].map((file) =>
  file.replace('.json', ''),
)

describe.each(features)('the words of %s', (feature) => {
  const both = locales.map((locale) => texts(read(locale, feature)))

  it('have the same keys in both languages', () => {
    const [english, chinese] = both.map((list) => [...new Set(list.map(([key]) => key))].sort())
    expect(chinese).toEqual(english)
  })

  it('name no value in one language that the other does not have', () => {
    const [english, chinese] = both.map((list) => {
      const values: Record<string, string[]> = {}
      for (const [key, text] of list) {
        const known = [...(values[key] ?? []), ...named(text)].filter((name) => name !== 'count')
        values[key] = [...new Set(known)].sort()
      }
      return values
    })
    expect(chinese).toEqual(english)
  })

  it('are written with Chinese punctuation in Chinese', () => {
    const halfWidth =
      /[\p{sc=Han}」）”][,;:?!()]|[,;:?!(][\p{sc=Han}]|\}\}(?:[,;?!()]|:(?!\{\{port))|\w[(](?!s\))/u
    expect(both[locales.indexOf('zh-CN')]!.filter(([, text]) => halfWidth.test(text))).toEqual([])
  })

  it('call the product, and a point that is settled, by one name in Chinese', () => {
    const others = /Countersign|已解决|关闭了 #/
    expect(both[locales.indexOf('zh-CN')]!.filter(([, text]) => others.test(text))).toEqual([])
  })

  it('call an owner 项目负责人, apart from the 负责人 of a point, and the severity 必须改, in Chinese', () => {
    const others = /所有者|拥有者|必须(?:解决|处理|修改|了结)/
    const wrong = both[locales.indexOf('zh-CN')]!.filter(
      ([key, text]) =>
        others.test(text) || (/(?<!项目)负责人/u.test(text) && key.split('.').at(-1) !== 'assignee'),
    )
    expect(wrong).toEqual([])
  })

  it('are never empty', () => {
    expect(both.flat().filter(([, text]) => text.trim() === '')).toEqual([])
  })
})

describe('errors', () => {
  it.each(locales)('has a text for every code in %s, and none for a code that is gone', (locale) => {
    const browserOnly = ['offline', 'no_answer', 'unexpected_reply']
    expect(Object.keys(read(locale, 'errors')).sort()).toEqual(
      [...Object.keys(errors), ...browserOnly].sort(),
    )
  })
})
