import type { Editor, Extension } from '@tiptap/core'
import { useContext, useEffect, useMemo, useState } from 'react'
import { isInText, type Anchor, type Thread } from '../../../shared/review.ts'
import { useObserved } from '../../sync/room/use-room.ts'
import { NewSince } from '../../ui/threads/NewMark.tsx'
import type { Outgoing } from '../queue/outgoing.ts'
import { createHighlights, showHighlights } from './highlights.ts'
import { markedIn } from './marked.ts'
import type { Ranks } from './places.ts'

/** The marks of a document's points in its text. */
export interface Marks {
  /** In which order the points stand in the text. */
  ranks: Ranks
  /** For an editor, which begins with what is known now. */
  extension(): Extension
}

/** Marks in an editor's text what points are about, those that are on their way, and what is being written on. */
export function useMarks(given: {
  editor: Editor | null
  threads: readonly Thread[]
  outgoing: readonly Outgoing[]
  written: { anchor: Anchor } | null
  active: string | null
  onPick(threadId: string): void
}): Marks {
  const { editor, threads, outgoing, written, active, onPick } = given
  const [highlights] = useState(createHighlights)
  const ranks = useObserved(highlights.ranks)
  useEffect(() => highlights.onPick(onPick), [highlights, onPick])
  const reader = useContext(NewSince)
  const marked = useMemo(
    () => markedIn(isInText, threads, outgoing, written, reader),
    [threads, outgoing, written, reader],
  )
  const shown = written ? 'draft' : active
  useEffect(() => {
    if (editor && !editor.isDestroyed) showHighlights(editor, { marked, active: shown })
  }, [editor, marked, shown])
  return { ranks, extension: () => highlights.extension({ marked, active: shown }) }
}
