import { z } from 'zod'
import { sides } from './permissions.ts'

/** What people do in a project, each a line of its trail: what it concerns, a dot, what was done. */
export const trailActions = [
  'project.created',
  'project.changed',
  'member.joined',
  'member.changed',
  'member.removed',
  'member.left',
  'invite.made',
  'invite.revoked',
  'guest.link_made',
  'guest.link_revoked',
  'guest.entered',
  'guest.claimed',
  'document.created',
  'document.renamed',
  'document.removed',
  'history.folded',
  'version.kept',
  'version.restored',
  'file.added',
  'thread.raised',
  'thread.changed',
  'comment.added',
  'comment.edited',
  'comment.withdrawn',
  'review.published',
  'proposal.accepted',
  'revision.put_forward',
  'revision.signed',
  'revision.withdrawn',
  'revision.exported',
  'package.exported',
  'points.exported',
  'webhook.added',
  'webhook.removed',
] as const
export type TrailAction = (typeof trailActions)[number]

/**
 * Who did it, as they were called then; `side` is null for somebody without a membership in the project. `token`: the id of
 * their token by which it was done; left out where they were there themselves.
 */
const actor = z.object({
  userId: z.string(),
  name: z.string(),
  side: z.enum(sides).nullable(),
  token: z.string().optional(),
})
export type TrailActor = z.infer<typeof actor>

const id = z.string()

/** What it was done to, with as much as a sentence needs. A link's label and its secret are not told to members. */
const subject = z.object({
  project: z.object({ name: z.string() }).optional(),
  person: z.object({ userId: id, name: z.string() }).optional(),
  invite: z.object({ id }).optional(),
  guestLink: z.object({ id }).optional(),
  document: z.object({ id, title: z.string().optional() }).optional(),
  version: z.object({ id, number: z.number().int(), name: z.string() }).optional(),
  file: z.object({ sha256: z.string(), name: z.string() }).optional(),
  thread: z.object({ id, number: z.number().int() }).optional(),
  /** Of an act that did the same to more than one point: all of them, in place of `thread`. */
  threads: z.array(z.object({ id, number: z.number().int() })).optional(),
  comment: z.object({ id }).optional(),
  review: z.object({ id }).optional(),
  revision: z.object({ id, letter: z.string() }).optional(),
  webhook: z.object({ id, kind: z.string(), host: z.string() }).optional(),
})
export type TrailSubject = z.infer<typeof subject>

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
export type TrailValue = z.infer<typeof value>
const changed = z.object({ from: value, to: value })

/**
 * What is known of it besides: a value, or what it was and what it became. What somebody wrote is here only as its
 * SHA-256; that of a comment, `wordsSha256`, is over the canonical JSON of its `body` and `content`.
 */
const details = z.record(z.string(), z.union([value, changed]))
export type TrailDetails = z.infer<typeof details>

/** SHA-256 in 64 hex digits. */
const sha256 = z.string()

/** Stands for the hash before the first entry. */
export const trailStart = '0'.repeat(64)

/**
 * One thing that somebody did. `hash` is the SHA-256 of the canonical JSON (RFC 8785) of all the rest, which names
 * the hash of the entry before: whoever knows a hash knows that everything up to it is as it was.
 */
export const trailEntry = z.object({
  projectId: id,
  /** Counts 1, 2, 3 … within the project, without a gap. */
  seq: z.number().int(),
  /** When the server wrote it: ISO 8601 in UTC. */
  at: z.string(),
  actor,
  action: z.enum(trailActions),
  subject,
  details,
  previous: sha256,
  hash: sha256,
})
export type TrailEntry = z.infer<typeof trailEntry>

/** How long a chain is, and the hash of its last entry. */
export const trailHead = z.object({ entries: z.number().int(), hash: sha256 })
export type TrailHead = z.infer<typeof trailHead>

/** How many entries a page has when nothing else is asked for, and the most that it may have. */
export const trailPage = { usual: 50, most: 200 }

export const trailList = z.object({ entries: z.array(trailEntry), head: trailHead })

/** What recomputing the chain found: `brokenAt` is the first entry that does not follow, null when all do. */
export const trailCheck = z.object({ head: trailHead, brokenAt: z.number().int().nullable() })
export type TrailCheck = z.infer<typeof trailCheck>
