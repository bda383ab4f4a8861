import { expect, test } from '@playwright/test'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, expectSaved, openAs, textOf, written } from '../../helpers/browser/editor-people.ts'
import { press, selectWords } from '../../helpers/browser/select-words.ts'

async function openLamp(browser: Parameters<typeof openAs>[0]) {
  const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Anna Berg')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const writer = await openAs(browser, owner, documentId)
  await textOf(writer.page).click()
  await writer.page.keyboard.type('Wall 3 mm, wall of the base')
  return writer
}

test('U7: Ctrl K opens the search wherever the caret stands, and nothing typed for it goes into the text', async ({
  browser,
}) => {
  const writer = await openLamp(browser)
  const { page } = writer
  const field = page
    .getByRole('dialog')
    .getByRole('textbox', { name: 'Find a project or document, or do something…', exact: true })
  // all within one turn of the page, so that the search has had no time to open
  await page.evaluate(() => {
    const keyDown = (key: string, ctrlKey = false) => {
      const given = { key, code: `Key${key.toUpperCase()}`, ctrlKey, bubbles: true, cancelable: true }
      const goesOn = document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', given))
      if (goesOn && !ctrlKey) document.execCommand('insertText', false, key)
    }
    keyDown('k', true)
    return Promise.resolve().then(() => [...'bas'].forEach((key) => keyDown(key)))
  })
  await expect(field).toBeFocused()
  await page.keyboard.type('e')
  await expect(field).toHaveValue('base')
  await press(page, 'Escape')
  await expect(field).toHaveCount(0)
  expect(await written(page)).toBe('Wall 3 mm, wall of the base')
  // the caret is where it was
  await page.keyboard.type('!')
  expect(await written(page)).toBe('Wall 3 mm, wall of the base!')

  await press(page, 'Control+KeyF')
  await expect(page.getByRole('textbox', { name: 'Find', exact: true })).toBeFocused()
  await press(page, 'Control+KeyK')
  await expect(field).toBeFocused()
  await press(page, 'Escape')
  await expectSaved(page)
  await close(writer)
})

test('a key that follows in the turn in which the focus comes back is written where the caret was', async ({
  browser,
}) => {
  const writer = await openLamp(browser)
  const { page } = writer
  await press(page, 'Control+KeyF')
  await expect(page.getByRole('textbox', { name: 'Find', exact: true })).toBeFocused()
  await textOf(page).evaluate((text) => {
    text.focus()
    document.execCommand('insertText', false, '!')
  })
  await expect.poll(() => written(page)).toBe('Wall 3 mm, wall of the base!')
  await expectSaved(page)
  await close(writer)
})

test('U8: Ctrl F goes to the field of a bar that is open, with its words selected', async ({ browser }) => {
  const writer = await openLamp(browser)
  const { page } = writer
  const field = page.getByRole('textbox', { name: 'Find', exact: true })
  await press(page, 'Control+KeyF')
  await page.keyboard.type('mm')
  await textOf(page).click()
  await press(page, 'Control+KeyF')
  await expect(field).toBeFocused()
  await page.keyboard.type('wall')
  await expect(field).toHaveValue('wall')
  await expect(page.getByRole('status').filter({ hasText: '1 of 2' })).toBeVisible()
  await selectWords(page, 'base')
  await press(page, 'Control+KeyF')
  await expect(field).toHaveValue('base')
  await expect(field).toBeFocused()
  expect(await written(page)).toBe('Wall 3 mm, wall of the base')
  await close(writer)
})
