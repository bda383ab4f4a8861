import { Alert } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Obstacles } from '../../shared/signoff.ts'
import { linkToResource, type Sought } from '../ui/kinds/resource-kinds.ts'
import classes from './BlockingThreads.module.css'

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
            {lossy.map(({ resourceId, kind, title, block, heading, quote }, index) => (
              <li key={index}>
                <ResourceLink kind={kind} resourceId={resourceId}>
                  {t('obstacles.place', { title, block, heading: heading || title })}
                </ResourceLink>
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
        {proposals.map(({ threadId, number, resourceId, kind, quote, replacement }) => (
          <li key={threadId}>
            <ResourceLink kind={kind} resourceId={resourceId} sought={{ thread: threadId }}>
              #{number}
            </ResourceLink>{' '}
            <del>{quote}</del> → <ins>{replacement || t('obstacles.removes')}</ins>
          </li>
        ))}
      </ul>
    </Alert>
  )
}

/** Leads to a resource's page; nowhere for a kind that this version does not know. */
function ResourceLink(props: { kind: string; resourceId: string; sought?: Sought; children: ReactNode }) {
  const link = linkToResource(props.kind, props.resourceId, props.sought)
  return link ? <Link {...link}>{props.children}</Link> : props.children
}
