import type { Editor } from '@tiptap/core'
import { useEffect, useRef } from 'react'
import { bringIntoView } from '../../review/anchors/highlights.ts'
import type { Ranks } from '../../review/anchors/places.ts'

/**
 * Brings the passage of the point that the address names into view, as soon as its place is known: a link to a point
 * leads there. What can be seen already stays where it is, and nothing moves again while one reads on, nor where the page
 * `wasKept` as it was left.
 */
export function useScrollToThread(
  editor: Editor | null,
  ranks: Ranks,
  threadId: string | null,
  wasKept: boolean,
): void {
  const shown = useRef<string | null>(wasKept ? threadId : null)
  const isKnown = threadId !== null && typeof ranks.get(threadId) === 'number'
  useEffect(() => {
    if (threadId === null) shown.current = null
    if (threadId === null || !editor || editor.isDestroyed || !isKnown || shown.current === threadId) return
    shown.current = threadId
    bringIntoView(editor, threadId, 'unless seen')
  }, [editor, isKnown, threadId])
}
