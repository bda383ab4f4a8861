import { createInstance, type TFunction } from 'i18next'
import type { Locale } from '../../shared/accounts.ts'
import en from '../../shared/locales/en/export.json' with { type: 'json' }
import enProposals from '../../shared/locales/en/proposals.json' with { type: 'json' }
import enReview from '../../shared/locales/en/review.json' with { type: 'json' }
import zh from '../../shared/locales/zh-CN/export.json' with { type: 'json' }
import zhProposals from '../../shared/locales/zh-CN/proposals.json' with { type: 'json' }
import zhReview from '../../shared/locales/zh-CN/review.json' with { type: 'json' }

const catalogue = createInstance()
await catalogue.init({
  lng: 'en',
  ns: ['export', 'review', 'proposals'],
  defaultNS: 'export',
  resources: {
    en: { export: en, review: enReview, proposals: enProposals },
    'zh-CN': { export: zh, review: zhReview, proposals: zhProposals },
  },
  // Texts go into Markdown and print, each with an escape of its own.
  interpolation: { escapeValue: false },
})

/** The words of exports in one language, and those of points as the screen has them (`review:`, `proposals:`). */
export const wordingIn = (locale: Locale): TFunction => catalogue.getFixedT(locale)

/** A moment as `2026-11-24 06:10:05 UTC+08:00 (Asia/Shanghai)`: the same in every language and on every machine. */
export function stampIn(zone: string, iso: string): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    })
      .formatToParts(new Date(iso))
      .map((part) => [part.type, part.value]),
  )
  const clock = `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}`
  if (zone === 'UTC') return `${clock} UTC`
  return `${clock} ${parts.timeZoneName!.replace('GMT', 'UTC')} (${zone})`
}
