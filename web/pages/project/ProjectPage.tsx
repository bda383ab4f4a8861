import { Alert, Button } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { IconArchive, IconListDetails, IconMessages, IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, linkOptions, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TFunction } from 'i18next'
import { can } from '../../../shared/permissions.ts'
import { ApiError } from '../../api.ts'
import { Webhooks } from '../../notify/Webhooks.tsx'
import { GuestLinkDialog } from '../../guests/GuestLinkDialog.tsx'
import { GuestLinks } from '../../guests/GuestLinks.tsx'
import { EditHistory } from '../../projects/EditHistory.tsx'
import { Invitations } from '../../projects/Invitations.tsx'
import { InviteDialog } from '../../projects/InviteDialog.tsx'
import { People } from '../../projects/People.tsx'
import { ProjectMenu } from '../../projects/ProjectMenu.tsx'
import { projectQuery, type WholeProject } from '../../projects/queries.ts'
import { LatestSeal, LatestState } from '../../signoff/LatestRevision.tsx'
import { ErrorState } from '../../ui/feedback/ErrorState.tsx'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { ProjectSections } from '../../ui/kinds/ProjectSections.tsx'
import { PeopleHere } from '../../ui/people/PeopleHere.tsx'
import { Section } from '../../ui/layout/Section.tsx'
import { GuestProject } from './GuestProject.tsx'
import { useProjectLive } from './use-project-live.ts'
import { Page } from '../frame/Page.tsx'
import { proposedSide } from '../../ui/people/proposed-side.ts'
import './sections.ts'
import classes from './ProjectPage.module.css'

/** A project: what it holds of each kind, its signing, its people. */
export function ProjectPage() {
  const { t } = useTranslation('projects')
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId' })
  const found = useQuery(projectQuery(projectId))
  const ended = found.error instanceof ApiError && found.error.code === 'not_found'
  if (found.data && !ended) {
    const isGuest = found.data.me.guestUntil !== null
    return isGuest ? <GuestProject found={found.data} /> : <OpenProject found={found.data} />
  }
  return (
    <Page where={[up(t)]}>
      {found.error ? (
        <ErrorState
          alone
          error={found.error}
          onRetry={() => void found.refetch()}
          actions={
            <Button variant="default" component={Link} to="/">
              {t('ui:toProjects')}
            </Button>
          }
        />
      ) : (
        <Loading />
      )}
    </Page>
  )
}

const up = (t: TFunction) => ({ label: t('projects:list'), link: linkOptions({ to: '/' }) })

function OpenProject({ found }: { found: WholeProject }) {
  const { t } = useTranslation(['projects', 'points', 'guests', 'trail'])
  const { project, me, members, resources } = found
  const projectId = project.id
  const people = useProjectLive(projectId, me.userId)
  const [dialog, setDialog] = useState<string | null>(null)
  const close = () => setDialog(null)
  const side = proposedSide(me.side, members)
  const invites = can(me.role, 'members.manage', me.phase)
  useHotkeys([['i', () => invites && setDialog('invite')]])
  return (
    <Page
      where={[up(t), { label: project.name }]}
      layout="full"
      people={<PeopleHere people={people} />}
      action={
        invites && (
          <Button
            size="xs"
            leftSection={<IconUserPlus size={16} stroke={1.75} />}
            onClick={() => setDialog('invite')}
          >
            {t('invite.action')}
          </Button>
        )
      }
    >
      <main className={classes.page}>
        <div className={classes.head}>
          <h1>{project.name}</h1>
          {can(me.role, 'project.manage', project.phase) && <ProjectMenu project={project} />}
        </div>
        {project.phase === 'archived' && (
          <Alert mb={24} color="ink" variant="light" icon={<IconArchive size={18} stroke={1.5} />}>
            {t('archive.note')}
          </Alert>
        )}
        <div className={classes.columns}>
          <div>
            <ProjectSections {...{ projectId, me, resources, dialog }} onDialog={setDialog} />
            <Section title={t('points:title')}>
              <Link className={classes.signing} to="/projects/$projectId/points" params={{ projectId }}>
                <IconMessages size={36} stroke={1.2} aria-hidden />
                <span>
                  <strong>{t('points:allPoints')}</strong>
                  <span>{t('points:about')}</span>
                </span>
              </Link>
            </Section>
            <Section title={t('signing.title')}>
              <Link className={classes.signing} to="/projects/$projectId/sign" params={{ projectId }}>
                <LatestSeal projectId={projectId} size={36} />
                <span>
                  <strong>{t('signing.go')}</strong>
                  <span>
                    <LatestState projectId={projectId} none={t('signing.text')} />
                  </span>
                </span>
              </Link>
            </Section>
            <Section title={t('trail:title')}>
              <Link className={classes.signing} to="/projects/$projectId/trail" params={{ projectId }}>
                <IconListDetails size={36} stroke={1.2} aria-hidden />
                <span>
                  <strong>{t('trail:go')}</strong>
                  <span>{t('trail:goText')}</span>
                </span>
              </Link>
            </Section>
          </div>
          <div>
            <Section title={t('people.title')}>
              {invites && <Invitations projectId={projectId} />}
              <People projectId={projectId} me={me} members={members} />
            </Section>
            {invites && (
              <Section
                title={t('guests:title')}
                end={
                  resources.length > 0 && (
                    <Button variant="default" size="xs" onClick={() => setDialog('guest')}>
                      {t('guests:make')}
                    </Button>
                  )
                }
              >
                <GuestLinks projectId={projectId} />
              </Section>
            )}
            {can(me.role, 'project.manage', me.phase) && (
              <>
                <Webhooks projectId={projectId} />
                <EditHistory projectId={projectId} />
              </>
            )}
          </div>
        </div>
      </main>
      <GuestLinkDialog
        projectId={projectId}
        resources={resources}
        side={side}
        opened={dialog === 'guest'}
        onClose={close}
      />
      <InviteDialog projectId={projectId} side={side} opened={dialog === 'invite'} onClose={close} />
    </Page>
  )
}
