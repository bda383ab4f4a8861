import { z } from 'zod'
import { createAccount } from './accounts.ts'
import { sides, type Role } from './permissions.ts'
import { plainLine } from './text/plain-text.ts'

/** What a guest may be: everything but an owner. */
export const guestRoles = ['reviewer', 'viewer', 'editor'] as const satisfies readonly Role[]
export type GuestRole = (typeof guestRoles)[number]

export const guestCodeLength = { min: 4, max: 32 }

/** An owner's order for a link: for whom, as what, into which documents, until when. */
export const createGuestLink = z.object({
  /** Whom it is for, as the owner calls them; the guest never sees it. */
  label: plainLine(80).min(1),
  side: z.enum(sides),
  role: z.enum(guestRoles),
  resourceIds: z.array(z.string()).min(1).max(50),
  days: z.number().int().min(1).max(90),
  code: z.string().trim().min(guestCodeLength.min).max(guestCodeLength.max).optional(),
})

/** A link as owners see it; its secret is shown once, when it is made. */
export const guestLink = z.object({
  id: z.string(),
  label: z.string(),
  side: z.enum(sides),
  role: z.enum(guestRoles),
  hasCode: z.boolean(),
  resources: z.array(z.object({ id: z.string(), title: z.string() })),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullable(),
  /** Who took it; `lastSeenAt` to the minute. */
  guest: z
    .object({ userId: z.string(), name: z.string(), hasAccount: z.boolean(), lastSeenAt: z.string() })
    .nullable(),
})
export type GuestLink = z.infer<typeof guestLink>

const token = z.string().min(1).max(200)
export const previewGuestLink = z.object({ token })

/** `name` is asked of who has no session here; `code` where the link has one. */
export const enterAsGuest = z.object({
  token,
  name: createAccount.shape.name.optional(),
  code: z.string().trim().max(200).optional(),
  locale: createAccount.shape.locale,
})

/** What a link offers, as its bearer sees it before they enter. */
export const guestOffer = z.object({
  projectName: z.string(),
  invitedBy: z.string(),
  side: z.enum(sides),
  role: z.enum(guestRoles),
  /** Empty until an access code was given. */
  resources: z.array(z.string()),
  expiresAt: z.string(),
  needsCode: z.boolean(),
  /** `returning`: it was taken here before; `moving`: it was taken elsewhere, and the code brings it here. */
  state: z.enum(['new', 'returning', 'moving']),
})
export type GuestOffer = z.infer<typeof guestOffer>

/** What turns a guest into an account that keeps what the guest wrote. */
export const claimGuest = createAccount.pick({ email: true, password: true, firm: true })
