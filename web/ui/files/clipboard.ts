/**
 * Puts words on the clipboard. Without TLS a browser gives pages no clipboard, but copies what is selected in a field
 * when a button is pressed. @throws Error where it does neither
 */
export async function putOnClipboard(words: string): Promise<void> {
  // without TLS there is none, whatever its type says
  const clipboard = navigator.clipboard as Clipboard | undefined
  if (clipboard) return clipboard.writeText(words)
  const before = document.activeElement as HTMLElement | null
  const field = document.createElement('textarea')
  field.value = words
  field.readOnly = true
  field.style.position = 'fixed'
  field.style.opacity = '0'
  // within a dialog, which lets no focus out
  ;(before?.closest('[role="dialog"]') ?? document.body).append(field)
  field.select()
  const isCopied = document.execCommand('copy')
  field.remove()
  before?.focus()
  if (!isCopied) throw new Error('not copied')
}
