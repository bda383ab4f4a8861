import type { Locale } from '../../shared/accounts.ts'
import type { Template } from '../../shared/documents.ts'
import { doc, paragraph, type Content } from './compose.ts'
import { briefEn } from './templates/brief-en.ts'
import { briefZh } from './templates/brief-zh.ts'
import { specEn } from './templates/spec-en.ts'
import { specZh } from './templates/spec-zh.ts'

const contents: Record<Template, Record<Locale, Content>> = {
  blank: { en: doc(paragraph()), 'zh-CN': doc(paragraph()) },
  brief: { en: briefEn, 'zh-CN': briefZh },
  spec: { en: specEn, 'zh-CN': specZh },
}

/** What a new document starts with, as JSON of the document schema, in the language of whoever creates it. */
export const templateContent = (template: Template, locale: Locale): Content => contents[template][locale]
