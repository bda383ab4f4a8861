import type { Page } from '@playwright/test'

/** Selects `words` in the document's text as a drag over them would. */
export async function selectWords(page: Page, words: string): Promise<void> {
  const block = page.locator('.ProseMirror :is(p, h1, h2, h3, td, th)', { hasText: words }).last()
  await block.scrollIntoViewIfNeeded()
  await block.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent!.indexOf(wanted)
      if (at < 0) continue
      element.closest<HTMLElement>('.ProseMirror')!.focus()
      getSelection()!.setBaseAndExtent(node, at, node, at + wanted.length)
      return
    }
  }, words)
}
