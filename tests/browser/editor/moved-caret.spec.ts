import { expect, test, type Page } from '@playwright/test'
import { close, openForTwo, textOf } from '../../helpers/browser/editor-people.ts'
import { holdUploads } from '../../helpers/browser/held-upload.ts'
import { press } from '../../helpers/browser/select-words.ts'

/** Opens the text again with a switch that keeps it from the editor that the caret was moved. */
async function holdSelection(page: Page): Promise<(isOn: boolean) => Promise<unknown>> {
  await page.addInitScript(() => {
    const held = { isOn: false }
    Object.assign(window, { held })
    const keep = (event: Event) => held.isOn && event.stopImmediatePropagation()
    // the first to hear of it
    document.addEventListener('selectionchange', keep, true)
  })
  await page.reload()
  return (isOn) =>
    page.evaluate((is) => Object.assign((window as unknown as { held: object }).held, { isOn: is }), isOn)
}

test('a caret stays where its person put it, though somebody else writes before the browser has told of it', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const hold = await holdSelection(anna.page)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('First')
  await anna.page.keyboard.press('Enter')
  await anna.page.keyboard.type('Second')
  await expect(textOf(li.page).locator('p').last()).toHaveText('Second')
  await textOf(li.page).locator('p').last().click()
  await li.page.keyboard.press('End')
  const moves = [
    () => anna.page.keyboard.press('ArrowUp'),
    () =>
      textOf(anna.page)
        .locator('p')
        .first()
        .click({ position: { x: 3, y: 5 } }),
  ]
  for (const [index, move] of moves.entries()) {
    await textOf(anna.page).locator('p').last().click()
    await hold(true)
    await move()
    await li.page.keyboard.type(`${index}`)
    await expect(textOf(anna.page).locator('p').last()).toContainText(`${index}`)
    await hold(false)
    await anna.page.keyboard.type('x')
    await expect(textOf(li.page).locator('p').first()).toHaveText(/x.*/)
    await expect(textOf(anna.page).locator('p').last()).not.toContainText('x')
  }
  await close(anna, li)
})

test('a key goes where the caret was put before the browser has told of it, also after a click on what is drawn into the text', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const hold = await holdSelection(page)
  const { choose, letGo } = await holdUploads(page, 'en')
  const paragraphs = textOf(page).locator('p')
  await textOf(page).click()
  await page.keyboard.type('one two')
  await press(page, 'Enter')
  await page.keyboard.type('three')
  await press(page, 'Enter')
  await choose()
  const bar = (await textOf(page).locator('progress').boundingBox())!
  await hold(true)
  await page.mouse.click(bar.x + bar.width / 2, bar.y + bar.height / 2)
  await page.keyboard.type('typed on')
  await expect(paragraphs.last()).toContainText('typed on')
  await hold(false)
  letGo()
  await expect(textOf(page).locator('img[src]')).toHaveCount(1)

  await paragraphs.nth(1).click()
  await press(page, 'Home')
  await hold(true)
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await hold(false)
  await expect(paragraphs).toHaveText(['', 'one two', 'three', 'typed on'])
  await press(page, 'Control+End')
  await hold(true)
  await paragraphs.nth(2).click({ position: { x: 1, y: 5 } })
  await page.keyboard.press('Backspace')
  await hold(false)
  await expect(paragraphs).toHaveText(['', 'one twothree', 'typed on'])
  await close(anna, li)
})
