import { useTranslation } from 'react-i18next'
import type { Thread } from '../../../shared/review.ts'

/** What people call a point aloud; a draft has no number yet. */
export function ThreadNumber({ thread }: { thread: Pick<Thread, 'draft' | 'number'> }) {
  const { t } = useTranslation('review')
  return <b>{thread.draft ? t('draft') : `#${thread.number}`}</b>
}
