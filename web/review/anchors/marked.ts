import { isClosed, isInText, type Anchor, type Thread } from '../../../shared/review.ts'
import { isNewTo, type NewsReader } from '../../ui/NewMark.tsx'
import type { Marked } from './highlights.ts'
import type { Outgoing } from '../queue/outgoing.ts'

/** What is marked in the text: points, points that are on their way, and the passage of what is being written. */
export function markedIn(
  threads: readonly Thread[],
  outgoing: readonly Outgoing[],
  draft: { anchor: Anchor } | null,
  reader: NewsReader | null,
): Marked[] {
  const marked: Marked[] = []
  const known = new Set<string>()
  for (const { id, anchor, author, state, comments } of threads) {
    known.add(id)
    if (!isInText(anchor)) continue
    const fresh = isNewTo(reader, comments)
    marked.push({ id, anchor, look: author.side, closed: isClosed(state), fresh })
  }
  for (const { threadId, raises, author } of outgoing) {
    if (!raises || !isInText(raises.anchor) || known.has(threadId)) continue
    marked.push({ id: threadId, anchor: raises.anchor, look: author.side, closed: false, fresh: false })
  }
  if (draft && isInText(draft.anchor)) {
    marked.push({ id: 'draft', anchor: draft.anchor, look: 'draft', closed: false, fresh: false })
  }
  return marked
}
