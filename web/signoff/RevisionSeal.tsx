import { useTranslation } from 'react-i18next'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { Seal } from '../ui/Seal.tsx'
import { sealWords, signedSidesOf } from './revision-status.ts'

/** The tally of one revision: a half is inked when its side has signed; none once it is withdrawn, or broken. */
export function RevisionSeal({ revision, size }: { revision: RevisionSummary; size: number }) {
  const { t } = useTranslation('signoff')
  const isWhole = revision.integrity === 'ok'
  const counts = isWhole && revision.state !== 'withdrawn'
  return (
    <Seal
      inked={counts ? signedSidesOf(revision) : []}
      size={size}
      label={isWhole ? t(counts ? sealWords(revision) : 'state.withdrawn') : t('broken.seal')}
    />
  )
}
