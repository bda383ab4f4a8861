import type { Editor } from '@tiptap/core'
import type { Anchor } from '../../../shared/review.ts'
import { noPointValues } from '../../ui/PointFields.tsx'
import { useModAltKey } from '../../ui/use-mod-alt-key.ts'
import { anchorOfNode, anchorOfSelection, anchorOfWhole } from '../anchors/selection-anchors.ts'
import { useKeptDraft, type Draft } from '../drafts/use-kept-draft.ts'
import { newClientId } from '../queue/client-id.ts'
import { withPlainText, type Sending } from '../queue/use-sending.ts'
import type { Reviewer } from '../reviewer/use-reviewer.ts'

/** The point that is being written on a document's page, and what begins one. */
export interface PointComposer {
  draft: Draft | null
  change(change: Partial<Draft>): void
  discard(): void
  send(draft: boolean): void
  /** Begins a comment on what is selected. False when nothing is. */
  raise(): boolean
  /** Begins a comment on the block, cell or picture that begins at a position of the text. */
  raiseAt(at: number): boolean
  /** Begins a comment on the whole cell or block around the selection. */
  raiseOnWhole(): boolean
  raiseOnProject(): boolean
}

/** Begins and writes a point on a document's page. `onShow` brings it into view. */
export function usePointComposer(given: {
  documentId: string
  reviewer: Pick<Reviewer, 'begun' | 'canWrite'>
  sending: Pick<Sending, 'raise'>
  editor: Editor | null
  onShow(): void
}): PointComposer {
  const { documentId, reviewer, sending, editor, onShow } = given
  const { begun, canWrite } = reviewer
  const { draft, setDraft, discardDraft } = useKeptDraft(begun, documentId, canWrite)
  const begin = (anchor: Anchor | null) => {
    if (!anchor || !canWrite) return false
    setDraft((now) => ({
      id: now?.id ?? newClientId(),
      content: now?.content ?? null,
      severity: now?.severity ?? 'should',
      fields: now?.fields ?? noPointValues,
      anchor,
    }))
    onShow()
    return true
  }
  const raise = () => begin(editor && anchorOfSelection(editor, documentId))
  useModAltKey('KeyM', raise)
  return {
    draft,
    change: (change) => setDraft((now) => now && { ...now, ...change }),
    discard: discardDraft,
    send(isDraft) {
      if (!draft?.content) return
      const { anchor, severity, fields, content } = draft
      sending.raise({ ...withPlainText(content), draft: isDraft }, { anchor, severity, ...fields })
      discardDraft()
    },
    raise,
    raiseAt: (at) => begin(editor && anchorOfNode(editor, documentId, at)),
    raiseOnWhole: () => begin(editor && anchorOfWhole(editor, documentId)),
    raiseOnProject: () => begin({ type: 'project' }),
  }
}

/** The key that begins a comment on what is selected. */
export const raiseKeys = ['mod', 'alt', 'M']
