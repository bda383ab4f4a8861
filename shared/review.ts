import { z } from 'zod'
import { sides } from './permissions.ts'
import { isStorable } from './text/storable.ts'

/** What a point can be raised as, and changed to. */
export const plainKinds = ['comment', 'question', 'problem', 'idea'] as const
export type PlainKind = (typeof plainKinds)[number]
export const threadKinds = [...plainKinds, 'proposal'] as const
export type ThreadKind = (typeof threadKinds)[number]
export const severities = ['must', 'should', 'note'] as const
export type Severity = (typeof severities)[number]

/** What a point is about, as moulders and die casters sort design-for-manufacture remarks. */
export const categories = [
  'wall',
  'draft',
  'undercut',
  'gate',
  'partingLine',
  'weldLine',
  'warpage',
  'tolerance',
  'finish',
  'material',
  'assembly',
  'cost',
  'other',
] as const
export type Category = (typeof categories)[number]

/** What a point asks of the tool: steel was left for it, or steel that stands must be cut or welded. */
export const toolings = ['steelSafe', 'steelCut'] as const
export type Tooling = (typeof toolings)[number]
/** The gate of a tool's way into production that a point belongs to: before steel, and the trial shots. */
export const stages = ['DFM', 'T0', 'T1', 'T2'] as const
export type Stage = (typeof stages)[number]

/** What a reviewer says of a document when publishing a review. */
export const decisions = ['good', 'comments', 'changes'] as const
export type Decision = (typeof decisions)[number]

export const threadStates = ['open', 'answered', 'settled', 'declined'] as const
export type ThreadState = (typeof threadStates)[number]
/** The states of a point that is pending: it waits for somebody. Wherever points are counted, these are. */
export const pendingStates = ['open', 'answered'] as const satisfies readonly ThreadState[]
const pending: ReadonlySet<ThreadState> = new Set(pendingStates)
export const isPending = (state: ThreadState): boolean => pending.has(state)
export const isClosed = (state: ThreadState): boolean => !pending.has(state)

/** Text of at most so many characters that can be kept as it is. */
const words = (atMost: number) => z.string().max(atMost).refine(isStorable)

/**
 * How many other places of the document said the same when a point was raised: all of them, those with one of its
 * sides (`before`, `after`), those with both. What was there already is never taken for the anchored place.
 */
const others = z.object({
  same: z.number().int().min(0),
  beside: z.number().int().min(0),
  within: z.number().int().min(0),
})
export type Others = z.infer<typeof others>

/** A range of text, held by two Yjs relative positions (base64) in the document's XmlFragment `default`, and by its words. */
export const textAnchor = z.object({
  type: z.literal('text'),
  documentId: words(64),
  start: words(400),
  end: words(400),
  quote: words(2_000),
  /** What stood just before and behind it, by which the words are known again after a split or an undo. */
  before: words(64).optional(),
  after: words(64).optional(),
  others: others.optional(),
})

/** A block, a cell or a picture of a document. */
export const nodeAnchor = z.object({
  type: z.literal('node'),
  documentId: words(64),
  /** Yjs relative position (base64) of the block's, the cell's or the picture's own element. */
  node: words(400),
  nodeType: z.enum(['block', 'cell', 'image']),
  quote: words(2_000),
  before: words(64).optional(),
  after: words(64).optional(),
  /** Of a picture: which. */
  sha256: words(64).optional(),
  others: others.optional(),
})

/** What a place is told by: flat, so that it is bounded before anybody knows what it means. */
const placeValue = z.union([words(400), z.number(), z.boolean(), z.null(), z.array(z.number())])
/** The most that a place may take as JSON (characters). */
const placeCharacters = 4_000
const place = z
  .record(words(32), placeValue)
  .refine((value) => JSON.stringify(value).length <= placeCharacters)

/** A place in a resource of any other kind: what stands in `place` only that kind knows, and checks. */
export const placeAnchor = z.object({
  type: z.literal('place'),
  resourceId: words(64),
  /** The name of the resource's kind. */
  kind: words(32),
  place,
  /** The place in words, as its kind described it when the point was raised. */
  quote: words(2_000),
})

/** The project as a whole. */
export const projectAnchor = z.object({ type: z.literal('project') })

/** Where a thread points. */
export const anchor = z.discriminatedUnion('type', [textAnchor, nodeAnchor, placeAnchor, projectAnchor])
export type Anchor = z.infer<typeof anchor>
/** One that points into a resource. */
export type ResourceAnchor = Exclude<Anchor, { type: 'project' }>

/** True for one that points into a document's text. */
export const isInText = (pointer: Anchor): pointer is Extract<Anchor, { type: 'text' | 'node' }> =>
  pointer.type === 'text' || pointer.type === 'node'

/** The resource that an anchor points into; null for the project. */
export function resourceOf(pointer: Anchor): string | null {
  if (pointer.type === 'project') return null
  return pointer.type === 'place' ? pointer.resourceId : pointer.documentId
}

/** A rich comment: JSON of the comment schema (`shared/comment/schema.ts`); `body` is its plain text. */
const content = z.looseObject({ type: z.literal('doc') }).refine(isStorable)

/** What somebody writes: plain text, or rich content from which the server takes the plain text. */
const written = z.object({
  body: z.string().trim().min(1).refine(isStorable).optional(),
  content: content.optional(),
})

/** How it is sent: `draft` keeps it to its author until a review; `writtenAt` tells of a device that was offline. */
const sent = written.extend({
  draft: z.boolean().default(false),
  writtenAt: z.iso.datetime().optional(),
})

/** A day as `2026-11-30`, between 2000 and 2100. */
const day = z.iso.date().refine((value) => value >= '2000-01-01' && value <= '2100-12-31')

/**
 * What is to stand in place of a passage: nodes of the document schema, inline ones or whole paragraphs. Empty when
 * the passage is to go.
 */
const replacement = z
  .array(z.looseObject({ type: z.string() }))
  .max(2_000)
  .refine(isStorable)
export type Replacement = z.infer<typeof replacement>
/** The most that a replacement may take as JSON: about ten pages. */
export const replacementBytes = 65_536

/** `id` is made by the client, so that a request sent twice on a bad network counts once. */
const clientId = z.string().regex(/^[\w-]{22}$/)

/** What is known of a point besides its words. `assigneeId` is a member's; null takes a value away. */
const threadFields = z.object({
  severity: z.enum(severities),
  category: z.enum(categories).nullable(),
  tooling: z.enum(toolings).nullable(),
  stage: z.enum(stages).nullable(),
  assigneeId: z.string().min(1).max(64).nullable(),
  dueOn: day.nullable(),
})

/** `attempt` names one press of the button, so that whose reply was lost can ask again and no other tab is told the same. */
export const acceptance = z.object({ changes: z.number().int().min(0), attempt: clientId.optional() })

export const createThread = threadFields.partial().extend({
  id: clientId,
  commentId: clientId,
  anchor,
  kind: z.enum(threadKinds).default('comment'),
  severity: z.enum(severities).default('should'),
  ...sent.shape,
  /** Given for a proposal, and only for one. */
  replacement: replacement.optional(),
})
export type CreateThread = z.infer<typeof createThread>
export const createComment = sent.extend({ id: clientId })
export const editComment = written
/** `resourceId`: the drafts of one resource and of the whole project; without it all own drafts of the project. */
/** So many points are asked for by their ids at a time. */
export const askedAtOnce = 50

/** How long the summary of a review may be. */
export const summaryCharacters = 10_000
export const createReview = z.object({
  id: clientId,
  resourceId: z.string().min(1).max(64).optional(),
  decision: z.enum(decisions),
  summary: z.string().trim().max(summaryCharacters).refine(isStorable).default(''),
})
/** The longest reason for closing a point, in characters. */
export const reasonCharacters = 2_000

/** What is left out stays as it is. A point does not become a proposal, nor a proposal another kind. */
export const changeThread = threadFields.partial().extend({
  state: z.enum(threadStates).optional(),
  reason: z.string().trim().max(reasonCharacters).refine(isStorable).optional(),
  kind: z.enum(plainKinds).optional(),
})
export type ThreadChange = z.infer<typeof changeThread>
/** The same change to many points: to all of them, or, when one is refused, to none. */
export const changeThreads = z.object({
  threadIds: z.array(z.string().min(1).max(64)).min(1).max(500),
  change: changeThread,
})

/** Who wrote something, as the server stamped it then. */
export const author = z.object({ userId: z.string(), name: z.string(), side: z.enum(sides) })
export type Author = z.infer<typeof author>

export const comment = z.object({
  id: z.string(),
  author,
  body: z.string(),
  /** Null for a comment that is plain text, and for a withdrawn one. */
  content: content.nullable(),
  draft: z.boolean(),
  createdAt: z.string(),
  /** When it was written on a device that was offline then; null when it was sent at once. */
  writtenAt: z.string().nullable(),
  editedAt: z.string().nullable(),
  withdrawnAt: z.string().nullable(),
})
export type Comment = z.infer<typeof comment>

/** What was sent so soon after it was written was sent at once, as people tell time (ms). */
const atOnceMs = 60_000

/**
 * When a comment was written and when it was sent, each null where only the other is told: what others do not see yet, a
 * draft or what the server has not confirmed (`writtenAt` is absent then), was not sent, and what was sent at once was
 * written then.
 */
export function timesOf(said: Pick<Comment, 'createdAt' | 'draft'> & { writtenAt?: string | null }): {
  written: string | null
  sent: string | null
} {
  const { createdAt, writtenAt, draft } = said
  if (draft || writtenAt === undefined) return { written: writtenAt ?? createdAt, sent: null }
  const isAtOnce = writtenAt !== null && Date.parse(createdAt) - Date.parse(writtenAt) < atOnceMs
  return { written: isAtOnce ? null : writtenAt, sent: createdAt }
}

export const thread = z.object({
  id: z.string(),
  projectId: z.string(),
  /** Counts 1, 2, 3 … within the project: what people say aloud. 0: a draft, which has none yet. */
  number: z.number().int(),
  anchor,
  kind: z.enum(threadKinds),
  severity: z.enum(severities),
  category: z.enum(categories).nullable(),
  tooling: z.enum(toolings).nullable(),
  stage: z.enum(stages).nullable(),
  assignee: author.nullable(),
  dueOn: day.nullable(),
  state: z.enum(threadStates),
  /** Seen by its author alone until a review publishes it. */
  draft: z.boolean(),
  /** For a proposal: what is to stand in place of the anchored text, as nodes of the document schema. */
  replacement: replacement.nullable(),
  /** A proposal that an editor accepted: `closedBy` is who, and the state is `settled`. */
  accepted: z.boolean(),
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

/** What a comment said before an edit; `at` is when it was edited. */
export const commentEdit = z.object({
  id: z.string(),
  body: z.string(),
  content: content.nullable(),
  at: z.string(),
})
export type CommentEdit = z.infer<typeof commentEdit>

/** What a reviewer published together, with a decision. */
export const review = z.object({
  id: z.string(),
  projectId: z.string(),
  /** Null: of the whole project. */
  resourceId: z.string().nullable(),
  decision: z.enum(decisions),
  summary: z.string(),
  author,
  createdAt: z.string(),
  /** How many comments came with it. */
  comments: z.number().int(),
})
export type PublishedReview = z.infer<typeof review>
