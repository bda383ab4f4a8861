import { createInstance, type BackendModule } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { locales, type Locale } from '../shared/accounts.ts'

const catalogues = import.meta.glob<{ default: Record<string, unknown> }>('./locales/*/*.json')
const storageKey = 'locale'

/** The translations; components use `useTranslation`, what stands outside of them `i18n.t`. */
export const i18n = createInstance()

/** Loads a feature's catalogue when the first part that uses it is shown. */
const backend: BackendModule = {
  type: 'backend',
  init() {},
  // i18next takes a promise here as well, which its type does not say
  read: (async (locale: string, feature: string) => {
    const load = catalogues[`./locales/${locale}/${feature}.json`]
    if (!load) throw new Error(`no catalogue ${locale}/${feature}`)
    return (await load()).default
  }) as BackendModule['read'],
}

/** The language a reader gets before signing in: the one chosen here last, else the browser's first that we have. */
function firstLocale(): Locale {
  const wanted = [localStorage.getItem(storageKey) ?? '', ...navigator.languages]
  for (const tag of wanted) {
    const found = locales.find((locale) => locale.slice(0, 2) === tag.slice(0, 2).toLowerCase())
    if (found) return found
  }
  return 'en'
}

/** Starts the translations; resolves when the words of the frame and of the errors are there. */
export async function startTranslations(): Promise<void> {
  i18n.on('languageChanged', (locale) => {
    document.documentElement.lang = locale
  })
  await i18n
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: firstLocale(),
      supportedLngs: [...locales],
      load: 'currentOnly',
      fallbackLng: false,
      ns: ['ui', 'errors'],
      defaultNS: 'ui',
      interpolation: { escapeValue: false },
      returnNull: false,
    })
}

/** The language that is shown now. */
export const currentLocale = (): Locale => i18n.language as Locale

/** Shows the interface in `locale` and remembers it in this browser. */
export async function showLocale(locale: Locale): Promise<void> {
  localStorage.setItem(storageKey, locale)
  if (i18n.language !== locale) await i18n.changeLanguage(locale)
}
