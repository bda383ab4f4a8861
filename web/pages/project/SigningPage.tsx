import { Button, VisuallyHidden } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { linkOptions, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { can } from '../../../shared/permissions.ts'
import { nextLetter } from '../../../shared/signoff.ts'
import { useOwnAccount } from '../../accounts/account.ts'
import { projectQuery } from '../../projects/queries.ts'
import { PutForwardDialog } from '../../signoff/PutForwardDialog.tsx'
import { useLiveThreads } from '../../sync/threads/live-threads.ts'
import { keepRevision, revisionsQuery } from '../../signoff/queries.ts'
import { RevisionList } from '../../signoff/RevisionList.tsx'
import { RevisionView } from '../../signoff/RevisionView.tsx'
import { isMissing } from '../../signoff/revision-status.ts'
import { readAnew } from '../../sync/read-anew.ts'
import { onJoined, onOtherAccess } from '../../sync/room/missed-events.ts'
import { projectRoom } from '../../sync/room/room-address.ts'
import { useRoom } from '../../sync/room/use-room.ts'
import { EmptyState } from '../../ui/feedback/EmptyState.tsx'
import { ErrorState } from '../../ui/feedback/ErrorState.tsx'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { Seal } from '../../ui/Seal.tsx'
import { Page } from '../frame/Page.tsx'
import classes from './SigningPage.module.css'

/** A project's revisions: put forward, read, signed, taken away. What others do shows at once. */
export function SigningPage() {
  const { t } = useTranslation('signoff')
  const { projectId } = useParams({ from: '/signed-in/projects/$projectId/sign' })
  const { revision: chosen } = useSearch({ from: '/signed-in/projects/$projectId/sign' })
  const navigate = useNavigate({ from: '/projects/$projectId/sign' })
  const project = useQuery(projectQuery(projectId))
  const revisions = useQuery(revisionsQuery(projectId))
  const [asking, setAsking] = useState(false)
  useLiveRevisions(projectId)

  const up = project.data && {
    label: project.data.project.name,
    link: linkOptions({ to: '/projects/$projectId', params: { projectId } }),
  }
  const where = [...(up ? [up] : []), { label: t('title') }]
  const failed = project.error ?? revisions.error
  if (failed) {
    const retry = () => void Promise.all([project.refetch(), revisions.refetch()])
    return <Page where={where}>{<ErrorState error={failed} onRetry={retry} />}</Page>
  }
  if (!project.data || !revisions.data) return <Page where={where}>{<Loading />}</Page>

  const { me, members, documents } = project.data
  const show = (revision: string) => void navigate({ search: { revision } })
  const shown = revisions.data.find((one) => one.id === chosen) ?? revisions.data[0]
  const letter = nextLetter(revisions.data.map((one) => one.letter))
  const mayPutForward = can(me.role, 'revision.create', me.phase)
  const waits = revisions.data.some((one) => one.state === 'open')
  const missing = revisions.data.filter(isMissing)
  const putForward = mayPutForward && !waits && !missing.length && (
    <Button size="xs" disabled={!documents.length} onClick={() => setAsking(true)}>
      {t('putForward.action', { letter })}
    </Button>
  )
  return (
    <Page where={where} layout="full" action={shown && putForward}>
      <main className={classes.page}>
        {shown ? (
          <>
            <RevisionList revisions={revisions.data} shown={shown.id} onShow={show} />
            <RevisionView key={shown.id} revision={shown} missing={missing} me={me} members={members} />
          </>
        ) : (
          <>
            <VisuallyHidden component="h1">{t('title')}</VisuallyHidden>
            <EmptyState mark={<Seal inked={[]} size={56} />} title={t('empty.title')} actions={putForward}>
              {mayPutForward
                ? t(documents.length ? 'empty.owner' : 'putForward.noDocuments')
                : t('empty.member')}
            </EmptyState>
          </>
        )}
      </main>
      {asking && (
        <PutForwardDialog
          projectId={projectId}
          letter={letter}
          documents={documents}
          members={members}
          invites={can(me.role, 'members.manage', me.phase)}
          onClose={() => setAsking(false)}
          onDone={(revisionId) => {
            setAsking(false)
            show(revisionId)
          }}
        />
      )}
    </Page>
  )
}

/** Follows the project's room: a signature given elsewhere inks its half here. */
function useLiveRevisions(projectId: string): void {
  const queryClient = useQueryClient()
  const room = useRoom(projectRoom(projectId), useOwnAccount().id)
  // shown while somebody puts a revision forward: a settled point stops to stand in the way at once
  useLiveThreads(room, projectId, null)
  useEffect(() => {
    if (!room) return
    const readProject = () =>
      void readAnew(queryClient, { queryKey: projectQuery(projectId).queryKey, exact: true })
    const readAll = () => {
      readProject()
      void readAnew(queryClient, { queryKey: revisionsQuery(projectId).queryKey, exact: true })
    }
    const stops = [
      room.onEvent((event) => {
        if (event.type === 'revision.saved') keepRevision(queryClient, event.revision)
        // a signature counts while its signer may sign; what could not be told of one that was signed is told so too
        if (event.type === 'members.changed' || event.type === 'project.changed') readAll()
      }),
      onJoined(room, readAll),
      onOtherAccess(room, readAll),
    ]
    return () => stops.forEach((stop) => stop())
  }, [room, projectId, queryClient])
}
