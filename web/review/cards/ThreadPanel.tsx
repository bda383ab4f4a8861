import { ActionIcon, Button, SegmentedControl, Tooltip } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Thread } from '../../../shared/review.ts'
import { EmptyState } from '../../ui/feedback/EmptyState.tsx'
import { ErrorState } from '../../ui/feedback/ErrorState.tsx'
import { Keys } from '../../ui/Keys.tsx'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { Composer } from '../composer/Composer.tsx'
import { OutgoingThread } from './OutgoingThread.tsx'
import { ProposalComposer } from '../proposals/ProposalComposer.tsx'
import { ProposalToggle } from '../proposals/ProposalToggle.tsx'
import { PublishBar } from '../publishing/PublishBar.tsx'
import { Reviews } from '../publishing/Reviews.tsx'
import { ThreadCard } from './ThreadCard.tsx'
import { reviewsQuery } from '../publishing/reviews-query.ts'
import { raisedHere, unwrittenOf, waits } from './waiting-threads.ts'
import { listed, type Filter } from './thread-list.ts'
import { useCardList } from './use-card-list.ts'
import { useFocusOnSent } from './use-focus-on-sent.ts'
import type { ThreadComposer } from '../composer/use-composer.ts'
import { raiseKeys } from '../composer/use-composer.ts'
import type { CardReview } from './card-review.ts'
import type { ThreadList } from './use-thread-list.ts'
import classes from './ThreadPanel.module.css'

/** What the panel of a resource's points is made of. */
export interface PanelReview extends CardReview {
  resourceId: string
  list: ThreadList
  composer: ThreadComposer
}

/** The points of a resource in the order of their places, with the comment that is being written above them. */
export function ThreadPanel({ review }: { review: PanelReview }) {
  const { t } = useTranslation('review')
  const [filter, setFilter] = useState<Filter>('open')
  const { reviewer, composer, proposals, ranks, active, resourceId } = review
  const { threads, loading, error, retry } = review.list
  const { draft } = composer
  const proposed = proposals?.draft
  // scrolling draws the panel anew with each frame, and thousands of points are not sorted for each
  const isUnwritten = unwrittenOf(proposals)
  const isPending = useCallback((thread: Thread) => waits(thread, isUnwritten), [isUnwritten])
  const shown = useMemo(
    () => listed(threads, ranks, filter, active, isPending),
    [threads, ranks, filter, active, isPending],
  )
  const open = useMemo(() => threads.filter(isPending).length, [threads, isPending])
  const raised = raisedHere(review)
  const { list, cards, size, drawn } = useCardList(shown, active, Boolean(draft ?? proposed))

  const panel = useRef<HTMLElement>(null)
  useFocusOnSent(panel, Boolean(draft ?? proposed), raised.at(-1)?.id)

  // what stands above the points comes with them: the list opens at its top
  const reviews = useQuery(reviewsQuery(reviewer.projectId, resourceId))
  if (loading || reviews.isLoading) return <Loading />
  if (error) return <ErrorState error={error} onRetry={retry} />
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
        {proposals && <ProposalToggle proposals={proposals} />}
        {reviewer.canRaiseOnProject && (
          <Tooltip label={t('raiseOnProject')}>
            <ActionIcon variant="subtle" aria-label={t('raiseOnProject')} onClick={composer.raiseOnProject}>
              <IconPlus size={18} stroke={1.6} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </header>
      <div className={classes.list} ref={list}>
        <Reviews projectId={reviewer.projectId} resourceId={resourceId} />
        {draft && (
          <Composer
            key={JSON.stringify(draft.anchor)}
            draft={draft}
            composer={composer}
            reviewer={reviewer}
          />
        )}
        {proposals && proposed && (
          <ProposalComposer
            key={proposed.id}
            draft={proposed}
            proposals={proposals}
            sending={review.sending}
          />
        )}
        {raised.map((item) => (
          <OutgoingThread key={item.id} item={item} review={review} />
        ))}
        {shown.length === 0 && !draft && !proposed && raised.length === 0 && (
          <NothingHere
            hasThreads={threads.length > 0}
            canWrite={reviewer.canWrite}
            onShowAll={() => setFilter('all')}
          />
        )}
        <div
          className={classes.cards}
          ref={cards}
          // a feed of nothing is none
          {...(drawn.length > 0 && { role: 'feed', 'aria-label': t('points') })}
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
      {reviewer.canWrite && (
        <PublishBar threads={threads} resourceId={resourceId} reviewer={reviewer} sending={review.sending} />
      )}
    </section>
  )
}

function NothingHere(props: { hasThreads: boolean; canWrite: boolean; onShowAll(): void }) {
  const { hasThreads, canWrite, onShowAll } = props
  const { t } = useTranslation('review')
  if (hasThreads) {
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
      {canWrite ? (
        <>
          {t('empty.write')} <Keys keys={raiseKeys} />
        </>
      ) : (
        t('empty.read')
      )}
    </EmptyState>
  )
}
