import { formatCharactersAt } from '../../../shared/text/format-characters.ts'
import { plainOf } from '../../../shared/anchors/replacement-text.ts'
import { defaultLimits, type Limits } from '../../../shared/limits.ts'
import type { RevisionRecord } from '../../../shared/signoff.ts'

/** How much of what was said is printed: the record holds all of it. */
export interface CommentSpace {
  /** What a comment's body, a quotation, proposed words or a reason may take, as `printedLength` counts; Infinity when all of them fit. */
  characters: number
  /** The latest comments of a point; Infinity when all of them fit. */
  perThread: number
}

/**
 * Shares the limits of a print among all that is said in a record's points, so that whatever a project may hold can be printed: the
 * longest are shortened first, to one length, and of the points with the most comments the earliest are left out.
 */
export function commentSpace(
  threads: RevisionRecord['threads'],
  {
    printedComments,
    printedCommentCharacters,
  }: Pick<Limits, 'printedComments' | 'printedCommentCharacters'> = defaultLimits,
): CommentSpace {
  const perThread = levelOf(
    threads.map(({ comments }) => comments.length),
    printedComments,
  )
  const printed = threads.flatMap(({ comments }) => latest(comments, perThread))
  const beside = threads.flatMap(({ anchor, replacement, closedReason }) => [
    anchor.type === 'project' ? '' : anchor.quote,
    replacement ? plainOf(replacement) : '',
    closedReason ?? '',
  ])
  const characters = levelOf(
    [...printed.map(({ body }) => body), ...beside].map(printedLength),
    printedCommentCharacters,
  )
  return { characters, perThread }
}

/**
 * The points that a print holds, in their order: all, or of too many those that are not closed yet, and then the latest.
 */
export function printedThreads(
  threads: RevisionRecord['threads'],
  { printedPoints }: Pick<Limits, 'printedPoints'> = defaultLimits,
): RevisionRecord['threads'] {
  if (threads.length <= printedPoints) return threads
  const rank = ({ closedAt }: RevisionRecord['threads'][number]) => (closedAt ? 1 : 0)
  const chosen = threads.toSorted((one, other) => rank(one) - rank(other) || other.number - one.number)
  const printed = new Set(chosen.slice(0, printedPoints))
  return threads.filter((thread) => printed.has(thread))
}

export const latest = <Comment>(comments: Comment[], most: number): Comment[] =>
  comments.length > most ? comments.slice(comments.length - most) : comments

/** A character that nobody sees is printed as a code, which takes the typesetter as long as so many others. */
const lengthOfCode = 70

/** What a text takes to print, in UTF-16 units of usual writing. */
export const printedLength = (text: string): number =>
  text.length + formatCharactersAt(text).length * lengthOfCode

/** The beginning of a text, of at most so much `printedLength`; no character is cut in two. */
export function beginningOf(text: string, most: number): string {
  let end = most
  for (const { index } of formatCharactersAt(text)) {
    if (index >= end) break
    end = Math.max(index, end - lengthOfCode)
  }
  if (text.length <= end) return text
  const last = text.charCodeAt(end - 1)
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? end - 1 : end)
}

/** The largest whole number to which all sizes can be cut so that together they stay within `most`. */
function levelOf(sizes: number[], most: number): number {
  const ascending = sizes.toSorted((a, b) => a - b)
  let left = most
  for (const [index, size] of ascending.entries()) {
    const share = Math.floor(left / (ascending.length - index))
    if (size > share) return share
    left -= size
  }
  return Infinity
}
