import { z } from 'zod'
import { plainLine } from './text/plain-text.ts'

/** What a token may do of what its owner may: look, or also act. */
export const tokenScopes = ['read', 'write'] as const
export type TokenScope = (typeof tokenScopes)[number]

/** How long a token may be good at most (days). */
export const mostTokenDays = 366

/** An order for a token; the password is asked again, as whoever holds a token needs it no more. */
export const createToken = z.object({
  name: plainLine(80).min(1),
  scope: z.enum(tokenScopes),
  /** Null: for all projects of its owner, those of later too. */
  projectId: z.string().min(1).max(64).nullable().default(null),
  days: z.number().int().min(1).max(mostTokenDays),
  password: z.string(),
})

/** A personal token of the interface, as its owner sees it; its secret is shown once, when it is made. */
export const apiToken = z.object({
  id: z.string(),
  name: z.string(),
  scope: z.enum(tokenScopes),
  projectId: z.string().nullable(),
  projectName: z.string().nullable(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** To the minute; null when it never was. */
  lastUsedAt: z.string().nullable(),
})
export type ApiToken = z.infer<typeof apiToken>
