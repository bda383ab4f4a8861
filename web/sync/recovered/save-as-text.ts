/** Gives the person a text file of some words, named after the document. */
export function saveAsText(title: string, words: string): void {
  const address = URL.createObjectURL(new Blob([words], { type: 'text/plain;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = address
  link.download = `${title}.txt`
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
