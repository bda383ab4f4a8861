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

/** Published by number, then drafts, which have none, as they were begun. */
export const threadOrder: SQL[] = [sql`${threads.number}`, sql`${threads.createdAt}`, sql`${threads.id}`]

/** Drafts of comments as they were begun: the first of a thread that is a draft too is what it begins with. */
export const draftOrder: SQL[] = [sql`${comments.createdAt}`, sql`${comments.id}`]

/** Threads with the comments of each: published in their places, then drafts, which have none. */
export const inOrder: SQL[] = [...threadOrder, sql`${comments.position}`, ...draftOrder]
