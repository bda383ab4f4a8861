import { Alert } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Thread } from '../../shared/review.ts'
import { withBreaks } from '../ui/text/broken-runs.ts'
import classes from './BlockingThreads.module.css'

interface BlockingThreadsProps {
  threads: Thread[]
  /** What they stand in the way of. */
  blocked: 'putForward' | 'sign'
}

/** The points that block sign-off, each with the way to it, and what to do. */
export function BlockingThreads({ threads, blocked }: BlockingThreadsProps) {
  const { t } = useTranslation('signoff')
  if (!threads.length) return null
  return (
    <Alert
      color="manufacture"
      variant="light"
      icon={<IconAlertOctagon size={18} stroke={1.75} />}
      title={t('must.title', { count: threads.length })}
    >
      {t(blocked === 'sign' ? 'must.sign' : 'must.putForward')}
      <ul className={classes.points}>
        {threads.map(({ id, projectId, number, comments }) => (
          <li key={id}>
            <Link to="/projects/$projectId/points" params={{ projectId }} search={{ thread: id }}>
              #{number} {withBreaks(comments[0]?.body ?? '')}
            </Link>
          </li>
        ))}
      </ul>
    </Alert>
  )
}
