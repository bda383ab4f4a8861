import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locale } from '../../../shared/accounts.ts'

type Catalogue = { [key: string]: string | Catalogue }

/** The words that a person reads: `wordsOf('zh-CN')('accounts:signIn')`. Values are put in for `{{name}}`. */
export function wordsOf(locale: Locale) {
  return (key: string, values: Record<string, string> = {}): string => {
    const [feature, path] = key.split(':') as [string, string]
    const file = join(import.meta.dirname, `../../../shared/locales/${locale}/${feature}.json`)
    let found: string | Catalogue | undefined = JSON.parse(readFileSync(file, 'utf8')) as Catalogue
    for (const step of path.split('.')) found = typeof found === 'object' ? found[step] : undefined
    if (typeof found !== 'string') throw new Error(`no words for ${locale} ${key}`)
    return found.replaceAll(/{{(\w+)}}/g, (_, name: string) => values[name] ?? '')
  }
}
