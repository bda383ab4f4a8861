import { ActionIcon, Button, SegmentedControl, Tooltip } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isClosed, resourceOf, type Anchor, type Thread } from '../../../shared/review.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { Keys } from '../../ui/Keys.tsx'
import { Loading } from '../../ui/Loading.tsx'
import { Composer } from '../composer/Composer.tsx'
import { OutgoingThread } from './OutgoingThread.tsx'
import { ProposalComposer } from '../proposals/ProposalComposer.tsx'
import { ProposalToggle } from '../proposals/ProposalToggle.tsx'
import { PublishBar } from '../publishing/PublishBar.tsx'
import { Reviews } from '../publishing/Reviews.tsx'
import { ThreadCard } from './ThreadCard.tsx'
import { reviewsQuery } from '../publishing/reviews-query.ts'
import { listed, type Filter } from './thread-list.ts'
import { useCardList } from './use-card-list.ts'
import { useFocusOnSent } from './use-focus-on-sent.ts'
import { raiseKeys, type Review } from '../use-review.ts'
import classes from './ThreadPanel.module.css'

/** The points of a document in the order of their places, with the comment that is being written above them. */
export function ThreadPanel({ review }: { review: Review }) {
  const { t } = useTranslation('review')
  const [filter, setFilter] = useState<Filter>('open')
  const { threads, ranks, active, draft, documentId } = review
  const proposed = review.proposals.draft
  const isHere = (anchor: Anchor) => [null, documentId].includes(resourceOf(anchor))
  // scrolling draws the panel anew with each frame, and thousands of points are not sorted for each
  const { isUnwritten } = review.proposals
  const isPending = useCallback(
    // an accepted proposal whose former words stand waits for somebody too
    (thread: Thread) => !isClosed(thread.state) || isUnwritten(thread),
    [isUnwritten],
  )
  const shown = useMemo(
    () => listed(threads, ranks, filter, active, isPending),
    [threads, ranks, filter, active, isPending],
  )
  const open = useMemo(() => threads.filter(isPending).length, [threads, isPending])
  const raised = review.outgoing.filter(
    ({ raises, threadId }) => raises && isHere(raises.anchor) && !threads.some(({ id }) => id === threadId),
  )
  const { list, cards, size, drawn } = useCardList(shown, active, Boolean(draft ?? proposed))

  const panel = useRef<HTMLElement>(null)
  useFocusOnSent(panel, Boolean(draft ?? proposed), raised.at(-1)?.id)

  // what stands above the points comes with them: the list opens at its top
  const reviews = useQuery(reviewsQuery(review.projectId, documentId))
  if (review.loading || reviews.isLoading) return <Loading />
  if (review.error) return <ErrorState error={review.error} onRetry={review.retry} />
  return (
    <section ref={panel} className={classes.panel} aria-label={t('points')}>
      <header className={classes.head}>
        <SegmentedControl
          size="xs"
          aria-label={t('filter.label')}
          value={filter}
          onChange={setFilter}
          data={[
            { value: 'open', label: `${t('filter.open')} ${open + raised.length}` },
            { value: 'all', label: `${t('filter.all')} ${threads.length + raised.length}` },
          ]}
        />
        <ProposalToggle proposals={review.proposals} />
        {review.canWrite && review.raiseOnProject && (
          <Tooltip label={t('raiseOnProject')}>
            <ActionIcon variant="subtle" aria-label={t('raiseOnProject')} onClick={review.raiseOnProject}>
              <IconPlus size={18} stroke={1.6} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </header>
      <div className={classes.list} ref={list}>
        <Reviews projectId={review.projectId} documentId={documentId} />
        {draft && <Composer key={JSON.stringify(draft.anchor)} review={review} draft={draft} />}
        {proposed && <ProposalComposer key={proposed.id} review={review} draft={proposed} />}
        {raised.map((item) => (
          <OutgoingThread key={item.id} item={item} review={review} />
        ))}
        {shown.length === 0 && !draft && !proposed && raised.length === 0 && (
          <NothingHere review={review} onShowAll={() => setFilter('all')} />
        )}
        <div
          className={classes.cards}
          ref={cards}
          role="feed"
          aria-label={t('points')}
          style={{ height: size }}
        >
          {drawn.map(({ thread, index, top, measure }) => (
            <div
              key={thread.id}
              ref={measure}
              data-index={index}
              className={classes.place}
              style={{ transform: `translateY(${top}px)` }}
            >
              <ThreadCard thread={thread} review={review} index={index} count={shown.length} />
            </div>
          ))}
        </div>
      </div>
      {review.canWrite && <PublishBar review={review} />}
    </section>
  )
}

function NothingHere({ review, onShowAll }: { review: Review; onShowAll(): void }) {
  const { t } = useTranslation('review')
  if (review.threads.length > 0) {
    return (
      <EmptyState
        title={t('empty.allSettled')}
        actions={
          <Button variant="default" size="compact-sm" onClick={onShowAll}>
            {t('empty.showAll')}
          </Button>
        }
      >
        {t('empty.allSettledText')}
      </EmptyState>
    )
  }
  return (
    <EmptyState title={t('empty.title')}>
      {review.canWrite ? (
        <>
          {t('empty.write')} <Keys keys={raiseKeys} />
        </>
      ) : (
        t('empty.read')
      )}
    </EmptyState>
  )
}
