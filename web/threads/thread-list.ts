import type { Side } from '../../shared/permissions.ts'
import { isClosed, resourceOf, severities, threadStates, type Thread } from '../../shared/review.ts'
import { isLate } from '../ui/threads/ThreadFacts.tsx'
import type { ThreadsSearch, SortKey } from './threads-search.ts'

/** Who looks, and when: `day` as `2026-11-30`. */
export interface Reader {
  userId: string
  side: Side
  day: string
}

/** What was said in a point, as far as it can be read: drafts of one's own count, withdrawn words do not. */
export const saidIn = (thread: Thread) => thread.comments.filter(({ withdrawnAt }) => !withdrawnAt)

/**
 * The side whose turn it is; null for a closed point. An answered one waits for those who raised it, who settle it.
 * An open one waits for the side that did not have the last word.
 */
export function waitsFor(thread: Thread): Side | null {
  if (isClosed(thread.state)) return null
  if (thread.state === 'answered') return thread.author.side
  const last = saidIn(thread).at(-1)?.author.side ?? thread.author.side
  return last === 'design' ? 'manufacture' : 'design'
}

/** When something was last said or decided in a point, as ISO 8601. */
export const lastAt = (thread: Thread): string =>
  [thread.createdAt, thread.closedAt ?? '', ...thread.comments.map(({ createdAt }) => createdAt)].reduce(
    (one, other) => (other > one ? other : one),
  )

/** The words of a search, each of which must be found. */
export const termsOf = (query: string): string[] => query.toLowerCase().split(/\s+/).filter(Boolean)

function hasWords(point: Thread, terms: string[]): boolean {
  const quote = point.anchor.type === 'project' ? '' : point.anchor.quote
  const texts = [`#${point.number}`, quote, ...saidIn(point).map(({ body }) => body)].map((text) =>
    text.toLowerCase(),
  )
  return terms.every((term) => texts.some((text) => text.includes(term)))
}

const inAWeek = (day: string): string => {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + 7)
  return date.toISOString().slice(0, 10)
}

/** The points that a search in the address asks for. `state` is not looked at where each state has its column. */
export function threadsShown(threads: readonly Thread[], search: ThreadsSearch, reader: Reader): Thread[] {
  const terms = termsOf(search.q ?? '')
  const { severity, kind, category, stage, tooling, side, waiting, assignee, due, document } = search
  const state = search.view === 'board' ? 'all' : (search.state ?? 'pending')
  const week = inAWeek(reader.day)
  const wanted = assignee === 'me' ? reader.userId : assignee
  return threads.filter(
    (thread) =>
      (state === 'all' || (state === 'pending' ? !isClosed(thread.state) : thread.state === state)) &&
      (!severity || thread.severity === severity) &&
      (!kind || thread.kind === kind) &&
      (!category || (thread.category ?? 'none') === category) &&
      (!stage || thread.stage === stage) &&
      (!tooling || thread.tooling === tooling) &&
      (!side || thread.author.side === side) &&
      (!waiting || turnOf(thread, reader) === waiting) &&
      (!wanted || (thread.assignee?.userId ?? 'none') === wanted) &&
      (!document || (resourceOf(thread.anchor) ?? 'project') === document) &&
      (!due ||
        (due === 'none' && !thread.dueOn) ||
        (due === 'late' && isLate(thread, reader.day)) ||
        (due === 'week' && thread.dueOn !== null && thread.dueOn <= week && !isClosed(thread.state))) &&
      (terms.length === 0 || hasWords(thread, terms)),
  )
}

/** Whose turn it is, as the reader sees it. */
export function turnOf(thread: Thread, { side }: Reader): 'us' | 'them' | null {
  const waits = waitsFor(thread)
  return waits && (waits === side ? 'us' : 'them')
}

const keyOf: Record<SortKey, (thread: Thread) => string | number> = {
  number: ({ number }) => number,
  severity: ({ severity }) => severities.indexOf(severity),
  // what has no date, nobody or no category stands last
  due: ({ dueOn }) => dueOn ?? '9999',
  assignee: ({ assignee }) => assignee?.name ?? '\uffff',
  category: ({ category }) => category ?? '\uffff',
  recent: lastAt,
}

/** In the wanted order; equals by number. */
export function sorted(threads: readonly Thread[], key: SortKey, down: boolean): Thread[] {
  const keyed = threads.map((point) => ({ point, key: keyOf[key](point) }))
  const sign = down ? -1 : 1
  return keyed
    .sort((one, other) =>
      one.key === other.key ? one.point.number - other.point.number : one.key < other.key ? -sign : sign,
    )
    .map(({ point }) => point)
}

/** The points by state: the columns of the board. */
export const columnsOf = (threads: readonly Thread[]): Thread[][] =>
  threadStates.map((state) => threads.filter((thread) => thread.state === state))

/**
 * Where a step leads: up or down in the column of `at`, or across to the next column that has points, at the same
 * height or its last one. The first point of all when none was reached yet.
 */
export function pointAfterStep(
  columns: readonly (readonly Thread[])[],
  at: Thread | undefined,
  down: number,
  across: number,
): Thread | undefined {
  const from = columns.findIndex((column) => column.some(({ id }) => id === at?.id))
  if (from < 0) return columns.flat()[0]
  const row = columns[from]!.findIndex(({ id }) => id === at?.id)
  let to = from + across
  while (columns[to]?.length === 0) to += across
  const column = columns[to] ?? columns[from]!
  return column[Math.max(0, Math.min(column.length - 1, row + down))]
}

/** How many points are pending: by the side that raised them, and by whose turn it is. */
export function countPending(points: readonly Thread[], reader: Reader) {
  const counts = { design: 0, manufacture: 0, us: 0, them: 0, late: 0 }
  for (const thread of points) {
    const turn = turnOf(thread, reader)
    if (!turn) continue
    counts[thread.author.side]++
    counts[turn]++
    if (isLate(thread, reader.day)) counts.late++
  }
  return counts
}
