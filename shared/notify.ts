import { z } from 'zod'
import { locales } from './accounts.ts'
import { author, severities } from './review.ts'

export const noticeKinds = [
  'mention',
  'assigned',
  'raised',
  'reply',
  'answered',
  'settled',
  'declined',
  'reopened',
  'accepted',
  'review',
  'revision',
  'signed',
  'withdrawn',
] as const
export type NoticeKind = (typeof noticeKinds)[number]

/** What somebody else did that concerns the reader. */
export const notice = z.object({
  id: z.string(),
  kind: z.enum(noticeKinds),
  actor: author,
  projectId: z.string(),
  projectName: z.string(),
  resourceId: z.string().nullable(),
  resourceKind: z.string().nullable(),
  resourceTitle: z.string().nullable(),
  threadId: z.string().nullable(),
  /** The point's number, or null when it is not about one point. */
  number: z.number().int().nullable(),
  severity: z.enum(severities).nullable(),
  revisionId: z.string().nullable(),
  /** The revision's letter. */
  letter: z.string().nullable(),
  /** True when that revision is not any more what its proofs say: it is not to be taken for signed. */
  revisionBroken: z.boolean(),
  /** The first words of what was said. */
  excerpt: z.string(),
  createdAt: z.string(),
  readAt: z.string().nullable(),
})
export type Notice = z.infer<typeof notice>

/** How many notices one page of them holds. */
export const noticePage = 30

export const noticeList = z.object({
  notices: z.array(notice),
  /** Given as `before` for the next page; null at the end. */
  next: z.string().nullable(),
})

export const unreadCounts = z.object({
  total: z.number().int(),
  resources: z.array(z.object({ resourceId: z.string(), unread: z.number().int() })),
})
export type UnreadCounts = z.infer<typeof unreadCounts>

/** Which of the own notices are read from now on; `{}` is all of them. */
export const markRead = z.object({
  noticeId: z.string().max(64).optional(),
  threadId: z.string().max(64).optional(),
})

/** `since`: what is newer is new to the reader; null on the first visit, when everything is. */
export const visit = z.object({ since: z.string().nullable() })

/** `immediate`: at once when named or when a point must be settled, the rest gathered; `digest`: all gathered. */
export const mailChoices = ['immediate', 'digest', 'off'] as const
export const mailPreference = z.object({ mail: z.enum(mailChoices) })
export type MailChoice = (typeof mailChoices)[number]

export const unsubscribeToken = z.object({ token: z.string().min(1).max(64) })

export const webhookKinds = ['wecom', 'dingtalk', 'feishu', 'json'] as const
export type WebhookKind = (typeof webhookKinds)[number]

/** JSON is always signed; a robot checks what it is sent in the way that its maker chose. */
export const needsSecret = (kind: WebhookKind): boolean => kind === 'json'

export const createWebhook = z
  .object({
    kind: z.enum(webhookKinds),
    url: z.string().trim().max(2_000),
    /** DingTalk's and Feishu's signing secret, or the key of the HMAC; WeCom's address is its own secret. */
    secret: z.string().trim().max(200).default(''),
  })
  .refine(({ kind, secret }) => secret !== '' || !needsSecret(kind), { path: ['secret'] })

export const webhook = z.object({
  id: z.string(),
  kind: z.enum(webhookKinds),
  /** Where to, without what is secret in the address. */
  host: z.string(),
  signed: z.boolean(),
  locale: z.enum(locales),
  createdAt: z.string(),
})
export type Webhook = z.infer<typeof webhook>

/** What a webhook of kind `json` is sent: something that happened in its project, and where it is looked at. */
export const webhookMessage = z.object({
  what: z.enum([...noticeKinds, 'test']),
  /** Who did it, as they were called then. */
  actor: z.string(),
  /** The project's name. */
  project: z.string(),
  projectId: z.string(),
  /** The title of the resource that it is about; null for the project as a whole. */
  document: z.string().nullable(),
  documentId: z.string().nullable(),
  threadId: z.string().nullable(),
  commentId: z.string().nullable(),
  /** The point's number. */
  number: z.number().int().nullable(),
  /** The revision's letter. */
  letter: z.string().nullable(),
  revisionId: z.string().nullable().optional(),
  /** Told of a revision: true when it is not any more what its proofs say, and not to be taken for signed. */
  revisionBroken: z.boolean().optional(),
  /** The first words of what was said; of a review its decision. */
  excerpt: z.string(),
  at: z.string(),
  link: z.string(),
})
export type WebhookMessage = z.infer<typeof webhookMessage>

/** Why a receiver did not get it: an address that we do not send to, no answer, or a no. */
export const deliveryProblems = ['closed', 'unreachable', 'timeout', 'refused'] as const
export type DeliveryProblem = (typeof deliveryProblems)[number]

export const delivery = z.object({
  id: z.string(),
  what: z.enum([...noticeKinds, 'test']),
  attempt: z.number().int(),
  /** The receiver's HTTP status; null when there was no answer. */
  status: z.number().int().nullable(),
  /** Null when the receiver took it. */
  problem: z.enum(deliveryProblems).nullable(),
  at: z.string(),
})
export type Delivery = z.infer<typeof delivery>
