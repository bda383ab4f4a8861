import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Seal } from '../ui/Seal.tsx'
import { revisionsQuery } from './queries.ts'
import { RevisionSeal } from './RevisionSeal.tsx'
import { standingWords } from './standing.ts'

/** The seal of a project's latest revision, as it stands now; an empty one while there is none. */
export function LatestSeal({ projectId, size }: { projectId: string; size: number }) {
  const latest = useQuery(revisionsQuery(projectId)).data?.[0]
  return latest ? (
    <RevisionSeal revision={latest} size={size} />
  ) : (
    <Seal design={false} manufacture={false} size={size} />
  )
}

/** Which revision is the latest and how it stands; `none` while there is none. */
export function LatestState({ projectId, none }: { projectId: string; none: string }) {
  const { t } = useTranslation('signoff')
  const latest = useQuery(revisionsQuery(projectId)).data?.[0]
  if (!latest) return <>{none}</>
  return (
    <>
      {t('revision', { letter: latest.letter })} · {t(standingWords(latest))}
    </>
  )
}
