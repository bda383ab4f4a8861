import { z } from 'zod'
import { severities, threadStates } from './review.ts'

/** Words that must all be found, in one text each; two characters of Chinese are a word. */
export const searchRequest = z.object({ q: z.string().trim().min(1).max(200) })

/** Where something was found: the found words as they stand there, and a little of what is around them. */
export const snippet = z.object({ before: z.string(), match: z.string(), after: z.string() })
export type Snippet = z.infer<typeof snippet>

export const resourceFind = z.object({
  resourceId: z.string(),
  /** The name of the resource's kind. */
  kind: z.string(),
  title: z.string(),
  snippet,
})
export type ResourceFind = z.infer<typeof resourceFind>

export const pointFind = z.object({
  threadId: z.string(),
  /** 0: an own draft, which has none yet. */
  number: z.number().int(),
  /** Null for a point on the project itself. */
  resourceId: z.string().nullable(),
  /** The name of the resource's kind. */
  resourceKind: z.string().nullable(),
  severity: z.enum(severities),
  state: z.enum(threadStates),
  snippet,
})
export type PointFind = z.infer<typeof pointFind>

/** The newest points first. `more`: there are more points than these. */
export const finds = z.object({
  resources: z.array(resourceFind),
  points: z.array(pointFind),
  more: z.boolean(),
})
export type Finds = z.infer<typeof finds>
