import { expect, test } from '@playwright/test'
import {
  close,
  expectKeptApart,
  expectSaved,
  openForTwo,
  paste,
  textOf,
  written,
} from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

test('U6: words written offline in a passage that was deleted meanwhile are shown to who wrote them, after a reload too', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('Gate')
  await press(anna.page, 'Enter')
  await anna.page.keyboard.type('Wall')
  await expect(textOf(li.page)).toContainText('Wall')
  await li.page.context().setOffline(true)
  await textOf(li.page).getByText('Wall', { exact: true }).click()
  await press(li.page, 'End')
  await li.page.keyboard.type(' of 3 mm, says the factory')
  await expect(li.page.getByText('changes kept on this device')).toBeVisible()

  await expectSaved(anna.page)
  await press(anna.page, 'Shift+Home')
  await press(anna.page, 'Backspace')
  await press(anna.page, 'Backspace')
  await expectSaved(anna.page)
  expect(await written(anna.page)).toBe('Gate')

  await li.page.context().setOffline(false)
  const told = li.page.getByRole('alert').filter({ hasText: 'removed meanwhile' })
  await expect(told).toContainText('of 3 mm, says the factory')
  // no tick as long as words wait in the notice
  await expectKeptApart(li.page)
  for (const { page } of [anna, li]) expect(await written(page)).toBe('Gate')
  await li.page.reload()
  await expect(told).toContainText('of 3 mm, says the factory')
  await told.getByRole('button', { name: 'Throw these words away' }).click()
  await li.page.getByRole('dialog').getByRole('button', { name: 'Throw these words away' }).click()
  await expectSaved(li.page)
  await expect(anna.page.getByRole('alert')).toHaveCount(0)
  li.complaints.splice(0)
  await close(anna, li)
})

test('U10: Ctrl Z after a restore changes nothing, and undoes what is written afterwards', async ({
  browser,
}) => {
  const { anna, li, documentId } = await openForTwo(browser)
  const versions = `/api/documents/${documentId}/versions`
  await textOf(anna.page).click()
  await anna.page.keyboard.type('alpha beta gamma delta')
  await expectSaved(anna.page)
  const { version } = await anna.person.post<{ version: { id: string } }>(versions, { name: 'first' })
  for (let times = 0; times < 12; times++) await press(anna.page, 'ArrowLeft')
  await press(anna.page, 'Enter')
  await anna.page.keyboard.type('NEW ')
  await expect(textOf(li.page)).toContainText('NEW')
  await textOf(li.page).click()
  await press(li.page, 'ControlOrMeta+End')
  await li.page.keyboard.type(' of Li')
  await expectSaved(li.page)
  await anna.person.ask('POST', `${versions}/${version.id}/restore`)
  for (const { page } of [anna, li]) {
    await expect.poll(() => written(page)).toBe('alpha beta gamma delta')
    await textOf(page).click()
    await press(page, 'ControlOrMeta+KeyZ')
    await press(page, 'ControlOrMeta+KeyZ')
    expect(await written(page)).toBe('alpha beta gamma delta')
    await expect(page.getByRole('button', { name: 'Undo', exact: true })).toBeDisabled()
  }
  await press(li.page, 'ControlOrMeta+End')
  await li.page.keyboard.insertText(' later')
  await expect(textOf(anna.page)).toContainText('delta later')
  await press(li.page, 'ControlOrMeta+KeyZ')
  for (const { page } of [anna, li]) await expect.poll(() => written(page)).toBe('alpha beta gamma delta')
  await close(anna, li)
})

test('U4: one Ctrl Z takes back the paste, the table, or all that was replaced, and not the words before it', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await page.keyboard.type('typed')
  await paste(page, 'text/plain', ' PASTED')
  expect(await written(page)).toBe('typed PASTED')
  await press(page, 'ControlOrMeta+KeyZ')
  expect(await written(page)).toBe('typed')

  await page.keyboard.type(' /table')
  await press(page, 'Enter')
  await expect(textOf(page).locator('table')).toHaveCount(1)
  await press(page, 'ControlOrMeta+KeyZ')
  await expect(textOf(page).locator('table')).toHaveCount(0)
  expect(await written(page)).toContain('typed')

  await press(page, 'ControlOrMeta+KeyF')
  await page.keyboard.type('t')
  await page.getByRole('textbox', { name: 'Replace with', exact: true }).fill('T')
  await page.getByRole('button', { name: 'Replace all', exact: true }).click()
  await expect.poll(() => written(page)).toContain('Typed')
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect.poll(() => written(page)).toContain('typed')
  await close(anna, li)
})

test('U10: Ctrl Z beside the text is the undo of the text, and takes away nothing of what others wrote or a restore brought', async ({
  browser,
}) => {
  const { anna, li, documentId } = await openForTwo(browser)
  const { page } = anna
  const versions = `/api/documents/${documentId}/versions`
  const beside = async () => {
    await page.getByRole('heading', { name: wordsOf('en')('editor:page.outline') }).click()
    await expect(textOf(page)).not.toBeFocused()
  }
  await textOf(page).click()
  await page.keyboard.type('壁厚 x 2.5 mm')
  const whole = await written(page)
  // what was typed may be several steps: each takes from its end, and none puts anything back
  let left = whole
  for (let times = 0; times < 9; times++) {
    await beside()
    await press(page, 'ControlOrMeta+KeyZ')
    const now = await written(page)
    expect(left.startsWith(now), `${now} of ${left}`).toBe(true)
    left = now
  }
  expect(left).toBe('')
  await textOf(page).click()
  for (let times = 0; times < 9; times++) await press(page, 'ControlOrMeta+Shift+KeyZ')
  await expect.poll(() => written(page)).toBe(whole)
  await textOf(li.page).click()
  await press(li.page, 'ControlOrMeta+Home')
  await li.page.keyboard.type('Li says: ')
  await expect.poll(() => written(page)).toBe('Li says: 壁厚 x 2.5 mm')

  await expectSaved(page)
  const { version } = await anna.person.post<{ version: { id: string } }>(versions, { name: 'first' })
  await textOf(page).click()
  await press(page, 'ControlOrMeta+End')
  await page.keyboard.type(' a b')
  await expectSaved(page)
  await anna.person.ask('POST', `${versions}/${version.id}/restore`)
  await expect.poll(() => written(page)).toBe('Li says: 壁厚 x 2.5 mm')
  for (let times = 0; times < 3; times++) {
    await beside()
    await press(page, 'ControlOrMeta+KeyZ')
  }
  await press(li.page, 'ControlOrMeta+End')
  await li.page.keyboard.type('!')
  for (const one of [anna, li]) await expect.poll(() => written(one.page)).toBe('Li says: 壁厚 x 2.5 mm!')
  await close(anna, li)
})
