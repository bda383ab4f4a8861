import { linkOptions, type LinkProps } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import type { ResourceSummary } from '../../shared/projects.ts'
import type { TrailEntry, TrailValue } from '../../shared/trail.ts'
import { linkToResource } from '../ui/kinds/resource-kinds.ts'

/** What can be opened, by id: what lies in anything else has no place any more. */
export type Resources = ReadonlyMap<string, ResourceSummary>

/** What somebody did, as one sentence. A change of a point's state is said by what it became. */
export function sentenceOf({ action, actor, subject, details }: TrailEntry, t: TFunction): string {
  const [thing, done] = action.split('.') as [string, string]
  const state = action === 'thread.changed' && typeof details.state === 'object' && details.state?.to
  const { project, person, document, version, file, thread, threads, revision, webhook } = subject
  const { decision, format } = details
  return t(`trail:what.${threads ? 'threads' : thing}.${state ? String(state) : done}`, {
    name: actor.name,
    project: project?.name,
    person: person?.name,
    document: document?.title,
    version: version?.name,
    number: thread?.number ?? version?.number,
    numbers: threads && numbersOf(threads),
    size: threads?.length,
    file: file?.name,
    letter: revision?.letter,
    host: webhook?.host,
    decision: typeof decision === 'string' ? t(`review:decision.${decision}`) : '',
    format: typeof format === 'string' ? (formats[format] ?? format) : '',
  })
}

/** So many points of an entry are named one by one; the download has all. */
const namedThreads = 20

const numbersOf = (threads: readonly { number: number }[]): string =>
  threads
    .slice(0, namedThreads)
    .map(({ number }) => `#${number}`)
    .join(', ') + (threads.length > namedThreads ? ' …' : '')

const formats: Record<string, string> = { pdf: 'PDF', md: 'Markdown', csv: 'CSV', xlsx: 'Excel', bcf: 'BCF' }

/** What the sentence leaves out and a reader wants to know; the rest, such as hashes, is for the download. */
export function factsOf(
  entry: TrailEntry,
  resources: Resources,
  t: TFunction,
  formatDate: (day: string) => string,
): string[] {
  const { action, subject, details } = entry
  const say = (field: string, value: TrailValue): string => {
    if (value === null || value === '') return t('trail:none')
    return field === 'dueOn' ? formatDate(String(value)) : wordOf(field, String(value), t)
  }
  const facts = shownFields.flatMap((field) => {
    const value = details[field]
    if (value === undefined || value === null || isSaid(field, entry)) return []
    const named = { field: t(`trail:field.${field}`) }
    return typeof value === 'object'
      ? [t('trail:change', { ...named, from: say(field, value.from), to: say(field, value.to) })]
      : [t('trail:fact', { ...named, value: say(field, value) })]
  })
  if (action === 'guest.link_revoked' && subject.person) {
    facts.unshift(t('trail:fact', { field: t('trail:field.person'), value: subject.person.name }))
  }
  const title = subject.document && !subject.document.title && resources.get(subject.document.id)?.title
  if (title) facts.unshift(t('trail:fact', { field: t('trail:field.document'), value: title }))
  return facts
}

/** A document's kind goes without saying, and so does the side of whoever acts, which stands beside the name. */
const isSaid = (field: (typeof shownFields)[number], { action, actor, details }: TrailEntry): boolean =>
  (field === 'kind' && !action.startsWith('thread.')) ||
  (field === 'side' && action.startsWith('member.') && details.side === actor.side)

const shownFields = [
  'name',
  'title',
  'phase',
  'side',
  'role',
  'kind',
  'severity',
  'category',
  'tooling',
  'stage',
  'assignee',
  'dueOn',
  'meaning',
] as const

function wordOf(field: string, value: string, t: TFunction): string {
  switch (field) {
    case 'phase':
      return t(`trail:phase.${value}`)
    case 'side':
      return t(`ui:side.${value}`)
    case 'role':
      return t(`ui:role.${value}`)
    case 'kind':
      return t(`review:kind.${value}`)
    case 'severity':
      return t(`review:severity.${value}`)
    case 'category':
      return t(`review:category.${value}`)
    case 'tooling':
      return t(`review:tooling.${value}`)
    case 'meaning':
      return t(`signoff:meaningShort.${value}`)
    default:
      return value
  }
}

/** Where an entry leads: to the point in its text, to the version, the document or the revision; else nowhere. */
export function placeOf({ projectId, subject }: TrailEntry, resources: Resources): LinkProps | null {
  const { document, thread, threads, version, revision } = subject
  if (revision) {
    const search = { revision: revision.id }
    return linkOptions({ to: '/projects/$projectId/sign', params: { projectId }, search })
  }
  if (document) {
    const resource = resources.get(document.id)
    if (!resource) return null
    if (thread || !version)
      return linkToResource(resource.kind, resource.id, thread ? { thread: thread.id } : {})
    const search = { pane: 'versions' as const, version: version.id }
    return linkOptions({ to: '/documents/$documentId', params: { documentId: resource.id }, search })
  }
  if (!thread && !threads) return null
  return linkOptions({
    to: '/projects/$projectId/points',
    params: { projectId },
    search: thread ? { thread: thread.id } : {},
  })
}
