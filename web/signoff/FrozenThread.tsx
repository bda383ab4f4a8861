import { useTranslation } from 'react-i18next'
import { plainOf, saysOnlyItsWords } from '../../shared/anchors/replacement-text.ts'
import { stateWords } from '../../shared/rules/thread-state.ts'
import { resourceOf, type Comment, type Thread } from '../../shared/review.ts'
import { useFormats } from '../ui/language/formats.ts'
import { SideTag } from '../ui/people/SideTag.tsx'
import { withBreaks } from '../ui/text/broken-runs.ts'
import { Timestamp } from '../ui/Timestamp.tsx'
import classes from './FrozenContent.module.css'

interface FrozenThreadProps {
  thread: Thread
  /** The names of the revision's resources, by id. */
  titles: ReadonlyMap<string, string>
  /** The text does not have its quotation any more. */
  isQuoteChanged: boolean
}

/** A point as a revision holds it, told as its print tells it: what it is, what is proposed in place of what, what was said, who closed it. */
export function FrozenThread({ thread, titles, isQuoteChanged }: FrozenThreadProps) {
  const { t } = useTranslation('signoff')
  const { number, kind, severity, author, anchor, replacement, comments } = thread
  const resourceId = resourceOf(anchor)
  const place = resourceId === null ? t('export:wholeProject') : titles.get(resourceId)
  const quote = anchor.type === 'project' ? '' : anchor.quote
  const words = [
    t(`review:severity.${severity}`),
    kind === 'proposal' ? t('proposals:by', { name: author.name }) : t(`review:kind.${kind}`),
    place && `${t('export:about')} ${place}`,
  ]
  return (
    // what is signed is what was written, and no translator's words
    <article className={classes.point} translate="no">
      <h3>
        #{number} {t(stateWords(thread))}
        <span className={classes.facts}> · {words.filter(Boolean).join(' · ')}</span>
      </h3>
      {quote && <blockquote>{withBreaks(quote)}</blockquote>}
      {isQuoteChanged && <p className={classes.kind}>{t('quoteChanged')}</p>}
      {replacement && (
        <p className={classes.said}>
          {withBreaks(t('export:proposed', { words: plainOf(replacement) || t('export:point.deletes') }))}
        </p>
      )}
      {comments.map((comment) => (
        <FrozenComment key={comment.id} comment={comment} isWordless={saysOnlyItsWords(thread, comment)} />
      ))}
      <Closing thread={thread} />
    </article>
  )
}

function FrozenComment({ comment, isWordless }: { comment: Comment; isWordless: boolean }) {
  const { t } = useTranslation('signoff')
  const { author, createdAt, withdrawnAt, body } = comment
  return (
    <div className={classes.comment}>
      <strong>{author.name}</strong> <SideTag side={author.side} />{' '}
      <span className={classes.kind}>
        <Timestamp at={createdAt} exact />
      </span>
      {!isWordless && <p className={classes.said}>{withdrawnAt ? t('withdrawn') : withBreaks(body)}</p>}
    </div>
  )
}

/** Who settled, declined, accepted or withdrew it, when and why; nothing while it is pending. */
function Closing({ thread }: { thread: Thread }) {
  const { t } = useTranslation('signoff')
  const formats = useFormats()
  const { closedBy, closedAt, closedReason } = thread
  const closed =
    closedBy && closedAt
      ? t('export:closed', {
          state: t(stateWords(thread)),
          name: closedBy.name,
          time: formats.moment(closedAt),
        })
      : ''
  if (!closed && !closedReason) return null
  return (
    <p className={classes.said}>
      <span className={classes.kind}>{closed}</span>
      {closed && closedReason && <br />}
      {closedReason && withBreaks(closedReason)}
    </p>
  )
}
