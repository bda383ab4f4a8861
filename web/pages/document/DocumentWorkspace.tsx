import { IconFileText, IconList, IconMessages } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Editor } from '@tiptap/core'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { User } from '../../../shared/accounts.ts'
import type { DocumentSummary } from '../../../shared/documents.ts'
import { can } from '../../../shared/permissions.ts'
import type { Person, Membership } from '../../../shared/projects.ts'
import { DocumentEditor } from '../../editor/DocumentEditor.tsx'
import { WideBlocks } from '../../editor/blocks/wide-blocks.ts'
import { viewedSchema } from '../../editor/extensions.ts'
import { peopleQuery } from '../../guests/queries.ts'
import { VersionPanel } from '../../history/VersionPanel.tsx'
import { useRestoredByOthers } from '../../history/use-restored-by-others.ts'
import { VersionView } from '../../history/VersionView.tsx'
import { CommentButton } from '../../review/composer/CommentButton.tsx'
import { CommentOnBlock } from '../../review/composer/CommentOnBlock.tsx'
import { ThreadPanel } from '../../review/cards/ThreadPanel.tsx'
import { countWaiting } from '../../review/cards/waiting-threads.ts'
import { useReview } from '../../review/use-review.ts'
import { ChangeMarks } from '../../notify/change-marks.ts'
import { ChangedPlaces } from '../../notify/ChangedPlaces.tsx'
import { RecoveredPanel } from '../../sync/recovered/RecoveredPanel.tsx'
import { RecoveryPanel } from '../../sync/recovered/RecoveryPanel.tsx'
import { textAccess } from '../../sync/recovered/text-access.ts'
import type { Room } from '../../sync/room/room.ts'
import { Panes } from '../../ui/layout/Panes.tsx'
import { usePanes } from '../../ui/layout/panes-state.ts'
import { DocumentContents } from './DocumentContents.tsx'
import { SidePanelTabs } from './SidePanelTabs.tsx'
import { TextOverlay } from './TextOverlay.tsx'
import { useScrollToThread } from './use-scroll-to-thread.ts'
import { useLedToWords } from './use-led-to-words.ts'
import { useKeptPlace } from './use-kept-place.ts'
import classes from './DocumentWorkspace.module.css'

const nobody: Person[] = []

interface DocumentWorkspaceProps {
  document: DocumentSummary
  me: Membership
  account: User
  room: Room
}

/** The open document: its contents at the left, the sheet in the middle, its points and versions at the right. */
export function DocumentWorkspace({ document, me, account, room }: DocumentWorkspaceProps) {
  const { t } = useTranslation(['editor', 'review', 'history'])
  const { id: documentId, projectId, title } = document
  const { pane = 'points', thread, version, find } = useSearch({ from: '/signed-in/documents/$documentId' })
  const navigate = useNavigate({ from: '/documents/$documentId' })
  const panes = usePanes()
  const [editor, setEditor] = useState<Editor | null>(null)
  useLedToWords(() => panes.show('right'))
  const look = (next: { pane?: 'points' | 'versions'; thread?: string; version?: string }) => {
    // the way back from a version is the living text
    const replace = next.version === undefined || version !== undefined
    // the page stays, and with it where its panes stand
    void navigate({
      search: (now) => {
        const then = { ...now, ...next }
        return { ...then, pane: then.pane === 'points' ? undefined : then.pane }
      },
      replace,
      resetScroll: false,
    })
  }
  useRestoredByOthers({
    documentId,
    projectId,
    userId: account.id,
    room,
    onLook: ({ id: kept }) => {
      const search = { pane: 'versions', version: kept } as const
      void navigate({
        to: '/documents/$documentId',
        params: { documentId },
        search,
        resetScroll: false,
      })
      panes.show('middle')
    },
  })
  const people = useQuery(peopleQuery(projectId)).data ?? nobody
  const review = useReview({
    projectId,
    resourceId: documentId,
    me: { ...me, name: account.name },
    people,
    room,
    active: thread ?? null,
    onActive: (threadId) => look({ thread: threadId ?? undefined }),
    onShow: () => {
      look({ pane: 'points' })
      panes.show('right')
    },
  })
  const { composer } = review
  const { canWrite } = review.reviewer
  const held = useShortly(review.list.loading)
  const wasKept = useKeptPlace(documentId, editor, !version)
  useScrollToThread(editor, review.ranks, thread ?? null, wasKept)
  const versionExtensions = useMemo(() => [...viewedSchema(projectId), WideBlocks], [projectId])
  const allowed = (action: Parameters<typeof can>[1]) => can(me.role, action, me.phase)
  const access = textAccess(me)

  return (
    <Panes
      panes={panes}
      left={{
        label: t('page.contents'),
        icon: <IconList size={20} stroke={1.5} />,
        content: (
          <DocumentContents
            projectId={projectId}
            documentId={documentId}
            editor={editor}
            onGo={() => panes.show('middle')}
          />
        ),
      }}
      middle={{
        label: t('page.text'),
        icon: <IconFileText size={20} stroke={1.5} />,
        content: (
          <>
            <h1 className={classes.title} data-printed>
              {title}
            </h1>
            {version && (
              <VersionView
                documentId={documentId}
                versionId={version}
                extensions={versionExtensions}
                canRestore={allowed('version.restore')}
                onBack={() => look({ version: undefined })}
              />
            )}
            <div className={classes.live} hidden={Boolean(version)}>
              <TextOverlay>
                <RecoveryPanel room={room} title={title} access={access} />
                <RecoveredPanel userId={account.id} roomId={room.id} title={title} access={access} />
              </TextOverlay>
              <DocumentEditor
                key={room.id}
                room={room}
                projectId={projectId}
                me={{ id: account.id, name: account.name, side: me.side }}
                editable={allowed('document.write')}
                held={held}
                extensions={() => [...review.extensions(), ChangeMarks]}
                find={find}
                selectionActions={
                  canWrite && <CommentButton composer={composer} proposals={review.proposals} />
                }
                blockActions={canWrite && ((at) => <CommentOnBlock composer={composer} at={at} />)}
                onEditor={(created) => {
                  setEditor(created)
                  review.onEditor(created)
                }}
              />
              {editor && <ChangedPlaces key={room.id} editor={editor} room={room} />}
            </div>
          </>
        ),
      }}
      right={{
        label: t('review:points'),
        icon: <IconMessages size={20} stroke={1.5} />,
        count: countWaiting(review),
        content: (
          <SidePanelTabs
            shown={pane}
            onShow={(next) => look({ pane: next, version: next === 'points' ? undefined : version })}
            tabs={[
              { name: 'points', label: t('review:points'), content: <ThreadPanel review={review} /> },
              {
                name: 'versions',
                label: t('history:versions'),
                content: (
                  <VersionPanel
                    documentId={documentId}
                    room={room}
                    canKeep={allowed('version.create')}
                    shown={version ?? null}
                    onShow={(versionId) => {
                      look({ version: versionId ?? undefined })
                      panes.show('middle')
                    }}
                  />
                ),
              },
            ]}
          />
        ),
      }}
    />
  )
}

/** A text is not held back longer than this for its points, in milliseconds. */
const heldMs = 500

/**
 * True while `awaits`, and not for long: what comes in a moment is drawn at once with the rest, since drawn one after the
 * other, a text and its points take twice as long.
 */
function useShortly(awaits: boolean): boolean {
  const [isOver, setIsOver] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsOver(true), heldMs)
    return () => clearTimeout(timer)
  }, [])
  return awaits && !isOver
}
