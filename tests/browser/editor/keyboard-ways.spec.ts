import { expect, test, type Page } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import {
  close,
  openAs,
  openForTwo,
  pastePicture,
  textOf,
  written,
} from '../../helpers/browser/editor-people.ts'
import { press, redoWithCapsLock } from '../../helpers/browser/select-words.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')

const isBeforeText = (page: Page) =>
  textOf(page).evaluate(
    (text) =>
      (text.compareDocumentPosition(document.activeElement!) & Node.DOCUMENT_POSITION_PRECEDING) !== 0,
  )

test('a picture gets its width and its description by keyboard alone, and the text is left forwards and backwards', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const text = textOf(page)
  await text.click()
  await page.keyboard.type('The lamp')
  await press(page, 'Enter')
  await pastePicture(page)
  await expect(text.locator('img[src*="/files/"]')).toBeVisible()
  await press(page, 'ArrowUp')
  const resize = page.getByRole('button', { name: english('editor:image.resize') })
  const describe = page.getByRole('button', { name: english('editor:image.alt'), exact: true })
  await expect(resize).toBeVisible()
  await press(page, 'Tab')
  await expect(resize).toBeFocused()
  await press(page, 'ArrowLeft')
  await expect(text.locator('img[src*="/files/"]')).toHaveCSS('width', '304px')
  await expect(resize).toBeFocused()
  await press(page, 'Tab')
  await expect(describe).toBeFocused()
  await press(page, 'Enter')
  await expect(page.getByRole('textbox', { name: english('editor:image.alt'), exact: true })).toBeFocused()
  await page.keyboard.type('A lamp on its stand')
  await press(page, 'Enter')
  await expect(describe).toBeFocused()
  await expect(textOf(li.page).getByText('A lamp on its stand', { exact: true })).toBeVisible()
  await press(page, 'Escape')
  await expect(text).toBeFocused()
  await press(page, 'F10')
  await expect(resize).toBeFocused()
  await press(page, 'Escape')
  // what is typed goes behind the picture, as ever
  await page.keyboard.type('Fig. 1')
  expect(await written(page)).toMatch(/Fig\. 1$/)

  // the words that are selected have a bar too
  await press(page, 'Shift+Home')
  const bubble = page.getByRole('toolbar', { name: english('editor:selection'), exact: true })
  await expect(bubble).toBeVisible()
  await press(page, 'F10')
  await expect(bubble.getByRole('button').first()).toBeFocused()
  await press(page, 'Escape')
  await expect(text).toBeFocused()
  await press(page, 'End')
  await expect(bubble).toBeHidden()

  await press(page, 'Escape')
  await press(page, 'Tab')
  await expect(text).not.toBeFocused()
  expect(await isBeforeText(page)).toBe(false)
  await text.getByText('The lamp', { exact: true }).click()
  await press(page, 'Home')
  await page.keyboard.type('- ')
  await press(page, 'Escape')
  await press(page, 'Shift+Tab')
  expect(await isBeforeText(page)).toBe(true)
  await close(anna, li)
})

test('Tab in a table goes to the next cell, F10 to its bar, and after Esc out of the text; ArrowDown leads below it', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const text = textOf(page)
  await text.click()
  await page.keyboard.type('/table')
  await press(page, 'Enter')
  const cells = text.locator('td, th')
  await expect(cells.first()).toBeVisible()
  const count = await cells.count()
  // nothing stands below it
  await press(page, 'ControlOrMeta+End')
  await press(page, 'Backspace')
  await expect(text.locator('> p:last-child')).toHaveCount(0)
  await cells.nth(count - 3).click()
  await page.keyboard.type('Wall')
  await press(page, 'ArrowDown')
  await page.keyboard.type('After the table')
  await expect(text.locator('> p:last-child')).toHaveText('After the table')
  expect(await cells.allTextContents()).toEqual(
    Array.from({ length: count }, (_, at) => (at === count - 3 ? 'Wall' : '')),
  )
  await press(page, 'ArrowUp')
  await page.keyboard.type('!')
  await expect(cells.filter({ hasText: '!' })).toHaveCount(1)

  // an open menu has the keys first, also there
  await cells.nth(count - 2).click()
  await page.keyboard.type('/')
  const options = page.getByRole('option')
  await expect(options.first()).toHaveAttribute('aria-selected', 'true')
  await press(page, 'ArrowDown')
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true')
  await press(page, 'Escape')
  await expect(options).toHaveCount(0)
  await press(page, 'Backspace')
  await expect(text.locator('> p:last-child')).toHaveText('After the table')

  await cells.first().click()
  await press(page, 'Tab')
  await page.keyboard.type('Second')
  await expect(cells.nth(1)).toHaveText('Second')
  await press(page, 'F10')
  const bar = page.getByRole('toolbar', { name: english('editor:table.label'), exact: true })
  await expect(bar.getByRole('button').first()).toBeFocused()
  await press(page, 'Escape')
  await expect(text).toBeFocused()
  await press(page, 'Escape')
  await press(page, 'Tab')
  await expect(text).not.toBeFocused()
  await close(anna, li)
})

test('with Caps Lock on, Ctrl Shift Z does again and never undoes', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await page.keyboard.type('Wall')
  await redoWithCapsLock(page)
  expect(await written(page)).toBe('Wall')
  await press(page, 'ControlOrMeta+KeyZ')
  expect(await written(page)).toBe('')
  await redoWithCapsLock(page)
  await redoWithCapsLock(page)
  expect(await written(page)).toBe('Wall')
  await close(anna, li)
})

test('after Esc, who clicks into the text or comes back to it has Tab for the text again', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const text = textOf(page)
  await text.click()
  await page.keyboard.type('/table')
  await press(page, 'Enter')
  const cells = text.locator('td, th')
  await cells.first().click()
  await press(page, 'Escape')
  await cells.first().click()
  await press(page, 'Tab')
  await page.keyboard.type('Second')
  await expect(cells.nth(1)).toHaveText('Second')

  await press(page, 'Escape')
  await press(page, 'ControlOrMeta+f')
  await expect(text).not.toBeFocused()
  await press(page, 'Escape')
  await expect(text).toBeFocused()
  await press(page, 'Tab')
  await page.keyboard.type('Third')
  await expect(cells.nth(2)).toHaveText('Third')
  await close(anna, li)
})

test('a description that is half written is kept when the picture is left, and while another changes the picture', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await pastePicture(page)
  const pictures = [page, li.page].map((at) => textOf(at).locator('img[src*="/files/"]'))
  for (const picture of pictures) await expect(picture).toBeVisible()
  const field = page.getByRole('textbox', { name: english('editor:image.alt'), exact: true })
  const begin = async () => {
    await pictures[0]!.click()
    await page.getByRole('button', { name: english('editor:image.alt'), exact: true }).click()
    await expect(field).toBeFocused()
  }
  await begin()
  await page.keyboard.type('A lamp')
  await textOf(page).locator('> p').last().click()
  await expect(field).toBeHidden()
  await expect(textOf(li.page).getByText('A lamp', { exact: true })).toBeVisible()

  await begin()
  await expect(field).toHaveValue('A lamp')
  await page.keyboard.press('End')
  await page.keyboard.type(' on its stand')
  await pictures[1]!.click()
  await li.page.getByRole('button', { name: english('editor:image.resize') }).press('ArrowLeft')
  await expect(pictures[0]!).toHaveCSS('width', '304px')
  await expect(field).toHaveValue('A lamp on its stand')
  await page.keyboard.type(', brass')
  await textOf(page).locator('> p').last().click()
  await expect(textOf(li.page).getByText('A lamp on its stand, brass', { exact: true })).toBeVisible()
  await expect(pictures[0]!).toHaveCSS('width', '304px')
  // and is not asked for again by itself
  await pictures[0]!.click()
  await expect(page.getByRole('button', { name: english('editor:image.alt'), exact: true })).toBeVisible()
  await expect(field).toBeHidden()
  await close(anna, li)
})

for (const locale of locales) {
  test(`${locale}: the keys that lead out of the text and to its tools are told, on the screen and to who hears it`, async ({
    browser,
    baseURL,
  }) => {
    const t = wordsOf(locale)
    const owner = await createPerson(baseURL!, 'Anna Berg', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
    const writer = await openAs(browser, owner, documentId, { locale })
    const text = textOf(writer.page)
    await expect(text).toHaveAttribute('aria-description', t('editor:keys.description'))
    await expect(writer.page.getByText(t('editor:keys.leave'))).toBeVisible()
    await expect(writer.page.getByText(t('editor:keys.leave'))).toContainText('F10')
    await writer.page.setViewportSize({ width: 390, height: 800 })
    await expect(writer.page.getByText(t('editor:keys.leave'))).toBeHidden()
    await close(writer)
  })
}
