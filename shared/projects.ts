import { z } from 'zod'
import { locales } from './accounts.ts'
import { phases, roles, sides } from './permissions.ts'
import { plainLine } from './text/plain-text.ts'

const name = plainLine(120).min(1)

export const createProject = z.object({ name, side: z.enum(sides).default('design') })
export const createSample = z.object({ locale: z.enum(locales) })
export const changeProject = z.object({ name: name.optional(), phase: z.enum(phases).optional() })
export const changeMember = z.object({ role: z.enum(roles).optional(), side: z.enum(sides).optional() })
export const createInvite = z.object({
  side: z.enum(sides),
  role: z.enum(roles),
  days: z.number().int().min(1).max(90).optional(),
})
export const inviteToken = z.object({ token: z.string().min(1).max(200) })

export const projectSummary = z.object({
  id: z.string(),
  name: z.string(),
  phase: z.enum(phases),
  side: z.enum(sides),
  role: z.enum(roles),
  members: z.number().int(),
  documents: z.number().int(),
  openThreads: z.number().int(),
  updatedAt: z.string(),
})
export type ProjectSummary = z.infer<typeof projectSummary>

export const member = z.object({
  userId: z.string(),
  name: z.string(),
  firm: z.string(),
  /** Null for a guest's eyes. */
  email: z.string().nullable(),
  side: z.enum(sides),
  role: z.enum(roles),
  joinedAt: z.string(),
})
export type Member = z.infer<typeof member>

/** Somebody who can be named in a project: a member, or a guest, who sees no more than some of its documents. */
export const person = member.pick({ userId: true, name: true, side: true }).extend({
  /** Null for a member, who sees all. */
  resources: z.array(z.string()).nullable(),
})
export type Person = z.infer<typeof person>

/** What the asking member is in a project; buttons are drawn from it with `can`. */
export const membership = z.object({
  userId: z.string(),
  side: z.enum(sides),
  role: z.enum(roles),
  phase: z.enum(phases),
  /** Until when a guest link opens some of the documents; null for a member. */
  guestUntil: z.string().nullable(),
})
export type Membership = z.infer<typeof membership>

export const project = z.object({
  id: z.string(),
  name: z.string(),
  phase: z.enum(phases),
  createdAt: z.string(),
})
export type Project = z.infer<typeof project>

/** What can be opened in a project, as whatever lists or links it needs it. */
export const resourceSummary = z.object({ id: z.string(), kind: z.string(), title: z.string() })
export type ResourceSummary = z.infer<typeof resourceSummary>

/** An invitation as its makers see it; the secret is shown once, when it is made. */
export const invite = z.object({
  id: z.string(),
  side: z.enum(sides),
  role: z.enum(roles),
  createdBy: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  usedBy: z.string().nullable(),
})
export type Invite = z.infer<typeof invite>

/** What the bearer of an invitation sees before accepting it. */
export const inviteOffer = z.object({
  projectId: z.string(),
  projectName: z.string(),
  side: z.enum(sides),
  role: z.enum(roles),
  invitedBy: z.string(),
  expiresAt: z.string(),
})
export type InviteOffer = z.infer<typeof inviteOffer>
