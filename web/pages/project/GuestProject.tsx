import { linkOptions } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { WholeProject } from '../../projects/queries.ts'
import { Timestamp } from '../../ui/Timestamp.tsx'
import { ProjectSections } from '../../ui/kinds/ProjectSections.tsx'
import { Page } from '../frame/Page.tsx'
import classes from './ProjectPage.module.css'

/** A guest makes nothing here. */
const noDialog = () => {}

/** A project as a guest sees it: what their link opens, and until when. */
export function GuestProject({ found }: { found: WholeProject }) {
  const { t } = useTranslation(['guests', 'projects'])
  const { project, resources, me } = found
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
      <ProjectSections
        projectId={project.id}
        me={me}
        resources={resources}
        dialog={null}
        onDialog={noDialog}
      />
    </Page>
  )
}
