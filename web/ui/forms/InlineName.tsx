import { TextInput, UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import { isOfComposition } from '../text/composing.ts'

/** A name that becomes a field when pressed. Enter or leaving keeps it, Esc gives it up. */
export function InlineName({
  name,
  label,
  longest,
  onRename,
}: {
  name: string
  label: string
  /** In characters. */
  longest: number
  onRename(name: string): void
}) {
  const [draft, setDraft] = useState<string | null>(null)
  if (draft === null) {
    return (
      <UnstyledButton
        fz="inherit"
        fw="inherit"
        aria-label={`${name}: ${label}`}
        onClick={() => setDraft(name)}
      >
        {name}
      </UnstyledButton>
    )
  }
  const keep = () => {
    const wanted = draft.trim()
    if (wanted && wanted !== name) onRename(wanted)
    setDraft(null)
  }
  return (
    <TextInput
      autoFocus
      size="xs"
      w={280}
      maxLength={longest}
      aria-label={label}
      value={draft}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={keep}
      onKeyDown={(event) => {
        if (isOfComposition(event)) return
        if (event.key === 'Enter') keep()
        if (event.key === 'Escape') setDraft(null)
      }}
    />
  )
}
