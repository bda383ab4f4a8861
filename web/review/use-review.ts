import type { Editor, Extensions } from '@tiptap/core'
import { useState } from 'react'
import { bringIntoView } from './anchors/highlights.ts'
import { useMarks } from './anchors/use-marks.ts'
import type { PanelReview } from './cards/ThreadPanel.tsx'
import { useTextComposer, type TextComposer } from './composer/use-text-composer.ts'
import { useProposals, type Proposals } from './proposals/use-proposals.ts'
import { useReviewBase, type ReviewOptions } from './review-base.ts'

/** The review of one open document: what its panel is made of, and what its editor is given. */
export interface Review extends PanelReview {
  composer: TextComposer
  proposals: Proposals
  /** For an editor, which begins with what is known now. */
  extensions(): Extensions
  onEditor(editor: Editor): void
}

/** Puts the parts of a document's review together. */
export function useReview(options: ReviewOptions): Review {
  const { resourceId, me, active, onActive, onShow } = options
  const [editor, setEditor] = useState<Editor | null>(null)
  const base = useReviewBase(options)
  const { reviewer, list, sending } = base
  const { threads } = list
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
    ...base,
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
