import { and, eq, inArray } from 'drizzle-orm'
import { plainTextOf, type CommentContent } from '../../shared/comment/content.ts'
import { commentSchema } from '../../shared/comment/schema.ts'
import type { Thread } from '../../shared/review.ts'
import type { Queries } from '../db/database.ts'
import { threads } from './tables.ts'
import type { Viewer } from './visibility.ts'

interface JsonNode {
  type?: unknown
  attrs?: { threadId?: unknown }
  content?: JsonNode[]
}

/** What stands in place of a link to a point that is not open to the reader. */
const closedLink = { type: 'text', text: '#…' }

/** A comment's words, whether or not it is stored with content. */
type Words = { body: string; content: CommentContent | null }

/** True when a comment of the thread links to a point. */
export const linksThreads = ({ comments }: Thread): boolean =>
  comments.some(({ content }) => content !== null && linkedIn(content).length > 0)

/** The ids of the points that content links to. */
function linkedIn(node: JsonNode): string[] {
  if (node.type === 'pointLink') return [String(node.attrs?.threadId)]
  return node.content?.flatMap(linkedIn) ?? []
}

/**
 * Takes links to points that a guest may not open, with their numbers, out of comments; a member's eyes get them as
 * they are.
 */
export async function withoutClosedThreads<CommentView extends Words>(
  db: Queries,
  said: readonly CommentView[],
  { resources }: Pick<Viewer, 'resources'>,
): Promise<CommentView[]> {
  const linked = new Set(said.flatMap(({ content }) => (content ? linkedIn(content) : [])))
  if (resources === null || linked.size === 0) return [...said]
  const open = await openThreads(db, [...linked], resources)
  return said.map((one) => ({ ...one, ...cut(one, (threadId) => open.has(threadId)) }))
}

/** The words as somebody reads them to whom no other point is open: what a guest's notice quotes. */
export const withoutPointLinks = (said: Words): Words => cut(said, () => false)

/** Which of these points, published ones, are in these documents. */
export async function openThreads(
  db: Queries,
  threadIds: string[],
  resources: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .select({ id: threads.id })
    .from(threads)
    .where(
      and(
        inArray(threads.id, threadIds),
        inArray(threads.resourceId, [...resources]),
        eq(threads.draft, false),
      ),
    )
  return new Set(rows.map(({ id }) => id))
}

function cut({ body, content }: Words, isOpen: (threadId: string) => boolean): Words {
  if (!content || linkedIn(content).every(isOpen)) return { body, content }
  const kept = withoutLinks(content, isOpen) as CommentContent
  return { body: plainTextOf(commentSchema.nodeFromJSON(kept)), content: kept }
}

function withoutLinks(node: JsonNode, isOpen: (threadId: string) => boolean): JsonNode {
  if (node.type === 'pointLink') return isOpen(String(node.attrs?.threadId)) ? node : closedLink
  if (!node.content) return node
  return { ...node, content: node.content.map((child) => withoutLinks(child, isOpen)) }
}
