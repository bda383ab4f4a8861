import { useTranslation } from 'react-i18next'
import type { Thread } from '../../../shared/review.ts'

/** What people call a point aloud; a draft has no number yet. */
export function PointNumber({ point }: { point: Pick<Thread, 'draft' | 'number'> }) {
  const { t } = useTranslation('review')
  return <b>{point.draft ? t('draft') : `#${point.number}`}</b>
}
