import { z } from 'zod'
import { sides } from '../../shared/permissions.ts'
import { categories, severities, stages, threadKinds, threadStates, toolings } from '../../shared/review.ts'

const one = <Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values).optional().catch(undefined)
const id = z.string().min(1).max(64).optional().catch(undefined)

export const sortKeys = ['number', 'severity', 'due', 'assignee', 'category', 'recent'] as const

/** What the address of the list of points says: which ones, in which order, and which one is looked at. */
export const threadsSearch = z.object({
  view: one(['table', 'board']),
  /** `pending` (when left out): those that are not closed. */
  state: one(['pending', 'all', ...threadStates]),
  severity: one(severities),
  kind: one(threadKinds),
  category: one(['none', ...categories]),
  stage: one(stages),
  tooling: one(toolings),
  /** The side that raised it. */
  side: one(sides),
  /** Whose turn it is, seen from the reader's side. */
  waiting: one(['us', 'them']),
  /** A member's id, `me` or `none`. */
  assignee: id,
  due: one(['late', 'week', 'none']),
  /** A document's id, or `project` for what was raised on no document. */
  document: id,
  q: z.string().max(200).optional().catch(undefined),
  sort: one(sortKeys),
  down: z.boolean().optional().catch(undefined),
  /** The point that stands open. */
  thread: id,
})
export type ThreadsSearch = z.infer<typeof threadsSearch>
export type SortKey = (typeof sortKeys)[number]
