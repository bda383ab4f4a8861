import type { Locale } from '../../../shared/accounts.ts'

/** Each language as its own speakers write it, whatever is shown now. */
export const languageNames: Record<Locale, string> = { en: 'English', 'zh-CN': '简体中文' }
