import { showFormatCharacters } from '../../../shared/text/format-characters.ts'
import type { Locale } from '../../../shared/accounts.ts'
import { isBytes, type Task } from '../../conversions/task.ts'
import { textsOf, type RevisionRecord } from '../../../shared/signoff.ts'
import { inFull, type RevisionInFull } from '../../signoff/in-full.ts'
import { provedStatement } from '../../signoff/signed-versions.ts'
import type { StoredRevision } from '../../signoff/revisions.ts'
import { documentMarkdown } from './markdown.ts'
import { escapeMarkdown } from './markdown-text.ts'
import { threadData, signedPlaces, voidWords } from '../print/print-data.ts'
import { signInWords } from '../sign-in-words.ts'
import { fileName } from '../package/revision-files.ts'
import { stampIn, wordingIn } from '../wording.ts'

/** Paths of a record's pictures, seen from a file that lies `up` (such as `../`) from the package's root. */
export function picturePath(files: RevisionRecord['files'], up: string) {
  const names = new Map(files.map((file) => [file.sha256, fileName(file)]))
  return (sha256: unknown): string | null => {
    const name = typeof sha256 === 'string' ? names.get(sha256) : undefined
    return name ? `${up}files/${name}` : null
  }
}

/** Typed words with their line ends, of which each is one to CommonMark too. */
const lines = (text: string): string =>
  text
    .split(/\r\n?|\n/)
    .map(escapeMarkdown)
    .join('\\\n')

/** A revision that is written out, and in which language. */
export interface MarkdownJob {
  revision: Omit<StoredRevision, 'record'>
  locale: Locale
}

export const markdownTask: Task<MarkdownJob, Uint8Array> = {
  name: 'markdown',
  kind: 'long',
  isOutput: isBytes,
}

/** Writes a revision out, in a converter process. */
export const revisionFile = ({ revision, locale }: MarkdownJob): Uint8Array =>
  Buffer.from(revisionMarkdown(inFull(revision), locale))

/** A whole revision as one Markdown text: its facts, documents, points and signatures. */
export function revisionMarkdown(revision: RevisionInFull, locale: Locale): string {
  const t = wordingIn(locale)
  const { record, summary } = revision
  const shownState = summary.state === 'sealing' ? 'signed' : summary.state
  const statements = revision.statements.map(provedStatement)
  const path = picturePath(record.files, '')
  const titles = new Map(textsOf(record).map(({ id, title }) => [id, title]))
  const facts: [string, string][] = [
    [t('owner'), record.putForward.by.firm || '–'],
    [t('date'), stampIn('UTC', record.putForward.at)],
    [t('description'), record.description || '–'],
    [
      t('previous'),
      record.previous ? `${record.previous.revision} ${record.previous.recordSha256}` : t('none'),
    ],
    [t('recordHash'), summary.recordSha256],
  ]
  const parts = [
    `# ${escapeMarkdown(record.project.name)}: ${t('title', { letter: record.revision })}`,
    `**${t(`state.${shownState}`)}**`,
    facts.map(([name, value]) => `- ${name}: ${escapeMarkdown(value)}`).join('\n'),
    ...textsOf(record).flatMap((document) => [
      `# ${escapeMarkdown(document.title)}`,
      documentMarkdown(document.content, path, 1),
    ]),
    `# ${t('points')}`,
    ...(record.threads.length ? record.threads.map(point) : [t('noPoints')]),
    `# ${t('signatures')}`,
    ...signedPlaces(revision, statements).map(signature),
    `${t('proof')}\n\n${t('noQualified')}`,
  ]
  return showFormatCharacters(`${parts.filter(Boolean).join('\n\n')}\n`)

  function point(thread: (typeof record.threads)[number]): string {
    const {
      number,
      state,
      facts: about,
      quote,
      proposed,
      comments,
      closed,
    } = threadData(thread, titles, locale, record.changedQuotes.includes(thread.id))
    return [
      `## \\#${number} ${state}`,
      escapeMarkdown(about),
      quote && `> ${escapeMarkdown(quote)}`,
      proposed && lines(proposed),
      ...comments.map(
        (one) =>
          `**${escapeMarkdown(one.name)}** (${t(`side.${one.side}`)}, ${one.time})${one.body && `:\\\n${lines(one.body)}`}`,
      ),
      escapeMarkdown(closed),
    ]
      .filter(Boolean)
      .join('\n\n')
  }

  function signature({ signer: { side }, statement }: ReturnType<typeof signedPlaces>[number]): string {
    if (!statement) return `## ${t(`side.${side}`)}\n\n${t('notSigned')}`
    const { signer, meaning, zone, time } = statement
    const why = voidWords(summary, statement, t)
    const how = signInWords(statement, statements, t)
    return [
      `## ${t(`side.${side}`)}${why && ` (${why})`}`,
      [
        [t('name'), signer.name],
        [t('firm'), signer.firm || '–'],
        [t('meaningLabel'), [t(`meaning.${meaning}`), how].filter(Boolean).join(' · ')],
        [t('time'), stampIn(zone, time)],
      ]
        .map(([name, value]) => `- ${name}: ${escapeMarkdown(value!)}`)
        .join('\n'),
    ].join('\n\n')
  }
}
