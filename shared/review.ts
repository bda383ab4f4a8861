import { z } from 'zod'
import { sides } from './permissions.ts'

export const threadKinds = ['comment', 'question', 'problem', 'idea'] as const
export const severities = ['must', 'should', 'note'] as const
export const threadStates = ['open', 'answered', 'settled', 'declined'] as const
export type ThreadState = (typeof threadStates)[number]

/**
 * Where a thread points. A range of text is held by two Yjs relative positions (base64 of their encoded form)
 * in the document's XmlFragment `default`, and by the words it was raised on.
 */
export const anchor = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('text'),
    documentId: z.string(),
    start: z.string().max(400),
    end: z.string().max(400),
    quote: z.string().max(2_000),
    /** What stood just before and behind it, by which the words are known again after a split or an undo. */
    before: z.string().max(64).optional(),
    after: z.string().max(64).optional(),
  }),
  z.object({ type: z.literal('project') }),
])
export type Anchor = z.infer<typeof anchor>

const body = z.string().trim().min(1).max(10_000)

/** `id` is made by the client, so that a request sent twice on a bad network counts once. */
const clientId = z.string().regex(/^[\w-]{22}$/)

export const createThread = z.object({
  id: clientId,
  commentId: clientId,
  anchor,
  kind: z.enum(threadKinds).default('comment'),
  severity: z.enum(severities).default('should'),
  body,
})
export const createComment = z.object({ id: clientId, body })
export const changeThread = z.object({
  state: z.enum(threadStates),
  reason: z.string().trim().max(2_000).optional(),
})

/** Who wrote something, as the server stamped it then. */
export const author = z.object({ userId: z.string(), name: z.string(), side: z.enum(sides) })
export type Author = z.infer<typeof author>

export const comment = z.object({ id: z.string(), author, body: z.string(), createdAt: z.string() })
export type Comment = z.infer<typeof comment>

export const thread = z.object({
  id: z.string(),
  projectId: z.string(),
  /** Counts 1, 2, 3 … within the project: what people say aloud. */
  number: z.number().int(),
  anchor,
  kind: z.enum(threadKinds),
  severity: z.enum(severities),
  state: z.enum(threadStates),
  /** How often it was changed; of two copies, the one with the higher count is the newer. */
  changes: z.number().int(),
  author,
  createdAt: z.string(),
  closedBy: author.nullable(),
  closedAt: z.string().nullable(),
  closedReason: z.string().nullable(),
  comments: z.array(comment),
})
export type Thread = z.infer<typeof thread>
