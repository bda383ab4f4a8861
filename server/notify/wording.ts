import { createInstance, type TFunction } from 'i18next'
import type { Locale } from '../../shared/accounts.ts'
import en from '../../shared/locales/en/notify.json' with { type: 'json' }
import zh from '../../shared/locales/zh-CN/notify.json' with { type: 'json' }

const catalogue = createInstance()
await catalogue.init({
  lng: 'en',
  ns: ['notify'],
  defaultNS: 'notify',
  resources: { en: { notify: en }, 'zh-CN': { notify: zh } },
  // mails and chat webhooks are told plain text
  interpolation: { escapeValue: false },
})

/** The words of mails and of webhooks in one language. */
export const wordingIn = (locale: Locale): TFunction => catalogue.getFixedT(locale)

interface Place {
  projectId: string
  threadId: string | null
  /** The path of the resource's page; null for what is about the project. */
  page: string | null
}

/** The page where something stands that is told. */
export function linkTo(url: string, { projectId, threadId, page }: Place, isRevision: boolean): string {
  if (page !== null) return `${url}${page}${threadId ? `?thread=${threadId}` : ''}`
  const project = `${url}/projects/${projectId}`
  if (isRevision) return `${project}/sign`
  return threadId ? `${project}/points?thread=${threadId}` : project
}
