import { useRouterState } from '@tanstack/react-router'
import type { Editor } from '@tiptap/core'
import { useEffect, useRef, useState } from 'react'
import { caretOf, placeOfCaret } from '../../editor/caret/kept-caret.ts'
import { goToPlace, keepPlace, placeAt, placeIn, type Place } from '../../editor/caret/kept-place.ts'

/** Between two looks at where the reader is while they scroll (ms). */
const lookMs = 200

/**
 * Keeps where somebody is in a document's text, and their caret while they write, over a reload and for the way back, by
 * the entry of the browser's history: who comes by a link begins where it leads. True when the page was opened with a
 * place that was kept. While the text is not `shown`, nothing is kept, nor once the address is another document's.
 */
export function useKeptPlace(documentId: string, editor: Editor | null, shown: boolean): boolean {
  const entry = useRouterState({
    select: ({ location: { pathname, state } }) =>
      pathname.endsWith(`/${documentId}`) ? `${documentId} ${state.__TSR_key ?? ''}` : null,
  })
  const [wasKept] = useState(() => entry !== null && placeAt(entry) !== null)
  const latest = useRef({ entry, shown })
  const last = useRef<Place | null>(null)
  const wasHidden = useRef(false)
  useEffect(() => {
    latest.current = { entry, shown }
    if (!shown) wasHidden.current = true
    if (entry === null || !editor || editor.isDestroyed || !shown) return
    const text = editor.view.dom
    const scroller = text.closest('main')
    if (!scroller) return
    // also when another view of it, such as a version, was left for it
    const kept = placeAt(entry) ?? (wasHidden.current ? last.current : null)
    wasHidden.current = false
    const stay = kept ? goToPlace(scroller, text, kept) : () => {}
    const notAwaited = new AbortController()
    const putCaret = () => {
      if (!kept?.caret || !editor.isEditable || document.activeElement !== document.body)
        return notAwaited.abort()
      const at = placeOfCaret(editor.state, kept.caret)
      if (at === null) return
      notAwaited.abort()
      editor.commands.focus(at, { scrollIntoView: false })
    }
    // what it stands in may come with the server's text
    editor.on('update', putCaret)
    notAwaited.signal.addEventListener('abort', () => editor.off('update', putCaret))
    putCaret()
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => {
      clearTimeout(timer)
      timer = undefined
      const place = placeIn(scroller, text)
      if (!place || latest.current.entry !== entry || !latest.current.shown) return
      last.current = place
      const caret = editor.isFocused ? caretOf(editor.state) : null
      keepPlace(entry, caret ? { ...place, caret } : place)
    }
    // an entry that takes the place of another begins where that one was
    if (!kept) look()
    const onScroll = () => void (timer ??= setTimeout(look, lookMs))
    scroller.addEventListener('scroll', onScroll, { passive: true })
    window.addEventListener('pagehide', look)
    return () => {
      stay()
      notAwaited.abort()
      clearTimeout(timer)
      scroller.removeEventListener('scroll', onScroll)
      window.removeEventListener('pagehide', look)
    }
  }, [editor, entry, shown])
  return wasKept
}
