import { Alert } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { isMissing, isOnlyPackage } from './revision-status.ts'

/** What is wrong with a revision that its proofs do not bear out, and what to do; nothing for one that is whole. */
export function BrokenNotice({ revision }: { revision: RevisionSummary }) {
  const { t } = useTranslation('signoff')
  if (revision.integrity === 'ok') return null
  return (
    <Alert
      role="alert"
      color="seal"
      variant="light"
      icon={<IconAlertOctagon size={18} stroke={1.75} />}
      title={t('broken.title', { letter: revision.letter })}
    >
      {t('broken.text')}
      <ul>
        {revision.flaws.map((flaw) => (
          <li key={flaw}>{t(`flaw.${flaw}`)}</li>
        ))}
      </ul>
      {t(whatToDo(revision))}
    </Alert>
  )
}

function whatToDo(revision: RevisionSummary) {
  if (isMissing(revision)) return 'broken.doMissing'
  if (isOnlyPackage(revision)) return 'broken.doPackage'
  return revision.state === 'open' ? 'broken.doOpen' : 'broken.do'
}
