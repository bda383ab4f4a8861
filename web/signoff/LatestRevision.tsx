import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { Seal } from '../ui/Seal.tsx'
import { revisionsQuery } from './queries.ts'
import { RevisionSeal } from './RevisionSeal.tsx'
import { latestOf, statusWords } from './revision-status.ts'

/** The seal of a project's latest revision, or of the signed one that a withdrawn one left in force; empty while there is none. */
export function LatestSeal({ projectId, size }: { projectId: string; size: number }) {
  const { latest, inForce } = latestOf(useQuery(revisionsQuery(projectId)).data ?? [])
  const shown = latest?.state === 'withdrawn' ? (inForce ?? latest) : latest
  return shown ? <RevisionSeal revision={shown} size={size} /> : <Seal inked={[]} size={size} />
}

/** How the latest revision stands and, while that is not signed, which earlier one is; `none` while there is none. */
export function LatestState({ projectId, none }: { projectId: string; none: string }) {
  const { latest, inForce } = latestOf(useQuery(revisionsQuery(projectId)).data ?? [])
  if (!latest) return <>{none}</>
  return (
    <>
      <RevisionState revision={latest} />
      {inForce && inForce !== latest && (
        <>
          <br />
          <RevisionState revision={inForce} />
        </>
      )}
    </>
  )
}

function RevisionState({ revision }: { revision: RevisionSummary }) {
  const { t } = useTranslation('signoff')
  return (
    <>
      {t('revision', { letter: revision.letter })} · {t(statusWords(revision))}
    </>
  )
}
