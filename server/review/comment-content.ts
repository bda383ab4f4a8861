import { and, eq, inArray } from 'drizzle-orm'
import type { Node } from '@tiptap/pm/model'
import {
  contentOfText,
  namesIn,
  plainTextOf,
  readContent,
  type CommentContent,
  type CommentNames,
} from '../../shared/comment/content.ts'
import { commentSchema } from '../../shared/comment/schema.ts'
import { heaviestRunOf } from '../../shared/document/text-runs.ts'
import { Refusal } from '../../shared/errors.ts'
import type { Limits } from '../../shared/limits.ts'
import { sees } from '../../shared/permissions.ts'
import type { Queries } from '../db/database.ts'
import { listPeople } from '../guests/people.ts'
import { shownFiles } from '../guests/tables.ts'
import { threads } from './tables.ts'

/** What somebody wrote: plain text, or rich content from which the plain text follows. */
export interface Written {
  body?: string
  content?: CommentContent
}

/** The words of a comment as they are stored. */
export interface CommentWords {
  body: string
  content: CommentContent | null
}

/** Who writes: what is open to them, and of the pictures that they name those that they may read, with their names. */
export interface Writer {
  /** Null for a member, to whom all is open. */
  resources: readonly string[] | null
  pictures: ReadonlyMap<string, string>
}

/** A comment that is of its schema and within the limits, with what it names, of which nothing was looked up yet. */
export type ReadComment =
  | { body: string; doc: null; names: Pick<CommentNames, 'userIds' | 'sha256s'> }
  | { doc: Node; names: CommentNames }

/**
 * Holds a comment against its schema and the limits, before anything that it names is looked up: what is too long costs
 * nobody a question.
 * @throws Refusal `comment_too_long`, `comment_too_large`, `text_run_too_long`, `comment_invalid`, `comment_empty`
 */
export function readWritten(
  { body, content }: Written,
  { commentCharacters: limit, commentBytes, runCharacters }: Limits,
): ReadComment {
  if (!content) {
    const words = body ?? ''
    if (words === '') throw new Refusal('comment_empty')
    if (words.length > limit) throw new Refusal('comment_too_long', { limit })
    refuseLongRuns(words, runCharacters)
    return { body: words, doc: null, names: { userIds: [], sha256s: [] } }
  }
  const doc = readContent(content)
  if (!doc) throw new Refusal('comment_invalid')
  // every block and reference counts as well, or a comment of a million empty lines would be short
  if (doc.content.size > limit * 2 || doc.textContent.length > limit) {
    throw new Refusal('comment_too_long', { limit })
  }
  // what was sent along with names and numbers is not kept, and counts for nothing
  refuseLarge(withNames(doc, new Map(), new Map(), new Map()).toJSON(), commentBytes)
  return { doc, names: namesIn(doc) }
}

/**
 * Holds what a comment names against its place, a document or the whole project (null): whom it mentions must see the
 * place, and points it links to and pictures it shows must be open to its writer. Names, numbers and file names are the
 * server's, whatever was sent.
 * @throws Refusal `comment_too_large`, `text_run_too_long`, `comment_empty`, `mention_unknown`, `point_unknown`,
 * `picture_unknown`
 */
export async function checkNamed(
  db: Queries,
  place: { projectId: string; resourceId: string | null },
  read: ReadComment,
  { commentBytes, runCharacters }: Limits,
  writer: Writer,
): Promise<CommentWords> {
  if (!read.doc) return { body: read.body, content: null }
  const stamped = await stamp(db, place, read, writer)
  const said = plainTextOf(stamped)
  if (said === '') throw new Refusal('comment_empty')
  // over marks, and over the names of whom it mentions
  refuseLongRuns(said, runCharacters)
  const kept = stamped.toJSON() as CommentContent
  // links and names count here only
  refuseLarge(kept, commentBytes)
  return { body: said, content: sameAsPlain(stamped, said) ? null : kept }
}

function refuseLarge(kept: object, limit: number): void {
  if (Buffer.byteLength(JSON.stringify(kept)) > limit) {
    throw new Refusal('comment_too_large', { limit: Math.floor(limit / 1_024) })
  }
}

/** Everybody's browser lays it out: a run without a break opportunity would hold it up. */
function refuseLongRuns(said: string, limit: number): void {
  if (heaviestRunOf(said) > limit) throw new Refusal('text_run_too_long', { limit })
}

/** Content without any mark, list or reference is kept as the plain text it is. */
const sameAsPlain = (doc: Node, said: string): boolean =>
  commentSchema.nodeFromJSON(contentOfText(said)).eq(doc)

async function stamp(
  db: Queries,
  { projectId, resourceId }: { projectId: string; resourceId: string | null },
  { doc, names: { userIds, threadIds, sha256s } }: Extract<ReadComment, { doc: Node }>,
  { resources, pictures }: Writer,
): Promise<Node> {
  const names = new Map(
    userIds.length === 0
      ? []
      : (await listPeople(db, projectId, userIds))
          .filter((person) => sees(person, resourceId))
          .map(({ userId, name }) => [userId, name]),
  )
  const numbers = new Map(
    threadIds.length === 0
      ? []
      : (
          await db
            .select({ id: threads.id, number: threads.number })
            .from(threads)
            .where(
              and(
                eq(threads.projectId, projectId),
                inArray(threads.id, threadIds),
                eq(threads.draft, false),
                resources ? inArray(threads.resourceId, [...resources]) : undefined,
              ),
            )
        ).map(({ id, number }) => [id, number!]),
  )
  if (userIds.some((id) => !names.has(id))) throw new Refusal('mention_unknown')
  if (threadIds.some((id) => !numbers.has(id))) throw new Refusal('point_unknown')
  if (sha256s.some((sha256) => !pictures.has(sha256))) throw new Refusal('picture_unknown')
  if (resources !== null && resourceId !== null) await keepShown(db, resourceId, sha256s)
  return withNames(doc, names, numbers, pictures)
}

/** What a guest was let show in a document may be read there by its other guests. */
async function keepShown(db: Queries, resourceId: string, sha256s: string[]): Promise<void> {
  if (sha256s.length === 0) return
  await db
    .insert(shownFiles)
    .values(sha256s.map((sha256) => ({ resourceId, sha256 })))
    .onConflictDoNothing()
}

function withNames(
  node: Node,
  names: Map<string, string>,
  numbers: Map<string, number>,
  pictures: ReadonlyMap<string, string>,
): Node {
  const { mention, pointLink, imageFile } = commentSchema.nodes
  const { attrs } = node
  if (node.type === mention) {
    const userId = String(attrs.userId)
    return mention.create({ userId, label: names.get(userId) }, null, plainMarks(node))
  }
  if (node.type === pointLink) {
    const threadId = String(attrs.threadId)
    return pointLink.create({ threadId, number: numbers.get(threadId) }, null, plainMarks(node))
  }
  if (node.type === imageFile) {
    const sha256 = String(attrs.sha256)
    return imageFile.create({ sha256, alt: pictures.get(sha256), width: null })
  }
  if (node.isText) return node.mark(plainMarks(node))
  const children: Node[] = []
  node.forEach((child) => children.push(withNames(child, names, numbers, pictures)))
  return node.type.create(null, children)
}

/** A link keeps its address and nothing else that was sent with it. */
const plainMarks = ({ marks }: Node) =>
  marks.map((mark) =>
    mark.type.name === 'link' ? mark.type.create({ href: mark.attrs.href }) : mark.type.create(),
  )
