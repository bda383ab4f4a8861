import type { Editor } from '@tiptap/core'
import { useEffect } from 'react'

/**
 * Takes the reader to a field with the next frame, also when its pane has just been opened; `showsForm`: and the whole of
 * its form into view. Whoever is in it already has their caret, or has selected something.
 */
export function useFocusAtEnd(editor: Editor, isWanted: boolean, showsForm = false): void {
  useEffect(() => {
    if (!isWanted) return
    const frame = requestAnimationFrame(() => {
      if (!editor.isFocused) editor.commands.focus('end')
      if (showsForm) editor.view.dom.closest('form')?.scrollIntoView({ block: 'nearest' })
    })
    return () => cancelAnimationFrame(frame)
  }, [editor, isWanted, showsForm])
}
