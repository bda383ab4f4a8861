import type { Context } from 'hono'
import type { Locale } from '../../shared/accounts.ts'

/** The language that a browser asks for first, of ours. */
export const wantedLocale = (c: Context): Locale =>
  c.req.header('accept-language')?.trim().toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
