import { z } from 'zod'
import { plainLine } from './text/plain-text.ts'

export const locales = ['en', 'zh-CN'] as const
export type Locale = (typeof locales)[number]

export const passwordLength = { min: 8, max: 128 }

const name = plainLine(80).min(1)
const firm = plainLine(120)

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

const emailAddress = createAccount.shape.email
/** Another address for an account; the password is asked again. */
export const changeEmail = z.object({ email: emailAddress, password: z.string() })
export const emailToken = z.object({ token: z.string().min(1).max(200) })
/** `password`: of the account whose address it is, asked of who is not signed in with it. */
export const confirmEmail = emailToken.extend({
  password: z.string().optional(),
  /** Where the accounts go on that name the address, as `confirmation_goes_on` said. */
  after: z.string().max(64).optional(),
})

/**
 * How an account stands to the address that it names. `unneeded`: no mail is sent here; `unasked`: no mail is on its
 * way that asks; `asked`: one is, or was sent; `taken`: somebody else confirmed it.
 */
export const addressStates = ['unneeded', 'unasked', 'asked', 'confirmed', 'taken'] as const
export type AddressState = (typeof addressStates)[number]
export const addressState = z.object({ email: z.string(), state: z.enum(addressStates) })

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
