import { useEffect, useState } from 'react'
import type { CommentContent } from '../../../shared/comment/content.ts'
import type { Anchor, Severity } from '../../../shared/review.ts'
import { noThreadValues, type ThreadValues } from '../../ui/threads/ThreadFields.tsx'
import type { Autosave } from './autosave.ts'

/** A comment that is being written on a passage, a block, a cell, a picture or the project. */
export interface Draft {
  id: string
  anchor: Anchor
  content: CommentContent | null
  severity: Severity
  fields: ThreadValues
  /** True when it was begun earlier: then it is shown and does not take the focus. */
  isRestored?: boolean
}

/** The point that is being written on a document's page: from what this device keeps, and kept there as it grows. */
export function useKeptDraft(autosave: Autosave, resourceId: string, canWrite: boolean) {
  const [draft, setDraft] = useState<Draft | null>(() => {
    const kept = canWrite ? autosave.latest('point', resourceId) : null
    return kept && { ...kept, fields: { ...noThreadValues, ...kept.fields }, isRestored: true }
  })
  useEffect(() => {
    if (!draft) return
    const { id, anchor, content, severity, fields } = draft
    if (content) autosave.keep({ kind: 'point', id, resourceId, anchor, content, severity, fields })
    else autosave.drop('point', id)
  }, [draft, autosave, resourceId])
  const id = draft?.id
  useEffect(() => {
    if (id === undefined) return
    return autosave.onGone('point', id, (was) => {
      // written on here since, it is not what was sent or discarded there
      const same = (now: Draft) =>
        JSON.stringify(now.content) === JSON.stringify((JSON.parse(was) as Draft).content)
      setDraft((now) => (now && same(now) ? null : now))
    })
  }, [id, autosave])
  return {
    draft,
    setDraft,
    discardDraft() {
      if (draft) autosave.drop('point', draft.id)
      setDraft(null)
    },
  }
}
