import type { Editor } from '@tiptap/core'
import { useEffect, useState } from 'react'

/** What is read from a whole text is read when nobody has written for so long (ms): in a long one it takes a while. */
const pauseMs = 300

/**
 * What `read` says of the editor's text, read a while after the editor came and anew after a pause in writing; null
 * until then. `read` must not change between renders, and returns what it returned before when nothing is another, so
 * that nothing is drawn again.
 */
export function useAfterPause<Value>(
  editor: Editor,
  read: (editor: Editor, before: Value | null) => Value,
): Value | null {
  const [value, setValue] = useState<Value | null>(null)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const lookLater = () => {
      clearTimeout(timer)
      timer = setTimeout(() => setValue((before) => read(editor, before)), pauseMs)
    }
    const wait = ({ transaction }: { transaction: { docChanged: boolean } }) => {
      if (transaction.docChanged) lookLater()
    }
    lookLater()
    editor.on('transaction', wait)
    return () => {
      clearTimeout(timer)
      editor.off('transaction', wait)
    }
  }, [editor, read])
  return value
}
