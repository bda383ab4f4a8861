import { accountsLimits } from './limits/accounts.ts'
import { requestsLimits } from './limits/requests.ts'
import { filesLimits } from './limits/files.ts'
import { socketsLimits } from './limits/sockets.ts'
import { updatesLimits } from './limits/updates.ts'
import { textsLimits } from './limits/texts.ts'
import { reviewLimits } from './limits/review.ts'
import { conversionsLimits } from './limits/conversions.ts'

/**
 * Every limit with its default, unit and reason. Each can be set by the environment variable named after it
 * (`updateBytes` → `LIMIT_UPDATE_BYTES`); `server/config.ts` reads and checks them.
 */
export const limits = {
  ...accountsLimits,
  ...requestsLimits,
  ...filesLimits,
  ...socketsLimits,
  ...updatesLimits,
  ...textsLimits,
  ...reviewLimits,
  ...conversionsLimits,
} as const

export type Limits = { readonly [Name in keyof typeof limits]: number }

export const defaultLimits = Object.fromEntries(
  Object.entries(limits).map(([name, limit]) => [name, limit.value]),
) as Limits
