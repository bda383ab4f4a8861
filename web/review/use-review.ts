import type { Editor, Extensions } from '@tiptap/core'
import { useState } from 'react'
import type { Person, Membership } from '../../shared/projects.ts'
import type { Room } from '../sync/room/room.ts'
import { bringIntoView } from './anchors/highlights.ts'
import { useMarks } from './anchors/use-marks.ts'
import type { PanelReview } from './cards/ThreadPanel.tsx'
import { useThreadList } from './cards/use-thread-list.ts'
import { useTextComposer, type TextComposer } from './composer/use-text-composer.ts'
import { useProposals } from './proposals/use-proposals.ts'
import { useSending } from './queue/use-sending.ts'
import { useReviewer } from './reviewer/use-reviewer.ts'

export interface ReviewOptions {
  projectId: string
  resourceId: string
  me: Membership & { name: string }
  /** Who can be named and be a point's assignee. */
  people: readonly Person[]
  room: Room | null
  /** The thread that is looked at, as the address says. */
  active: string | null
  onActive(threadId: string | null): void
  /** Brings the points into view, when a comment is begun or a mark is pressed. */
  onShow(): void
}

/** The review of one open document: what its panel is made of, and what its editor is given. */
export interface Review extends PanelReview {
  composer: TextComposer
  /** For an editor, which begins with what is known now. */
  extensions(): Extensions
  onEditor(editor: Editor): void
}

/** Puts the parts of a document's review together. */
export function useReview(options: ReviewOptions): Review {
  const { projectId, resourceId, me, people, room, active, onActive, onShow } = options
  const [editor, setEditor] = useState<Editor | null>(null)
  const reviewer = useReviewer(projectId, me, people)
  const list = useThreadList(projectId, resourceId, room)
  const { threads } = list
  const sending = useSending(reviewer, { resourceId, room })
  const composer = useTextComposer({ resourceId, reviewer, sending, editor, onShow })
  const onPick = (threadId: string) => {
    onActive(threadId)
    onShow()
  }
  const proposals = useProposals({ documentId: resourceId, me, reviewer, threads, editor, onPick, onShow })
  const written = composer.draft ?? proposals.draft
  const { outgoing } = sending
  const marks = useMarks({ editor, threads, outgoing, written, active, onPick })
  return {
    resourceId,
    reviewer,
    list,
    sending,
    composer,
    proposals,
    ranks: marks.ranks,
    active,
    activate(threadId) {
      onActive(threadId)
      if (editor && threadId) bringIntoView(editor, threadId)
    },
    extensions: () => [marks.extension(), proposals.extension()],
    onEditor: setEditor,
  }
}
