import type { TFunction } from 'i18next'
import type { Locale } from '../../../shared/accounts.ts'
import { saysOnlyItsWords } from '../../../shared/anchors/replacement-text.ts'
import { calloutTones } from '../../../shared/document/callout.ts'
import { placesOf, type RequiredSigner } from '../../../shared/rules/signing-policy.ts'
import { meanings, textsOf, type RevisionRecord } from '../../../shared/signoff.ts'
import type { RevisionInFull } from '../../signoff/in-full.ts'
import { provedStatement, type ReadStatement } from '../../signoff/signed-versions.ts'
import {
  beginningOf,
  commentSpace,
  latest,
  printedLength,
  printedThreads,
  type CommentSpace,
} from './printed-comments.ts'
import { placeOf, proposed, stateOf } from '../threads/thread-rows.ts'
import { mathOfPrint } from './math.ts'
import { printTree } from './print-tree.ts'
import { fileName } from '../package/revision-files.ts'
import { signInWords } from '../sign-in-words.ts'
import { stampIn, wordingIn } from '../wording.ts'

/** A revision as plain data for the print template, in one language. Pictures are named `/files/<file>`. */
export function printData(revision: RevisionInFull, publicKeySha256: string, locale: Locale) {
  const t = wordingIn(locale)
  const { record, summary } = revision
  // What is being sealed is signed: its print is part of the seal.
  const state = summary.state === 'sealing' ? 'signed' : summary.state
  const statements = revision.statements.map(provedStatement)
  const counting = statements.filter((one) => !hasLapsed(summary, one))
  const titles = new Map(textsOf(record).map(({ id, title }) => [id, title]))
  const names = new Map(record.files.map((file) => [file.sha256, fileName(file)]))

  const image = (sha256: unknown) => {
    const name = typeof sha256 === 'string' ? names.get(sha256) : undefined
    return name
      ? {
          path: `/files/${name}`,
          missing: t('imageMissing', { file: name }),
          exceeding: t('imageExceeding', { file: name }),
          differing: t('imageDiffers', { file: name }),
        }
      : { path: null, missing: t('imageGone'), exceeding: t('imageGone'), differing: t('imageGone') }
  }
  const signers = (meaning: string) =>
    counting.filter((one) => one.meaning === meaning).map((one) => one.signer.name)
  const threads = printedThreads(record.threads)
  const space = commentSpace(threads)
  const math = mathOfPrint()

  return {
    lang: locale === 'zh-CN' ? 'zh' : 'en',
    region: locale === 'zh-CN' ? 'cn' : 'gb',
    title: `${record.project.name} · ${t('title', { letter: record.revision })}`,
    authors: statements.map((one) => one.signer.name),
    date: dateParts(record.putForward.at),
    project: record.project.name,
    /** The firm; empty where whoever put it forward named none, as a person is no firm. */
    owner: record.putForward.by.firm,
    letter: record.revision,
    number: summary.recordSha256.slice(0, 16).toUpperCase(),
    /** Of no zone that is recorded, and so in one that is named, as the times of points are. */
    issued: `${record.putForward.at.slice(0, 10)} UTC`,
    description: record.description,
    previous: record.previous
      ? `${record.previous.revision} (${record.previous.recordSha256.slice(0, 16).toUpperCase()})`
      : t('none'),
    state,
    sealed: state === 'withdrawn' ? [] : counting.map((one) => one.signer.side),
    roles: meanings.map((meaning) => ({
      label: t(meaning),
      // Only who signed as such: putting a revision forward says nothing of who drew it.
      names: signers(meaning).join(', '),
    })),
    documents: textsOf(record).map(({ title, kind, content }) => ({
      title,
      // a kind without words of its own is told by its title
      kind: t(`kind.${kind}`, { defaultValue: '' }),
      blocks: printTree(content, { math, image }),
    })),
    pointsTotal: record.threads.length,
    pointsLeftOut:
      threads.length < record.threads.length
        ? t('pointsLeftOut', { total: record.threads.length, printed: threads.length })
        : '',
    points: threads.map((thread) =>
      threadData(thread, titles, locale, record.changedQuotes.includes(thread.id), space),
    ),
    signatures: signedPlaces(revision, statements).map(({ signer: { side }, statement: one }) => {
      return {
        side,
        sideLabel: t(`side.${side}`),
        signed: one !== undefined,
        void: one === undefined ? '' : voidWords(summary, one, t),
        name: one?.signer.name ?? '',
        firm: one?.signer.firm ?? '',
        meaning: one
          ? [t(`meaning.${one.meaning}`), signInWords(one, statements, t)].filter(Boolean).join(' · ')
          : '',
        time: one ? stampIn(one.zone, one.time) : '',
      }
    }),
    recordSha256: summary.recordSha256,
    publicKeySha256,
    labels: {
      title: t('title', { letter: record.revision }),
      state: t(`state.${state}`),
      sheetOf: t('sheetOf', { page: '{page}', pages: '{pages}' }),
      tone: Object.fromEntries(calloutTones.map((tone) => [tone, t(`tone.${tone}`)])),
      owner: t('owner'),
      number: t('number'),
      documentTitle: t('documentTitle'),
      revision: t('revision'),
      date: t('date'),
      sheet: t('sheet'),
      description: t('description'),
      previous: t('previous'),
      contents: t('contents'),
      points: t('points'),
      noPoints: t('noPoints'),
      signatures: t('signatures'),
      notSigned: t('notSigned'),
      name: t('name'),
      firm: t('firm'),
      meaningLabel: t('meaningLabel'),
      time: t('time'),
      recordHash: t('recordHash'),
      keyHash: t('keyHash'),
      proof: t('proof'),
      noQualified: t('noQualified'),
    },
  }
}

export type PrintData = ReturnType<typeof printData>

/** Each signer whom the revision waits for, with what they have signed of these statements, if they have. */
export const signedPlaces = (
  { summary }: Pick<RevisionInFull, 'summary'>,
  statements: readonly ReadStatement[],
): { signer: RequiredSigner; statement: ReadStatement | undefined }[] => {
  const signed = statements.map((statement) => ({ side: statement.signer.side, statement }))
  return placesOf(summary.requiredSigners, signed).map(({ signer, signature }) => ({
    signer,
    statement: signature?.statement,
  }))
}

const hasLapsed = ({ signatures }: RevisionInFull['summary'], { signer }: ReadStatement): boolean =>
  signatures.some(({ userId, side, lapsed }) => lapsed && userId === signer.userId && side === signer.side)

/** Why a signature counts for nothing, as print and Markdown say it beside it; empty while it counts. */
export function voidWords(summary: RevisionInFull['summary'], one: ReadStatement, t: TFunction): string {
  if (summary.state === 'withdrawn') return t('void')
  return hasLapsed(summary, one) ? t('lapsed') : ''
}

/** A point's facts in words, as print and Markdown show them. `space`: how much of its comments; without it, all. */
export function threadData(
  thread: RevisionRecord['threads'][number],
  titles: Map<string, string>,
  locale: Locale,
  isQuoteChanged: boolean,
  space: CommentSpace = { characters: Infinity, perThread: Infinity },
) {
  const t = wordingIn(locale)
  const { anchor } = thread
  const instead = proposed(thread, t)
  const quote = anchor.type === 'project' ? '' : anchor.quote
  const reason = thread.closedReason ?? ''
  const kind =
    thread.kind === 'proposal'
      ? t('proposals:by', { name: thread.author.name })
      : t(`review:kind.${thread.kind}`)
  const short = (words: string) => shortened(words, space.characters, t)
  const shown = latest(thread.comments, space.perThread)
  const leftOut = thread.comments.length - shown.length
  const closed =
    thread.closedBy && thread.closedAt
      ? t('closed', {
          state: stateOf(thread, t),
          name: thread.closedBy.name,
          time: stampIn('UTC', thread.closedAt),
        })
      : ''
  return {
    number: thread.number,
    state: stateOf(thread, t),
    facts: `${t(`review:severity.${thread.severity}`)} · ${kind} · ${t('about')} ${placeOf(thread, titles, t) ?? '–'}${isQuoteChanged ? ` · ${t('quoteChanged')}` : ''}`,
    quote: short(quote),
    proposed: instead === null ? '' : t('proposed', { words: short(instead) }),
    /** What only the record holds whole. */
    isShortened:
      leftOut > 0 ||
      [quote, instead ?? '', reason, ...shown.map(({ body }) => body)].some(
        (words) => short(words) !== words,
      ),
    leftOut: leftOut > 0 ? t('commentsLeftOut', { total: leftOut }) : '',
    comments: shown.map((comment) => ({
      name: comment.author.name,
      side: comment.author.side,
      time: [
        stampIn('UTC', comment.createdAt),
        ...(comment.writtenAt ? [t('written', { time: stampIn('UTC', comment.writtenAt) })] : []),
      ].join(', '),
      /** Empty where it only says again what is proposed. */
      body: comment.withdrawnAt
        ? t('withdrawn')
        : saysOnlyItsWords(thread, comment)
          ? ''
          : short(comment.body),
    })),
    closed: [closed, short(reason)].filter(Boolean).join('. '),
  }
}

/** The words of a comment, or their beginning and where the rest is. */
const shortened = (body: string, most: number, t: TFunction): string =>
  printedLength(body) > most ? `${beginningOf(body, most)}… ${t('commentShortened')}` : body

function dateParts(iso: string) {
  const date = new Date(iso)
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
  }
}
