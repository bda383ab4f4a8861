import { IconMessage2Off } from '@tabler/icons-react'
import { memo, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { isClosed, type Thread } from '../../../shared/review.ts'
import { stateWords } from '../../../shared/rules/thread-state.ts'
import { anchorKind } from '../../ui/kinds/anchor-kinds.ts'
import { withBreaks } from '../../ui/text/broken-runs.ts'
import { KindMark } from '../../ui/threads/KindMark.tsx'
import { Timestamp } from '../../ui/Timestamp.tsx'
import { NewMark } from '../../ui/threads/NewMark.tsx'
import { ThreadFacts } from '../../ui/threads/ThreadFacts.tsx'
import { OutgoingNote } from '../queue/OutgoingNote.tsx'
import { ProposalActions, ProposalBody, saidOnce } from '../proposals/ProposalBody.tsx'
import { CommentOf, CommentView } from './CommentView.tsx'
import { SeverityMark } from '../../ui/threads/SeverityMark.tsx'
import { ThreadActions } from './ThreadActions.tsx'
import type { CardReview } from './card-review.ts'
import classes from './ThreadCard.module.css'
import quote from '../Quote.module.css'

interface ThreadCardProps {
  thread: Thread
  review: CardReview
  /** Where it stands in a list of so many, of which only a part is drawn. */
  index?: number
  count?: number
}

/** One point: what it is about, who said what, and, while it is looked at, what can be done with it. */
export const ThreadCard = memo(function ThreadCard({ thread, review, index, count }: ThreadCardProps) {
  const { t } = useTranslation(['review', 'proposals'])
  const { id, number, anchor, author, severity, state, comments } = thread
  const { reviewer, activate } = review
  const active = review.active === id
  const about = anchorKind(anchor).about(anchor, t)
  const [first, ...replies] = comments
  const waiting = review.sending.outgoing.filter(
    (item) => item.threadId === id && !comments.some((comment) => comment.id === item.id),
  )
  const isWithdrawn = stateWords(thread) === 'proposals:withdrawn'
  const removed = review.ranks.get(id) === null
  return (
    <article
      className={classes.card}
      data-card={id}
      data-active={active}
      data-closed={isClosed(state)}
      data-side={author.side}
      aria-posinset={index === undefined ? undefined : index + 1}
      aria-setsize={count}
      aria-label={thread.draft ? t('draft') : t('number', { number })}
      onClick={(event) => !active && isOnWords(event) && activate(id)}
    >
      <button
        type="button"
        className={classes.opener}
        aria-expanded={active}
        onClick={() => activate(active ? null : id)}
      >
        <span className={classes.meta}>
          <SeverityMark severity={severity} />
          <span className={classes.number}>{thread.draft ? t('draft') : `#${number}`}</span>
          <KindMark kind={thread.kind} />
          <NewMark said={comments} />
          {state !== 'open' && <span className={classes.state}>{t(stateWords(thread))}</span>}
        </span>
        {about !== null && <span className={classes.about}>{about}</span>}
        {anchor.type !== 'project' && anchor.quote && thread.kind !== 'proposal' && (
          <span className={quote.quote} data-side={author.side} data-removed={removed}>
            {withBreaks(anchor.quote)}
          </span>
        )}
        {removed && !thread.accepted && (
          <span className={classes.removed} title={t('removedHint')}>
            <IconMessage2Off size={14} stroke={1.6} aria-hidden />
            {t('removed')}
          </span>
        )}
      </button>
      <ThreadFacts thread={thread} />
      <ProposalBody thread={thread} proposals={review.proposals} />
      {first && (
        <CommentOf
          comment={saidOnce(thread, first)}
          thread={thread}
          reviewer={reviewer}
          activate={activate}
          isActive={active}
        />
      )}
      {!active && replies.length + waiting.length > 0 && (
        <button type="button" className={classes.more} onClick={() => activate(id)}>
          {t('replies', { count: replies.length + waiting.length })}
        </button>
      )}
      {!active && reviewer.canWrite && reviewer.autosave.get('reply', id) && (
        <button type="button" className={classes.more} onClick={() => activate(id)}>
          {t('reply.begun')}
        </button>
      )}
      {active &&
        replies.map((comment) => (
          <CommentOf
            key={comment.id}
            comment={comment}
            thread={thread}
            reviewer={reviewer}
            activate={activate}
            isActive
          />
        ))}
      {active &&
        waiting.map((item) => (
          <CommentView key={item.id} comment={item} projectId={reviewer.projectId} onPoint={activate}>
            <OutgoingNote item={item} sending={review.sending} />
          </CommentView>
        ))}
      {thread.closedBy && !thread.accepted && isClosed(state) && (
        <p className={classes.closed}>
          {t(isWithdrawn ? 'proposals:withdrawnBy' : `closedBy.${state}`, { name: thread.closedBy.name })}
          {thread.closedAt && (
            <>
              {' · '}
              <Timestamp at={thread.closedAt} />
            </>
          )}
          {thread.closedReason && <span className={classes.reason}>{withBreaks(thread.closedReason)}</span>}
        </p>
      )}
      <ProposalActions thread={thread} proposals={review.proposals} />
      {active && <ThreadActions thread={thread} reviewer={reviewer} sending={review.sending} />}
    </article>
  )
})

/**
 * Whether words of the card were pressed: nothing that does something of its own, nor what is drawn elsewhere, such as a
 * picture made large, nor the end of selecting them. Without it a closed card that cuts its words off opens only at its
 * head, where nobody looks for the rest.
 */
function isOnWords({ currentTarget: card, target }: MouseEvent<HTMLElement>): boolean {
  if (!(target instanceof Element) || !card.contains(target)) return false
  const selection = getSelection()
  const selects = selection !== null && !selection.isCollapsed && card.contains(selection.anchorNode)
  return !selects && target.closest('a, button, input, label, img, [contenteditable]') === null
}
