import { useTranslation } from 'react-i18next'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { Seal } from '../ui/Seal.tsx'

/** The tally of one revision: a half is inked when its side has signed; none once it is withdrawn, or broken. */
export function RevisionSeal({ revision, size }: { revision: RevisionSummary; size: number }) {
  const { t } = useTranslation('signoff')
  const isWhole = revision.integrity === 'ok'
  const counts = isWhole && revision.state !== 'withdrawn'
  const signed = (side: string) => counts && revision.signatures.some((one) => one.side === side)
  const design = signed('design')
  const manufacture = signed('manufacture')
  const said = design ? (manufacture ? 'both' : 'design') : manufacture ? 'manufacture' : 'none'
  return (
    <Seal
      design={design}
      manufacture={manufacture}
      size={size}
      label={isWhole ? (counts ? t(`seal.${said}`) : t('state.withdrawn')) : t('broken.seal')}
    />
  )
}
