import type { Editor } from '@tiptap/core'
import { useEffect, useState } from 'react'

/** What is read from a whole text is read when nobody has written for so long (ms): in a long one it takes a while. */
const pauseMs = 300

/**
 * What `read` says of the editor's text, read anew after a pause in writing. `read` must not change between renders,
 * and returns what it returned before when nothing is another, so that nothing is drawn again.
 */
export function useAfterPause<Value>(editor: Editor, read: (editor: Editor, before?: Value) => Value): Value {
  const [value, setValue] = useState(() => read(editor))
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = () => setValue((before) => read(editor, before))
    const wait = ({ transaction }: { transaction: { docChanged: boolean } }) => {
      if (!transaction.docChanged) return
      clearTimeout(timer)
      timer = setTimeout(look, pauseMs)
    }
    look()
    editor.on('transaction', wait)
    return () => {
      clearTimeout(timer)
      editor.off('transaction', wait)
    }
  }, [editor, read])
  return value
}
