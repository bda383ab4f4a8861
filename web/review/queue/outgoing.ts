import type { CommentContent } from '../../../shared/comment/content.ts'
import type { Anchor, Author, CreateThread, Severity } from '../../../shared/review.ts'
import type { ThreadValues } from '../../ui/threads/ThreadFields.tsx'

/** Something written here that the server has not confirmed yet. Its id goes along with every try, so it counts once. */
export interface Outgoing {
  id: string
  threadId: string
  /** Its plain text, and its rich form where it has one. */
  body: string
  content: CommentContent | null
  draft: boolean
  author: Author
  createdAt: string
  /** The document on whose page it was written, where that is known. */
  resourceId?: string
  /** Given for the first comment of a new thread. */
  raises?: { anchor: Anchor; severity: Severity } & Partial<Omit<ThreadValues, 'kind'>> &
    Pick<Partial<CreateThread>, 'kind' | 'replacement'>
  /** False when this device could not keep it: it goes with the tab. */
  isKept?: boolean
  /** True once a try failed for a reason that passes: it is tried again by itself. */
  isWaiting?: boolean
  /** Set when the server refused it; it waits for the person. */
  error?: unknown
}
