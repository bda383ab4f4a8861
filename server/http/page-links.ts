import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Locale } from '../../shared/accounts.ts'

/** What Vite built, by source file (https://vite.dev/guide/backend-integration). */
type Manifest = Record<string, { file: string; css?: string[]; imports?: string[] } | undefined>

/** The words of each language. */
const words: Record<Locale, string> = { en: 'locales/english.ts', 'zh-CN': 'locales/chinese.ts' }

/** Pages that need much: what opens them, and the answers that they ask for before anything else. */
const heavyPages = [
  {
    path: /^\/documents\/[\w-]+$/,
    module: 'pages/document/DocumentPage.tsx',
    answers: (path: string) => [
      '/api/accounts/me',
      `/api${path}`,
      `/api${path}/text`,
      `/api${path.replace('documents', 'resources')}/threads`,
    ],
  },
]

/**
 * Links to what a page will ask for, so that a browser fetches all of it side by side and not one after the other:
 * the words, and for a heavy page its code and, for who has a session, the first answers. `folder`: the built web
 * application, whose page is `html`.
 */
export function createPageLinks(folder: string, html: string) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8')) as Manifest
  const known = new Map(
    [...Object.values(words), ...heavyPages.map((page) => page.module)].map((module) => [
      module,
      filesOf(manifest, module)
        .filter((file) => !html.includes(`/${file}"`))
        .map(fileLink),
    ]),
  )
  return (path: string, reader: { locale: Locale; hasSession: boolean }): string => {
    const heavy = heavyPages.find((page) => page.path.test(path))
    const answers = heavy && reader.hasSession ? heavy.answers(path) : []
    return [
      ...known.get(words[reader.locale])!,
      ...(heavy ? known.get(heavy.module)! : []),
      ...answers.map(answerLink),
    ].join('\n')
  }
}

/** A module's file, its style sheets, and those of all that it imports. */
function filesOf(manifest: Manifest, module: string, seen = new Set<string>()): string[] {
  const built = manifest[module]
  if (seen.has(module)) return []
  if (!built) throw new Error(`the web application was built without ${module}`)
  seen.add(module)
  const imported = (built.imports ?? []).flatMap((name) => filesOf(manifest, name, seen))
  return [built.file, ...(built.css ?? []), ...imported]
}

const fileLink = (file: string): string =>
  `<link rel="${file.endsWith('.css') ? 'stylesheet' : 'modulepreload'}" crossorigin href="/${file}">`

/** As `fetch` asks by itself, else a browser asks twice. */
const answerLink = (address: string): string =>
  `<link rel="preload" as="fetch" crossorigin href="${address}">`
