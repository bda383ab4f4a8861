import { createInstance, type BackendModule, type FormatterModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { locales, type Locale } from '../shared/accounts.ts'
import { regionalFormatsOf } from './ui/language/formats.ts'
import { recall, remember } from './ui/remembered.ts'

const languages = {
  en: () => import('./locales/english.ts'),
  'zh-CN': () => import('./locales/chinese.ts'),
} satisfies Record<Locale, unknown>
const storageKey = 'locale'

/** The translations; components use `useTranslation`, what stands outside of them `i18n.t`. */
export const i18n = createInstance()

/** Gives one feature's catalogue of one language. */
const backend: BackendModule = {
  type: 'backend',
  init() {},
  // i18next takes a promise here as well, which its type does not say
  read: (async (locale: Locale, feature: string) => {
    const { catalogues } = await languages[locale]()
    const catalogue = catalogues[`../../shared/locales/${locale}/${feature}.json`]
    if (!catalogue) throw new Error(`no catalogue ${locale}/${feature}`)
    return catalogue
  }) as unknown as BackendModule['read'],
}

/** Every number in words as their reader writes it; `number` is what something is called, such as #1234. */
const numbers: FormatterModule = {
  type: 'formatter',
  init() {},
  add() {},
  addCached() {},
  format: (value: unknown, _name, language, options) =>
    typeof value === 'number' && options?.interpolationkey !== 'number'
      ? regionalFormatsOf(language ?? i18n.language).number(value)
      : (value as string),
}

/** The language a reader gets before signing in: the one chosen here last, else the browser's first that we have. */
function firstLocale(): Locale {
  const wanted = [recall(storageKey), ...navigator.languages]
  for (const tag of wanted) {
    const found = locales.find((locale) => locale.slice(0, 2) === tag.slice(0, 2).toLowerCase())
    if (found) return found
  }
  return 'en'
}

let started: Promise<void> | undefined

/** Starts the translations; resolves when all words of the reader's language are there. */
export function startTranslations(): Promise<void> {
  return (started ??= start())
}

async function start(): Promise<void> {
  i18n.on('languageChanged', (now) => {
    document.documentElement.lang = now
  })
  const locale = firstLocale()
  const { catalogues } = await languages[locale]()
  await i18n
    .use(backend)
    .use(initReactI18next)
    .use(numbers)
    .init({
      lng: locale,
      supportedLngs: [...locales],
      load: 'currentOnly',
      fallbackLng: false,
      // all of them, 15 KB compressed: a part whose words came later would blank the page for a moment
      ns: Object.keys(catalogues).map((path) => path.replace(/^.*\/|\.json$/g, '')),
      defaultNS: 'ui',
      interpolation: { escapeValue: false, alwaysFormat: true },
      returnNull: false,
    })
}

/** The language that is shown now. */
export const currentLocale = (): Locale => i18n.language as Locale

/** Shows the interface in `locale` and remembers it in this browser. */
export async function showLocale(locale: Locale): Promise<void> {
  remember(storageKey, locale)
  // who is signed in may be known before there are words
  await started
  if (i18n.language !== locale) await i18n.changeLanguage(locale)
}
