import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { PublishedReview } from '../../../shared/review.ts'
import { withBreaks } from '../../ui/text/broken-runs.ts'
import { Timestamp } from '../../ui/Timestamp.tsx'
import { PersonMark } from '../../ui/people/PersonMark.tsx'
import { SideTag } from '../../ui/people/SideTag.tsx'
import { reviewsQuery } from './reviews-query.ts'
import classes from './Reviews.module.css'
import byline from '../Byline.module.css'

/** What reviewers decided, the latest open to read and the earlier ones folded away. */
export function Reviews({ projectId, resourceId }: { projectId: string; resourceId: string }) {
  const { t } = useTranslation('review')
  const [latest, ...earlier] = useQuery(reviewsQuery(projectId, resourceId)).data ?? []
  if (!latest) return null
  return (
    <section className={classes.reviews} aria-label={t('reviews')}>
      <Entry review={latest} />
      {earlier.length > 0 && (
        <details>
          <summary className={byline.when}>
            {t('reviewsMore')} ({earlier.length})
          </summary>
          {earlier.map((review) => (
            <Entry key={review.id} review={review} />
          ))}
        </details>
      )}
    </section>
  )
}

function Entry({ review }: { review: PublishedReview }) {
  const { t } = useTranslation('review')
  const { author, decision, summary, comments, createdAt } = review
  return (
    <article className={byline.said}>
      <PersonMark person={author} size={24} />
      <div className={classes.review}>
        <p className={byline.byline}>
          <b>{author.name}</b>
          <SideTag side={author.side} />
          <span className={byline.when}>
            <Timestamp at={createdAt} />
          </span>
        </p>
        <p>
          <span className={classes.decision}>{t(`decision.${decision}`)}</span>
          {comments > 0 && <span className={byline.when}> · {t('reviewComments', { count: comments })}</span>}
        </p>
        {summary && <p>{withBreaks(summary)}</p>}
      </div>
    </article>
  )
}
