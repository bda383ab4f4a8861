import { Alert } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { Thread } from '../../shared/review.ts'
import classes from './MustPoints.module.css'

/** Points that must be settled and are not: shown before a revision is put forward and before it is signed. */
export function MustPoints({ threads }: { threads: Thread[] }) {
  const { t } = useTranslation('signoff')
  const open = threads.filter(
    ({ severity, state }) => severity === 'must' && (state === 'open' || state === 'answered'),
  )
  if (!open.length) return null
  return (
    <Alert
      color="manufacture"
      variant="light"
      icon={<IconAlertOctagon size={18} stroke={1.75} />}
      title={t('must.title', { count: open.length })}
    >
      {t('must.text')}
      <ul className={classes.points}>
        {open.map((thread) => (
          <li key={thread.id}>
            #{thread.number} {thread.comments[0]?.body}
          </li>
        ))}
      </ul>
    </Alert>
  )
}
