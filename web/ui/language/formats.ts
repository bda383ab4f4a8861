import { useTranslation } from 'react-i18next'

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** Made when it is first asked for: browsers take milliseconds for each, and every card of a list shows a time. */
function lazy<Made>(make: () => Made): () => Made {
  let made: Made | undefined
  return () => (made ??= make())
}

function makeFormats(locale: string) {
  const dates = (options: Intl.DateTimeFormatOptions) => {
    const format = lazy(() => new Intl.DateTimeFormat(locale, options))
    return (iso: string) => format().format(new Date(iso))
  }
  const toTheSecond = dates({ dateStyle: 'medium', timeStyle: 'medium' })
  const inZone = lazy(() => new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }))
  const relative = lazy(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' }))
  const fromNow = (seconds: number) => {
    const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
    return relative().format(unit === 'second' ? 0 : Math.trunc(seconds / size), unit)
  }
  const number = lazy(() => new Intl.NumberFormat(locale))
  const inUnit = (name: string, maximumFractionDigits: number) =>
    lazy(() => new Intl.NumberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits }))
  const [kilobytes, megabytes] = [inUnit('kilobyte', 0), inUnit('megabyte', 1)]
  return {
    date: dates({ dateStyle: 'medium' }),
    /** With the day of the week. */
    day: dates({ dateStyle: 'full' }),
    time: dates({ timeStyle: 'short' }),
    moment: dates({ dateStyle: 'medium', timeStyle: 'short' }),
    /** To the second, with the zone. */
    zoned: (iso: string) => {
      const parts = inZone().formatToParts(new Date(iso))
      const zone = parts.find(({ type }) => type === 'timeZoneName')!.value
      // `timeStyle: 'long'` puts it between day and time in Chinese
      return locale === 'zh-CN' ? `${toTheSecond(iso)}（${zone}）` : `${toTheSecond(iso)} (${zone})`
    },
    number: (value: number) => number().format(value),
    /** From bytes, in kilobytes below a megabyte; decimal, rounded up, so that only nothing is 0. */
    size: (bytes: number) =>
      bytes < 1_000_000
        ? kilobytes().format(Math.ceil(bytes / 1_000))
        : megabytes().format(bytes / 1_000_000),
    /** "in 3 minutes". */
    relative: (iso: string, now = Date.now()) => fromNow((new Date(iso).getTime() - now) / 1000),
    /**
     * Of what has happened: "3 minutes ago"; null for less than a minute, and for what would be to come by this device's
     * clock, which is slow then.
     */
    ago: (iso: string, now = Date.now()) => {
      const seconds = (new Date(iso).getTime() - now) / 1000
      return seconds > -60 ? null : fromNow(seconds)
    },
  }
}

const known = new Map<string, ReturnType<typeof makeFormats>>()

/** Dates and numbers as `locale` writes them. Times go in as ISO 8601 and come out in the reader's zone. */
export function formatsOf(locale: string) {
  const formats = known.get(locale) ?? makeFormats(locale)
  known.set(locale, formats)
  return formats
}

/** As the browser's settings name them; none where there is no browser. */
const readerLanguages = (): readonly string[] =>
  (globalThis.navigator as Navigator | undefined)?.languages ?? []

/** A language as its reader's region writes it, such as en-GB for a British browser; as it is for any other. */
export function regional(language: string, wanted = readerLanguages()): string {
  // zh-TW and zh-HK are read by people who chose the simplified script here
  if (language.includes('-')) return language
  return wanted.find((tag) => tag.startsWith(`${language}-`)) ?? language
}

/** `formatsOf` for a language, as its reader's region writes it. */
export const regionalFormatsOf = (language: string) => formatsOf(regional(language))

/** `regionalFormatsOf` for the language that is shown. */
export function useFormats() {
  const { i18n } = useTranslation()
  return regionalFormatsOf(i18n.language)
}
