import { eq, or, sql, type SQL } from 'drizzle-orm'
import type { Scope } from '../http/route.ts'
import { comments, threads } from './tables.ts'

/** Whose eyes something is for: whose drafts are among it, and to which documents a guest's view is bounded. */
export type Viewer = Pick<Scope, 'userId' | 'resources'>

/** A draft is for its author's eyes alone; without a viewer, for nobody's (events, exports, records, counts). */
export const threadShownTo = (viewerId?: string): SQL =>
  viewerId === undefined
    ? eq(threads.draft, false)
    : or(eq(threads.draft, false), eq(threads.authorId, viewerId))!

export const commentShownTo = (viewerId?: string): SQL =>
  viewerId === undefined
    ? eq(comments.draft, false)
    : or(eq(comments.draft, false), eq(comments.authorId, viewerId))!

/** Published by number, then drafts as they were begun; their numbers are negative until then. */
export const threadOrder: SQL[] = [sql`${threads.draft}`, sql`abs(${threads.number})`]

/** The same with the comments of each in their places, drafts last; those are negative until then, too. */
export const inOrder: SQL[] = [...threadOrder, sql`${comments.draft}`, sql`abs(${comments.position})`]
