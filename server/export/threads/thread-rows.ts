import type { TFunction } from 'i18next'
import { plainOf, saysOnlyItsWords } from '../../../shared/anchors/replacement-text.ts'
import { stateWords } from '../../../shared/rules/thread-state.ts'
import { resourceOf, type Comment, type Thread } from '../../../shared/review.ts'

/** A value of a table: words, a number, a day or a moment (both as Date), or nothing. */
export type Cell = string | number | Date | null

export interface Column {
  label: string
  /** Characters wide, in a sheet. */
  width: number
  /** How a date in it is written. */
  date?: 'day' | 'moment'
}

/** A resource by its name. */
export interface Titled {
  id: string
  title: string
}

/** A project's points as a table in one language: a row a point, in the order of their numbers. Times are UTC. */
export function threadRows(
  threads: readonly Thread[],
  resources: readonly Titled[],
  t: TFunction,
): { columns: Column[]; rows: Cell[][] } {
  const titles = new Map(resources.map(({ id, title }) => [id, title]))
  const columns: Column[] = [
    { label: t('point.number'), width: 6 },
    { label: t('point.state'), width: 11 },
    { label: t('point.severity'), width: 9 },
    { label: t('point.kind'), width: 11 },
    { label: t('point.category'), width: 20 },
    { label: t('point.tooling'), width: 12 },
    { label: t('point.stage'), width: 7 },
    { label: t('point.document'), width: 24 },
    { label: t('point.passage'), width: 30 },
    { label: t('point.replacement'), width: 30 },
    { label: t('point.words'), width: 50 },
    { label: t('point.author'), width: 16 },
    { label: t('point.side'), width: 12 },
    { label: t('point.createdAt'), width: 17, date: 'moment' },
    { label: t('point.writtenAt'), width: 17, date: 'moment' },
    { label: t('point.assignee'), width: 16 },
    { label: t('point.dueOn'), width: 12, date: 'day' },
    { label: t('point.replies'), width: 60 },
    { label: t('point.closedBy'), width: 16 },
    { label: t('point.closedAt'), width: 17, date: 'moment' },
    { label: t('point.reason'), width: 30 },
  ]
  const rows = threads.map((thread): Cell[] => {
    const [first, ...replies] = thread.comments
    return [
      thread.number,
      stateOf(thread, t),
      t(`review:severity.${thread.severity}`),
      t(`review:kind.${thread.kind}`),
      thread.category && t(`review:category.${thread.category}`),
      thread.tooling && t(`review:tooling.${thread.tooling}`),
      thread.stage,
      placeOf(thread, titles, t),
      thread.anchor.type === 'project' ? null : thread.anchor.quote,
      proposed(thread, t),
      first ? reasonOf(thread, first, t) || null : null,
      thread.author.name,
      t(`side.${thread.author.side}`),
      new Date(thread.createdAt),
      first?.writtenAt ? new Date(first.writtenAt) : null,
      thread.assignee?.name ?? null,
      thread.dueOn ? new Date(`${thread.dueOn}T00:00:00Z`) : null,
      replies.map((reply) => `${reply.author.name}, ${moments(reply, t)}: ${said(reply, t)}`).join('\n') ||
        null,
      thread.closedBy?.name ?? null,
      thread.closedAt ? new Date(thread.closedAt) : null,
      thread.closedReason,
    ]
  })
  return { columns, rows }
}

/** What a point is about: its resource's title, or the project. */
export function placeOf(
  { anchor }: Thread,
  titles: ReadonlyMap<string, string>,
  t: TFunction,
): string | null {
  const resourceId = resourceOf(anchor)
  return resourceId === null ? t('wholeProject') : (titles.get(resourceId) ?? null)
}

/** What a proposal puts in place of its passage; null for a point that is none. */
export const proposed = ({ replacement }: Thread, t: TFunction): string | null =>
  replacement ? plainOf(replacement) || t('point.deletes') : null

/** How a point stands, in the words of its card. */
export const stateOf = (thread: Pick<Thread, 'kind' | 'state' | 'accepted'>, t: TFunction): string =>
  t(stateWords(thread))

/** A point's first comment; nothing where a proposal came without a reason, as that only says its words again. */
export const reasonOf = (thread: Thread, first: Comment, t: TFunction): string =>
  saysOnlyItsWords(thread, first) ? '' : said(first, t)

/** When a comment was said, and when it was written, if that was earlier on a device that was offline. */
const moments = ({ createdAt, writtenAt }: Comment, t: TFunction): string =>
  writtenAt ? `${minute(createdAt)}, ${t('written', { time: minute(writtenAt) })}` : minute(createdAt)

/** A comment's words; of a withdrawn one, that it was withdrawn. */
export const said = (comment: Comment, t: TFunction): string =>
  comment.withdrawnAt ? t('point.withdrawn') : comment.body

/** A moment as `2026-11-24 06:10`, UTC. */
export const minute = (iso: string): string => iso.slice(0, 16).replace('T', ' ')
