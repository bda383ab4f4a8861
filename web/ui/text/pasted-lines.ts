/** What stands between two cells of a row, where there are no tables. */
export const betweenCells = ' | '

/** Kinds of fields of one line that take words. */
const wordy = new Set(['text', 'search', 'email', 'url', 'tel'])

/**
 * Cells that are pasted into any field of one line stand apart by a bar: a name with a tab in it is refused, and to the
 * eye it is a blank. Lines are parted by the browser, with a blank.
 */
export function partPastedCells(): void {
  document.addEventListener('paste', (event) => {
    const { target, clipboardData } = event
    if (!(target instanceof HTMLInputElement) || !wordy.has(target.type) || target.readOnly) return
    const text = clipboardData?.getData('text/plain') ?? ''
    if (event.defaultPrevented || !text.includes('\t')) return
    event.preventDefault()
    const line = text
      .trim()
      .replaceAll(/ *\t */g, betweenCells)
      .replaceAll(/[\r\n]+/g, ' ')
    // as typed: the field hears of it, and it can be undone
    document.execCommand('insertText', false, line)
  })
}
