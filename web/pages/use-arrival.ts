import type { Editor } from '@tiptap/core'
import { useEffect, useRef } from 'react'
import { scrollToPlace, type Places } from '../review/highlights.ts'

/**
 * Brings the passage of the point that the address names into view, as soon as its place is known: a link to a point
 * leads there. What can be seen already stays where it is, and nothing moves again while one reads on.
 */
export function useArrival(editor: Editor | null, places: Places, threadId: string | null): void {
  const shown = useRef<string | null>(null)
  const place = threadId === null ? undefined : places.get(threadId)
  useEffect(() => {
    if (threadId === null) shown.current = null
    if (!editor || editor.isDestroyed || !place || shown.current === threadId) return
    shown.current = threadId
    const { top } = editor.view.coordsAtPos(place.from)
    const isSeen = top > 0 && top < window.innerHeight
    if (!isSeen) scrollToPlace(editor, place)
  }, [editor, place, threadId])
}
