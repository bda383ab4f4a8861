import type { Page } from '@playwright/test'

/** Moves the caret and lets the browser tell the editor of it, which it does before the next frame. */
export async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key)
  await nextFrame(page)
}

/** Selects `words` in the document's text as a drag over them would. */
export async function selectWords(page: Page, words: string): Promise<void> {
  const block = page.locator('.ProseMirror :is(p, h1, h2, h3, td, th)', { hasText: words }).last()
  await block.scrollIntoViewIfNeeded()
  await block.evaluate((element, wanted) => {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent!.indexOf(wanted)
      if (at < 0) continue
      // a text that one may only read takes no focus, and a press on it leaves none in a field
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
      element.closest<HTMLElement>('.ProseMirror')!.focus()
      getSelection()!.setBaseAndExtent(node, at, node, at + wanted.length)
      return
    }
  }, words)
  await nextFrame(page)
}

/** The first block of the document's text that has these words. */
export const blockOf = (page: Page, words: string | RegExp) =>
  page.locator('.ProseMirror').locator('p, h1, h2, h3, h4, pre', { hasText: words }).first()

/** The caret behind so many letters of the block that has these words. */
export async function goTo(page: Page, words: string, at: number): Promise<void> {
  await blockOf(page, words).click()
  await press(page, 'Home')
  for (let step = 0; step < at; step++) await page.keyboard.press('ArrowRight')
  await press(page, 'Shift')
}

const nextFrame = (page: Page) =>
  page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))))
