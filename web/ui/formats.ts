import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

const steps: [unit: Intl.RelativeTimeFormatUnit, seconds: number][] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** Dates and numbers as `locale` writes them. Times go in as ISO 8601 and come out in the reader's zone. */
export function formatsOf(locale: string) {
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full' })
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short' })
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' })
  const number = new Intl.NumberFormat(locale)
  return {
    date: (iso: string) => date.format(new Date(iso)),
    /** With the day of the week. */
    day: (iso: string) => day.format(new Date(iso)),
    time: (iso: string) => time.format(new Date(iso)),
    moment: (iso: string) => moment.format(new Date(iso)),
    number: (value: number) => number.format(value),
    /** "3 minutes ago"; "now" within the last minute. */
    relative: (iso: string, now = Date.now()) => {
      const seconds = (new Date(iso).getTime() - now) / 1000
      const [unit, size] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
      return relative.format(unit === 'second' ? 0 : Math.trunc(seconds / size), unit)
    },
  }
}

/** `formatsOf` for the language that is shown. */
export function useFormats() {
  const { i18n } = useTranslation()
  return useMemo(() => formatsOf(i18n.language), [i18n.language])
}
