import { createHash } from 'node:crypto'
import { zipSync, type Zippable } from 'fflate'
import type { TFunction } from 'i18next'
import type { Member, Project } from '../../../shared/projects.ts'
import {
  categories,
  severities,
  stages,
  threadKinds,
  threadStates,
  toolings,
  type Comment,
  type Thread,
} from '../../../shared/review.ts'
import { minute, placeOf, proposed, reasonOf, said, stateOf, type Titled } from './thread-rows.ts'
import { printable } from './threads-sheet.ts'

/** The time of every entry: the same points give the same bytes. ZIP cannot say a zone. */
const mtime = new Date(1980, 0, 1)

/**
 * A project's points as BCF 3.0 (buildingSMART, BCF-XML): a topic a point, with its comments. People stand by name, as their addresses are nobody's business.
 */
export function threadsBcf(
  given: {
    project: Project
    points: readonly Thread[]
    resources: readonly Titled[]
    members: readonly Member[]
  },
  t: TFunction,
): Uint8Array {
  const { project, points, resources, members } = given
  const titles = new Map(resources.map(({ id, title }) => [id, title]))
  const files: Record<string, string> = {
    'bcf.version': tag('Version', { VersionId: '3.0' }),
    'project.bcfp': tag(
      'ProjectInfo',
      {},
      tag('Project', { ProjectId: guidOf(project.id) }, tag('Name', {}, text(project.name))),
    ),
    'extensions.xml': tag(
      'Extensions',
      {},
      list(
        'TopicTypes',
        'TopicType',
        threadKinds.map((kind) => t(`review:kind.${kind}`)),
      ) +
        list('TopicStatuses', 'TopicStatus', [
          ...threadStates.map((state) => t(`review:state.${state}`)),
          t('proposals:accepted'),
          t('proposals:withdrawn'),
        ]) +
        list(
          'Priorities',
          'Priority',
          severities.map((severity) => t(`review:severity.${severity}`)),
        ) +
        list('TopicLabels', 'TopicLabel', [
          ...categories.map((category) => t(`review:category.${category}`)),
          ...toolings.map((tooling) => t(`review:tooling.${tooling}`)),
        ]) +
        list('Users', 'User', namesOf(points, members)) +
        list('SnippetTypes', 'SnippetType', []) +
        list('Stages', 'Stage', stages),
    ),
  }
  for (const thread of points) {
    files[`${guidOf(thread.id)}/markup.bcf`] = tag('Markup', {}, topic(thread, placeOf(thread, titles, t), t))
  }
  const zippable: Zippable = Object.fromEntries(
    Object.entries(files).map(([name, xml]) => [
      name,
      [Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${xml}\n`), { mtime }],
    ]),
  )
  return zipSync(zippable)
}

/** The elements of a topic in the order that the schema asks for. */
function topic(thread: Thread, place: string | null, t: TFunction): string {
  const { anchor, comments, category, tooling, stage, author, assignee, dueOn } = thread
  const entries = [...comments.map((comment) => entryOf(comment, t)), ...closingOf(thread, t)]
  const last = lastActOn(thread)
  const words = comments[0] ? reasonOf(thread, comments[0], t) : ''
  const quote = anchor.type === 'project' ? '' : anchor.quote
  const instead = proposed(thread, t)
  const title = `#${thread.number} ${(words || instead || quote).replace(/\s+/g, ' ')}`.slice(0, 120)
  return tag(
    'Topic',
    {
      Guid: guidOf(thread.id),
      ServerAssignedId: String(thread.number),
      TopicType: t(`review:kind.${thread.kind}`),
      TopicStatus: stateOf(thread, t),
    },
    tag('Title', {}, text(title)) +
      tag('Priority', {}, text(t(`review:severity.${thread.severity}`))) +
      list('Labels', 'Label', [
        ...(category ? [t(`review:category.${category}`)] : []),
        ...(tooling ? [t(`review:tooling.${tooling}`)] : []),
      ]) +
      tag('CreationDate', {}, thread.createdAt) +
      tag('CreationAuthor', {}, text(author.name)) +
      (last.date > thread.createdAt
        ? tag('ModifiedDate', {}, last.date) + tag('ModifiedAuthor', {}, text(last.author))
        : '') +
      (dueOn ? tag('DueDate', {}, `${dueOn}T00:00:00Z`) : '') +
      (assignee ? tag('AssignedTo', {}, text(assignee.name)) : '') +
      (stage ? tag('Stage', {}, text(stage)) : '') +
      tag(
        'Description',
        {},
        text(
          [place, quote && `“${quote}”`, instead && t('proposed', { words: instead }), words]
            .filter(Boolean)
            .join('\n'),
        ),
      ) +
      tag('Comments', {}, entries.map(commentOf).join('')),
  )
}

/**
 * The latest that is known to have been done with a point, and by whom: raised, said, edited, withdrawn, settled,
 * declined or accepted.
 */
function lastActOn({ author, createdAt, comments, closedBy, closedAt }: Thread) {
  const acts = [{ date: createdAt, author: author.name }]
  for (const comment of comments) {
    for (const date of [comment.createdAt, comment.editedAt, comment.withdrawnAt]) {
      if (date) acts.push({ date, author: comment.author.name })
    }
  }
  if (closedBy && closedAt) acts.push({ date: closedAt, author: closedBy.name })
  // Times are all of one form; of two at one moment, the later in the list is the later.
  return acts.reduce((last, act) => (act.date >= last.date ? act : last))
}

interface Entry {
  id: string
  date: string
  author: string
  words: string
  editedAt: string | null
}

/** A comment as BCF has it, which knows one time: what was written offline before says so in its words. */
function entryOf(comment: Comment, t: TFunction): Entry {
  const { id, createdAt, writtenAt, editedAt, author } = comment
  const written = writtenAt ? `\n(${t('written', { time: `${minute(writtenAt)} UTC` })})` : ''
  return { id, date: createdAt, author: author.name, words: said(comment, t) + written, editedAt }
}

/** Why a point was settled or declined: BCF has no place for it, so it is said by who closed it. */
function closingOf(thread: Thread, t: TFunction): Entry[] {
  const { id, closedBy, closedAt, closedReason: reason } = thread
  if (!closedBy || !closedAt || !reason) return []
  const words = t('point.closedFor', { state: stateOf(thread, t), reason })
  return [{ id: `${id} closed ${closedAt}`, date: closedAt, author: closedBy.name, words, editedAt: null }]
}

const commentOf = ({ id, date, author, words, editedAt }: Entry): string =>
  tag(
    'Comment',
    { Guid: guidOf(id) },
    tag('Date', {}, date) +
      tag('Author', {}, text(author)) +
      tag('Comment', {}, text(words)) +
      (editedAt ? tag('ModifiedDate', {}, editedAt) + tag('ModifiedAuthor', {}, text(author)) : ''),
  )

const namesOf = (threads: readonly Thread[], members: readonly Member[]): string[] => [
  ...new Set([
    ...members.map(({ name }) => name),
    ...threads.flatMap(({ author, comments, closedBy }) => [
      author.name,
      ...(closedBy ? [closedBy.name] : []),
      ...comments.map((comment) => comment.author.name),
    ]),
  ]),
]

/** The same GUID for the same id, whenever it is written: our ids are 128 bits, as GUIDs are. */
export function guidOf(id: string): string {
  const bytes = Buffer.from(id, 'base64url')
  const hex = (
    bytes.length === 16 ? bytes : createHash('sha256').update(id).digest().subarray(0, 16)
  ).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

const list = (name: string, item: string, values: readonly string[]): string =>
  tag(name, {}, values.map((value) => tag(item, {}, text(value))).join(''))

const tag = (name: string, attributes: Record<string, string>, inner = ''): string => {
  const given = Object.entries(attributes).map(([key, value]) => ` ${key}="${text(value)}"`)
  return `<${name}${given.join('')}>${inner}</${name}>`
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const text = (words: string): string => printable(words).replace(/[&<>"]/g, (sign) => entities[sign]!)
