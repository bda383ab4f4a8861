import type { Page } from '@playwright/test'

/** Moves the caret and lets the browser tell the editor of it, which it does before the next frame. */
export async function press(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key)
  await nextFrame(page)
}

/** Ctrl Shift Z as it is with Caps Lock on: the key says `z`. */
export async function redoWithCapsLock(page: Page): Promise<void> {
  const keys = await page.context().newCDPSession(page)
  const key = { key: 'z', code: 'KeyZ', windowsVirtualKeyCode: 90, modifiers: 10 }
  await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key })
  await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
  await keys.detach()
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

/**
 * The caret behind so many letters of the block that has these words. It is set at once: of forty presses of an arrow
 * each is drawn by every browser that has the text open.
 */
export async function goTo(page: Page, words: string, at: number): Promise<void> {
  const block = blockOf(page, words)
  await block.click()
  await block.evaluate((element, letters) => {
    // others' names, drawn beside their carets, are no letters of the text
    const accept = (node: Node) =>
      node.parentElement!.closest('.others-caret') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, accept)
    let left = letters
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const { length } = node.textContent!
      if (left <= length) return getSelection()!.collapse(node, left)
      left -= length
    }
    throw new Error(`the block has no ${letters} letters`)
  }, at)
  await press(page, 'Shift')
}

const nextFrame = (page: Page) =>
  page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))))
