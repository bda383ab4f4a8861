import type { Side } from '../../../shared/permissions.ts'
import { isClosed, type Anchor, type Thread } from '../../../shared/review.ts'
import { isNewTo, type LastVisit } from '../../ui/threads/NewMark.tsx'
import type { Outgoing } from '../queue/outgoing.ts'

/** A place to mark, such as a passage: a thread's, or one that a comment is being written on. */
export interface Marked<Pointed extends Anchor> {
  id: string
  anchor: Pointed
  look: Side | 'draft'
  closed: boolean
  /** Something was said in it since the reader was here. */
  fresh: boolean
}

/**
 * What is marked where anchors are drawn: points, points that are on their way, and the place of what is being written.
 * `isDrawn` tells the anchors of the kinds that are drawn there.
 */
export function markedIn<Pointed extends Anchor>(
  isDrawn: (anchor: Anchor) => anchor is Pointed,
  threads: readonly Thread[],
  outgoing: readonly Outgoing[],
  draft: { anchor: Anchor } | null,
  reader: LastVisit | null,
): Marked<Pointed>[] {
  const marked: Marked<Pointed>[] = []
  const known = new Set<string>()
  for (const { id, anchor, author, state, comments } of threads) {
    known.add(id)
    if (!isDrawn(anchor)) continue
    const fresh = isNewTo(reader, comments)
    marked.push({ id, anchor, look: author.side, closed: isClosed(state), fresh })
  }
  for (const { threadId, raises, author } of outgoing) {
    if (!raises || !isDrawn(raises.anchor) || known.has(threadId)) continue
    marked.push({ id: threadId, anchor: raises.anchor, look: author.side, closed: false, fresh: false })
  }
  if (draft && isDrawn(draft.anchor)) {
    marked.push({ id: 'draft', anchor: draft.anchor, look: 'draft', closed: false, fresh: false })
  }
  return marked
}
