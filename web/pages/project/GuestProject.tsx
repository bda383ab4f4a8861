import { linkOptions } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DocumentList } from '../../projects/DocumentList.tsx'
import type { WholeProject } from '../../projects/queries.ts'
import { Timestamp } from '../../ui/Timestamp.tsx'
import { Section } from '../../ui/layout/Section.tsx'
import { Page } from '../frame/Page.tsx'
import classes from './ProjectPage.module.css'

/** A project as a guest sees it: the opened documents, and until when. */
export function GuestProject({ found }: { found: WholeProject }) {
  const { t } = useTranslation(['guests', 'projects'])
  const { project, documents, me } = found
  const up = { label: t('projects:list'), link: linkOptions({ to: '/' }) }
  return (
    <Page where={[up, { label: project.name }]}>
      <div className={classes.head}>
        <h1>{project.name}</h1>
      </div>
      {me.guestUntil && (
        <p>
          {t('note')} <Timestamp at={me.guestUntil} exact />
        </p>
      )}
      <Section title={t('projects:documents.title')}>
        <DocumentList documents={documents} />
      </Section>
    </Page>
  )
}
