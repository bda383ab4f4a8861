import { Alert } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Obstacles } from '../../shared/signoff.ts'
import classes from './MustPoints.module.css'

/** The places of texts that cannot be frozen as they are shown, and accepted proposals that no text holds. */
export function ObstacleList({ projectId, obstacles }: { projectId: string; obstacles: Obstacles }) {
  const { t } = useTranslation('signoff')
  const { lossy, unwritten } = obstacles
  const icon = <IconAlertOctagon size={18} stroke={1.75} />
  return (
    <>
      {lossy.length > 0 && (
        <Alert color="manufacture" variant="light" icon={icon} title={t('obstacles.lossy')}>
          {t('obstacles.lossyText')}
          <ul className={classes.points}>
            {lossy.map(({ documentId, title, block, heading, quote }, index) => (
              <li key={index}>
                <Link to="/documents/$documentId" params={{ documentId }}>
                  {t('obstacles.place', { title, block, heading: heading || title })}
                </Link>
                {quote && ` “${quote}”`}
              </li>
            ))}
          </ul>
        </Alert>
      )}
      {unwritten.length > 0 && (
        <Alert
          color="manufacture"
          variant="light"
          icon={icon}
          title={t('obstacles.unwritten', { count: unwritten.length })}
        >
          {t('obstacles.unwrittenText')}
          <ul className={classes.points}>
            {unwritten.map(({ threadId, number }) => (
              <li key={threadId}>
                <Link to="/projects/$projectId/points" params={{ projectId }} search={{ thread: threadId }}>
                  #{number}
                </Link>
              </li>
            ))}
          </ul>
        </Alert>
      )}
    </>
  )
}
