import { sha256Hex, canonicalJson } from '../../../server/trail/canonical.ts'
import type { Thread } from '../../../shared/review.ts'
import type { TrailEntry } from '../../../shared/trail.ts'

/** What may change of a point besides its comments. */
const fields = ['kind', 'severity', 'category', 'tooling', 'stage', 'dueOn', 'state'] as const
type Field = (typeof fields)[number]

/** A point as far as the trail tells it: what people said is there as its SHA-256. */
export interface ThreadState extends Record<Field, unknown> {
  accepted: boolean
  assigneeId: unknown
  replacementSha256: unknown
  /** By the comments' ids: the SHA-256 of their words. */
  comments: Record<string, unknown>
}

const wordsOf = (body: string, content: unknown) => sha256Hex(canonicalJson({ body, content }))

/** Titles and points after the first `position` entries of a trail, each change of which is an entry. */
export function stateAfter(entries: TrailEntry[], position: number) {
  const threads: Record<string, ThreadState> = {}
  const titles: Record<string, unknown> = {}
  for (const { seq, action, subject, details } of entries) {
    if (seq > position) break
    const thread = threads[subject.thread?.id ?? '']
    const to = (name: string) => (details[name] as { to: unknown }).to
    if (action === 'document.created') titles[subject.document!.id] = subject.document!.title
    if (action === 'document.renamed') titles[subject.document!.id] = to('title')
    if (action === 'thread.raised') {
      threads[subject.thread!.id] = {
        ...(Object.fromEntries(fields.map((name) => [name, details[name] ?? null])) as Record<
          Field,
          unknown
        >),
        state: 'open',
        accepted: false,
        assigneeId: details.assigneeId ?? null,
        replacementSha256: details.replacementSha256 ?? null,
        comments: { [subject.comment!.id]: details.wordsSha256 },
      }
    }
    if (action === 'comment.added') thread!.comments[subject.comment!.id] = details.wordsSha256
    if (action === 'comment.edited') thread!.comments[subject.comment!.id] = to('wordsSha256')
    if (action === 'comment.withdrawn') thread!.comments[subject.comment!.id] = wordsOf('', null)
    if (action === 'proposal.accepted') Object.assign(thread!, { state: 'settled', accepted: true })
    if (action === 'thread.changed') {
      for (const { id } of subject.threads ?? [subject.thread!]) {
        const changed = threads[id]!
        for (const name of [...fields, 'assigneeId'] as const) if (name in details) changed[name] = to(name)
      }
    }
  }
  return { points: threads, titles }
}

/** The same of a signed record's points. */
export const threadsOf = (threads: Thread[]): Record<string, ThreadState> =>
  Object.fromEntries(
    threads.map(({ id, accepted, assignee, replacement, comments, ...point }) => [
      id,
      {
        ...(Object.fromEntries(fields.map((name) => [name, point[name]])) as Record<Field, unknown>),
        accepted,
        assigneeId: assignee?.userId ?? null,
        replacementSha256: replacement && sha256Hex(canonicalJson(replacement)),
        comments: Object.fromEntries(comments.map((one) => [one.id, wordsOf(one.body, one.content)])),
      },
    ]),
  )
