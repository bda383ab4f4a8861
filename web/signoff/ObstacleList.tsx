import { Alert } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Obstacles } from '../../shared/signoff.ts'
import classes from './MustPoints.module.css'

const icon = <IconAlertOctagon size={18} stroke={1.75} />

/** The places of texts that cannot be frozen as they are shown, and accepted proposals that no text holds, or may not hold. */
export function ObstacleList({ obstacles }: { obstacles: Obstacles }) {
  const { t } = useTranslation('signoff')
  const { lossy, unwritten, unchecked } = obstacles
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
        <Proposals
          proposals={unwritten}
          title={t('obstacles.unwritten', { count: unwritten.length })}
          text={t('obstacles.unwrittenText')}
        />
      )}
      {unchecked.length > 0 && (
        <Proposals
          proposals={unchecked}
          title={t('obstacles.unchecked', { count: unchecked.length })}
          text={t('obstacles.uncheckedText')}
        />
      )}
    </>
  )
}

interface ProposalsProps {
  proposals: Obstacles['unwritten']
  title: string
  text: string
}

/** Each with its former and its new words, and the way to its place. */
function Proposals({ proposals, title, text }: ProposalsProps) {
  const { t } = useTranslation('signoff')
  return (
    <Alert color="manufacture" variant="light" icon={icon} title={title}>
      {text}
      <ul className={classes.points}>
        {proposals.map(({ threadId, number, documentId, quote, replacement }) => (
          <li key={threadId}>
            <Link to="/documents/$documentId" params={{ documentId }} search={{ thread: threadId }}>
              #{number}
            </Link>{' '}
            <del>{quote}</del> → <ins>{replacement || t('obstacles.removes')}</ins>
          </li>
        ))}
      </ul>
    </Alert>
  )
}
