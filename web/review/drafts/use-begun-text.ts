import { useState } from 'react'
import type { BegunWords } from './begun.ts'

/** Plain words that are being written, kept on this device until they are sent or discarded, which `end` is told. */
export function useBegunText(
  begun: BegunWords,
  id: string,
  resourceId: string | null,
): { text: string; write(text: string): void; end(): void } {
  const [text, setText] = useState(() => begun.get('text', id)?.text ?? '')
  const end = () => {
    setText('')
    begun.drop('text', id)
  }
  const write = (next: string) => {
    setText(next)
    if (next.trim() === '') begun.drop('text', id)
    else begun.keep({ kind: 'text', id, resourceId, text: next })
  }
  return { text, write, end }
}
