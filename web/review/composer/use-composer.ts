import type { Anchor } from '../../../shared/review.ts'
import { noThreadValues } from '../../ui/threads/ThreadFields.tsx'
import { useModAltKey } from '../../ui/use-mod-alt-key.ts'
import type { AnchorSource } from '../anchors/anchor-source.ts'
import { useKeptDraft, type Draft } from '../drafts/use-kept-draft.ts'
import { newClientId } from '../queue/client-id.ts'
import { withPlainText, type Sending } from '../queue/use-sending.ts'
import type { Reviewer } from '../reviewer/use-reviewer.ts'

/** The point that is being written on a resource's page, and what begins one. */
export interface ThreadComposer {
  draft: Draft | null
  change(change: Partial<Draft>): void
  discard(): void
  send(draft: boolean): void
  /** Begins a comment on what is selected. False when nothing is. */
  raise(): boolean
  /** Begins a comment on an anchored place. False where there is none, or nothing may be written. */
  raiseOn(anchor: Anchor | null): boolean
  raiseOnProject(): boolean
}

export interface ComposerNeeds {
  resourceId: string
  reviewer: Pick<Reviewer, 'autosave' | 'canWrite'>
  sending: Pick<Sending, 'raise'>
  /** Null until there is something to raise points on. */
  source: AnchorSource | null
  /** Brings what is written into view. */
  onShow(): void
}

/** Begins and writes a point on a resource's page. */
export function useThreadComposer(given: ComposerNeeds): ThreadComposer {
  const { resourceId, reviewer, sending, source, onShow } = given
  const { autosave, canWrite } = reviewer
  const { draft, setDraft, discardDraft } = useKeptDraft(autosave, resourceId, canWrite)
  const raiseOn = (anchor: Anchor | null) => {
    if (!anchor || !canWrite) return false
    setDraft((now) => ({
      id: now?.id ?? newClientId(),
      content: now?.content ?? null,
      severity: now?.severity ?? 'should',
      fields: now?.fields ?? noThreadValues,
      anchor,
    }))
    onShow()
    return true
  }
  const raise = () => raiseOn(source && source.selected())
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
    raiseOn,
    raiseOnProject: () => raiseOn({ type: 'project' }),
  }
}

/** The key that begins a comment on what is selected. */
export const raiseKeys = ['mod', 'alt', 'M']
