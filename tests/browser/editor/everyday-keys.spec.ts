import { expect, test } from '@playwright/test'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, expectSaved, openAs, paste, textOf, written } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'
import { signedIn } from '../../helpers/browser/visitor.ts'

async function openLamp(browser: Parameters<typeof openAs>[0]) {
  const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Anna Berg')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const writer = await openAs(browser, owner, documentId)
  await textOf(writer.page).click()
  return { ...writer, documentId }
}

test('U11: 、 opens the blocks before any words, and between words it is a comma', async ({ browser }) => {
  const writer = await openLamp(browser)
  const { page } = writer
  await page.keyboard.insertText('壁厚、筋')
  await press(page, 'Enter')
  expect(await written(page)).toBe('壁厚、筋')
  await page.keyboard.insertText('、')
  await page.keyboard.insertText('表格')
  await expect(page.getByRole('option', { name: /Table/ })).toBeVisible()
  await press(page, 'Enter')
  await expect(textOf(page).locator('table')).toHaveCount(1)
  expect(await written(page)).toBe('壁厚、筋')
  await close(writer)
})

test('U12: Tab in a paragraph loses no letters and ticks no box; Shift Tab leaves the text', async ({
  browser,
}) => {
  const writer = await openLamp(browser)
  const { page } = writer
  await page.keyboard.type('Wall')
  await press(page, 'Enter')
  await page.keyboard.type('[ ] a task')
  await press(page, 'ControlOrMeta+Home')
  await press(page, 'Tab')
  await page.keyboard.type(' 2.5 ')
  await expect(textOf(page).locator('p').first()).toHaveText(' 2.5 Wall')
  await expect(page.getByRole('checkbox').first()).not.toBeChecked()
  await press(page, 'Shift+Tab')
  await expect(textOf(page)).not.toBeFocused()
  await close(writer)
})

test('U27: replace all says how many; the text has the keys then, and Esc closes the bar', async ({
  browser,
}) => {
  const writer = await openLamp(browser)
  const { page } = writer
  await page.keyboard.type('wall, wall and wall')
  await press(page, 'ControlOrMeta+KeyF')
  await page.keyboard.type('wall')
  await expect(page.getByText('1 of 3', { exact: true })).toBeVisible()
  await page.getByRole('textbox', { name: 'Replace with', exact: true }).fill('rib')
  await page.getByRole('button', { name: 'Replace all', exact: true }).click()
  await expect(page.getByText('3 replaced', { exact: true })).toBeVisible()
  expect(await written(page)).toBe('rib, rib and rib')
  await press(page, 'ControlOrMeta+KeyZ')
  expect(await written(page)).toBe('wall, wall and wall')
  await press(page, 'Escape')
  await expect(page.getByRole('textbox', { name: 'Find', exact: true })).toHaveCount(0)
  await expect(textOf(page)).toBeFocused()
  await close(writer)
})

test('U9: a hit of the search opens at the place that was shown, and offers nothing for a selection', async ({
  browser,
}) => {
  const writer = await openLamp(browser)
  const { page, documentId } = writer
  await page.keyboard.type('Body ADC12 of 2.5 mm')
  await press(page, 'Enter')
  await page.keyboard.type('Cap ADC12')
  await expectSaved(page)
  await page.goto(`/documents/${documentId}?find=ADC12`)
  await expect(page.getByText('1 of 2', { exact: true })).toBeVisible()
  const hit = page.locator('.find-and-replace-result-current')
  await expect(textOf(page).locator('p').filter({ has: hit })).toHaveText('Body ADC12 of 2.5 mm')
  await page.getByRole('button', { name: 'Next', exact: true }).click()
  await expect(page.getByText('2 of 2', { exact: true })).toBeVisible()
  await expect(page.getByRole('toolbar', { name: 'Selected passage', exact: true })).toHaveCount(0)
  await close(writer)
})

test('U21: text with a NUL and half a character is taken without them, and saved', async ({ browser }) => {
  const writer = await openLamp(browser)
  const { page } = writer
  await paste(page, 'text/plain', 'Wall\u0000 3 mm\ud800 ABS')
  await page.keyboard.type(', black')
  expect(await written(page)).toBe('Wall 3 mm ABS, black')
  await expectSaved(page)
  await page.reload()
  await expect(textOf(page)).toContainText('Wall 3 mm ABS, black')
  await close(writer)
})

test('U1: the first field of the door has the focus', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(page.getByRole('textbox', { name: 'E-mail', exact: true })).toBeFocused()
  await page.goto('/create-account')
  await expect(page.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused()
})

test('U2: what is typed from "Create document" on stands in it from the first letter', async ({ page }) => {
  const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Anna Berg')
  const { projectId } = await createDocument(owner, { kind: 'brief', title: 'Other', template: 'blank' })
  await signedIn(page, owner)
  await page.goto(`/projects/${projectId}`)
  await page.getByRole('button', { name: 'New document', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'New document', exact: true })
  await dialog.getByRole('textbox', { name: 'Title', exact: true }).fill('Lamp')
  await dialog.getByRole('radio', { name: 'A blank page', exact: true }).check()
  const made = page.waitForURL(/\/documents\//)
  await press(page, 'Enter')
  await made
  await page.keyboard.type('Typed at once')
  await press(page, 'Enter')
  await page.keyboard.type('after')
  await expect(textOf(page).locator('p')).toHaveText(['Typed at once', 'after'])
  await expect(textOf(page)).toBeFocused()
})
