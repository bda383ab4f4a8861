import { useTranslation } from 'react-i18next'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { Seal } from '../ui/Seal.tsx'
import { halvesOf, sealWords } from './standing.ts'

/** The tally of one revision: a half is inked when its side has signed; none once it is withdrawn, or broken. */
export function RevisionSeal({ revision, size }: { revision: RevisionSummary; size: number }) {
  const { t } = useTranslation('signoff')
  const isWhole = revision.integrity === 'ok'
  const counts = isWhole && revision.state !== 'withdrawn'
  const halves = halvesOf(revision)
  return (
    <Seal
      design={counts && halves.design}
      manufacture={counts && halves.manufacture}
      size={size}
      label={isWhole ? t(counts ? sealWords(revision) : 'state.withdrawn') : t('broken.seal')}
    />
  )
}
