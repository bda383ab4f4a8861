import { z } from 'zod'

export const locales = ['en', 'zh-CN'] as const
export type Locale = (typeof locales)[number]

export const passwordLength = { min: 8, max: 128 }

const name = z.string().trim().min(1).max(80)
const firm = z.string().trim().max(120)

export const createAccount = z.object({
  email: z.string().trim().toLowerCase().max(254).pipe(z.email()),
  name,
  password: z.string(),
  firm: firm.optional(),
  locale: z.enum(locales).optional(),
})
export const createSession = z.object({
  email: z.string().trim().toLowerCase().max(254),
  password: z.string(),
})
export const changeAccount = z.object({
  name: name.optional(),
  firm: firm.optional(),
  locale: z.enum(locales).optional(),
})
export const changePassword = z.object({ current: z.string(), next: z.string() })

export const user = z.object({
  id: z.string(),
  /** Null for a guest, who came by a link and has no account. */
  email: z.string().nullable(),
  name: z.string(),
  firm: z.string(),
  locale: z.enum(locales),
})
export type User = z.infer<typeof user>

/** A signed-in device. `id` names the row; it is a hash and opens nothing. Times are ISO 8601 in UTC. */
export const session = z.object({
  id: z.string(),
  userAgent: z.string(),
  createdAt: z.string(),
  lastSeenAt: z.string(),
  current: z.boolean(),
})
export type Session = z.infer<typeof session>
