import { Button } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { titleCharacters } from '../../../shared/documents.ts'
import type { ErrorCode } from '../../../shared/errors.ts'
import { can } from '../../../shared/permissions.ts'
import { useOwnAccount } from '../../accounts/account.ts'
import { api, ApiError, call } from '../../api.ts'
import { documentQuery } from '../../editor/document-query.ts'
import { useNoticesLive } from '../../notify/use-notices-live.ts'
import { projectsQuery } from '../../projects/queries.ts'
import { LeftComments } from '../../review/queue/LeftComments.tsx'
import { LeftWords } from '../../sync/recovered/LeftWords.tsx'
import { observable } from '../../sync/observable.ts'
import { RecoveredPanel } from '../../sync/recovered/RecoveredPanel.tsx'
import { endsAccess } from '../../sync/room/refusal.ts'
import { textAccess } from '../../sync/recovered/text-access.ts'
import type { Room } from '../../sync/room/room.ts'
import type { SaveState } from '../../sync/room/save-state.ts'
import { SaveStateMark } from '../../sync/room/SaveStateMark.tsx'
import { documentRoom } from '../../sync/room/room-address.ts'
import { useObserved, useObservedPart, useRoom } from '../../sync/room/use-room.ts'
import { EmptyState } from '../../ui/feedback/EmptyState.tsx'
import { ErrorState } from '../../ui/feedback/ErrorState.tsx'
import { Loading } from '../../ui/feedback/Loading.tsx'
import { tellError } from '../../ui/feedback/notices.ts'
import { PeopleHere } from '../../ui/people/PeopleHere.tsx'
import { ArchivedBar } from './ArchivedBar.tsx'
import { DocumentWorkspace } from './DocumentWorkspace.tsx'
import { NewSinceVisit } from './NewSinceVisit.tsx'
import { useFreshDocument } from './use-fresh-document.ts'
import { Page } from '../frame/Page.tsx'

/** A document, written together. */
export function DocumentPage() {
  const { documentId } = useParams({ from: '/signed-in/documents/$documentId' })
  const { t } = useTranslation('editor')
  const account = useOwnAccount()
  const opened = useQuery(documentQuery(documentId))
  const room = useRoom(documentRoom(documentId), account.id)
  const rename = useRename(documentId)
  useFreshDocument(room, documentId, opened.data?.document.projectId)
  useNoticesLive(room)
  const closed = useClosed(room)
  const left = (
    <>
      {room && <LeftWords room={room} />}
      <RecoveredPanel
        userId={account.id}
        roomId={documentId}
        title={opened.data?.document.title}
        access="out"
      />
      <LeftComments userId={account.id} resourceId={documentId} />
    </>
  )

  if (opened.error && !opened.data) {
    if (isGone(opened.error) && account.email === null)
      return <Closed why="guests:nothingText">{left}</Closed>
    return (
      <Page where={[]}>
        <ErrorState alone error={opened.error} onRetry={() => void opened.refetch()} />
        {isRefused(opened.error) && left}
      </Page>
    )
  }
  if (!opened.data || !room) return <Loading />
  const { document, me, projectName } = opened.data
  const { projectId, title } = document
  if (closed)
    return <Closed why={me.guestUntil === null ? `errors:${closed}` : 'guests:nothingText'}>{left}</Closed>
  const editable = can(me.role, 'document.write', me.phase)
  return (
    <Page
      layout="full"
      where={[
        { label: projectName, link: { to: '/projects/$projectId', params: { projectId } } },
        {
          label: title,
          rename: editable
            ? { label: t('page.rename'), longest: titleCharacters, onRename: (name) => rename.mutate(name) }
            : undefined,
        },
      ]}
      people={<Here room={room} />}
      state={<SaveStateMark room={room} userId={account.id} access={textAccess(me)} />}
      action={
        can(me.role, 'revision.sign', me.phase) &&
        me.guestUntil === null && (
          <Button
            size="xs"
            renderRoot={(root) => <Link to="/projects/$projectId/sign" params={{ projectId }} {...root} />}
          >
            {t('page.sign')}
          </Button>
        )
      }
    >
      {me.phase === 'archived' && <ArchivedBar />}
      <NewSinceVisit documentId={documentId} userId={account.id}>
        <DocumentWorkspace key={documentId} document={document} me={me} account={account} room={room} />
      </NewSinceVisit>
    </Page>
  )
}

/** True when the server itself does not give the document to this person; else it may come at the next try. */
const isRefused = (error: unknown): boolean =>
  error instanceof ApiError && error.status >= 400 && error.status < 500

const isGone = (error: unknown): boolean => error instanceof ApiError && error.code === 'not_found'

/** In place of a document that is not open to the reader any more. */
function Closed({
  why,
  children,
}: {
  why: `errors:${ErrorCode}` | 'guests:nothingText'
  /** Words of the reader's that only this device has. */
  children: ReactNode
}) {
  const { t } = useTranslation(['ui', 'guests', 'errors'])
  const isGuest = useOwnAccount().email === null
  const projects = useQuery({ ...projectsQuery, enabled: isGuest }).data ?? []
  return (
    <Page where={[]}>
      <div role="alert">
        <EmptyState
          alone
          mark={<IconLock size={32} stroke={1.4} aria-hidden />}
          title={t('state.noAccess')}
          actions={
            // a guest whose only link was withdrawn has none to go to
            !(isGuest && projects.length === 0) && (
              <Button variant="default" component={Link} to="/">
                {t('toProjects')}
              </Button>
            )
          }
        >
          {t(why)}
        </EmptyState>
      </div>
      {children}
    </Page>
  )
}

const connecting = observable<SaveState>({ kind: 'connecting' })

/** Why this person's way to the document was ended. */
function useClosed(room: Room | null): ErrorCode | null {
  const closed = useObservedPart(room?.state ?? connecting, (state) =>
    state.kind === 'refused' && endsAccess(state.code) ? state.code : null,
  )
  const queryClient = useQueryClient()
  useEffect(() => {
    if (closed) void queryClient.invalidateQueries({ queryKey: ['projects'] })
  }, [closed, queryClient])
  return closed
}

function Here({ room }: { room: Room }) {
  return <PeopleHere people={useObserved(room.people)} />
}

function useRename(documentId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (title: string) =>
      call(api.documents[':documentId'].$patch({ param: { documentId }, json: { title } })),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: documentQuery(documentId).queryKey }),
    onError: tellError,
  })
}
