import type { Thread } from '../../../shared/review.ts'

/**
 * Of each thread the copy with the most changes, by number, own drafts last. What everybody is told knows nothing of
 * own drafts: they are kept from the other copy.
 */
export function newestOf(some: readonly Thread[], more: readonly Thread[]): Thread[] {
  const byId = new Map(some.map((thread) => [thread.id, thread]))
  for (const thread of more) {
    const known = byId.get(thread.id)
    const isNewer = !known || known.changes < thread.changes || (known.draft && !thread.draft)
    if (isNewer) byId.set(thread.id, known ? withDraftsOf(known, thread) : thread)
  }
  return inOrder([...byId.values()])
}

/**
 * What was read, with what was told meanwhile. Of own drafts what was read knows best: one that it does not have was
 * discarded, perhaps in another tab.
 */
export const newestOfRead = (read: readonly Thread[], before: readonly Thread[] = []): Thread[] =>
  newestOf(
    read,
    before.filter(({ draft }) => !draft),
  )

/**
 * The threads with those that the server told to me, own drafts and all. Drafts count as no change, so nothing tells which
 * of two replies knows of more of them: each adds to what is known.
 */
export function withTold(some: readonly Thread[], told: readonly Thread[]): Thread[] {
  const byId = new Map(some.map((thread) => [thread.id, thread]))
  for (const thread of told) {
    const known = byId.get(thread.id) ?? thread
    const [older, newer] = known.changes > thread.changes ? [thread, known] : [known, thread]
    byId.set(thread.id, withDraftsOf(older, newer))
  }
  return inOrder([...byId.values()])
}

function withDraftsOf(known: Thread, thread: Thread): Thread {
  const drafts = known.comments.filter(
    ({ id, draft }) => draft && !thread.comments.some((comment) => comment.id === id),
  )
  return drafts.length > 0 ? { ...thread, comments: [...thread.comments, ...drafts] } : thread
}

const inOrder = (threads: Thread[]): Thread[] =>
  threads.sort((one, other) => Number(one.draft) - Number(other.draft) || one.number - other.number)
