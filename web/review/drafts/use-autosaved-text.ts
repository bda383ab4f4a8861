import { useState } from 'react'
import type { Autosave } from './autosave.ts'

/** Plain words that are being written, kept on this device until they are sent or discarded, which `end` is told. */
export function useAutosavedText(
  autosave: Autosave,
  id: string,
  resourceId: string | null,
): { text: string; write(text: string): void; end(): void } {
  const [text, setText] = useState(() => autosave.get('text', id)?.text ?? '')
  const end = () => {
    setText('')
    autosave.drop('text', id)
  }
  const write = (next: string) => {
    setText(next)
    if (next.trim() === '') autosave.drop('text', id)
    else autosave.keep({ kind: 'text', id, resourceId, text: next })
  }
  return { text, write, end }
}
