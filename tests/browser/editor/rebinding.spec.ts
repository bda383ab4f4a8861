import { expect, test } from '@playwright/test'
import { close, expectSaved, openForTwo, textOf, written } from '../../helpers/browser/editor-people.ts'

test('an editor that fails while it shows another’s words says so, reads anew and goes on; nothing is lost or deleted', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('Wall 3 mm')
  await textOf(li.page).click()
  await li.page.keyboard.press('ControlOrMeta+End')
  await expect(textOf(li.page)).toContainText('Wall 3 mm')
  await li.page.keyboard.type(', ABS')
  await expect(textOf(anna.page)).toContainText('Wall 3 mm, ABS')

  // the browser fails once, in the midst of drawing what another writes
  await li.page.evaluate(() => {
    const { insertBefore } = Node.prototype
    Node.prototype.insertBefore = function <Given extends Node>(given: Given, before: Node | null) {
      if (!this.parentElement?.closest('.ProseMirror') && !(this as Element).matches?.('.ProseMirror')) {
        return insertBefore.call(this, given, before) as Given
      }
      Node.prototype.insertBefore = insertBefore
      throw new Error('out of memory')
    }
  })
  await anna.page.keyboard.press('ControlOrMeta+End')
  await anna.page.keyboard.press('Enter')
  await anna.page.keyboard.type('Boss 2.4 mm')
  await expect(li.page.getByText('The text was read again from the server.')).toBeVisible()

  await expect(textOf(li.page)).toContainText('Boss 2.4 mm')
  await textOf(li.page).locator('p').first().click()
  await li.page.keyboard.press('End')
  await li.page.keyboard.type(', black')
  await anna.page.keyboard.type(', four of them')
  for (const { page } of [anna, li]) {
    await expect.poll(() => written(page)).toBe('Wall 3 mm, ABS, blackBoss 2.4 mm, four of them')
    await expectSaved(page)
  }
  const failures = li.complaints.splice(0)
  expect(failures).toHaveLength(1)
  expect(failures[0]).toContain('The editor came apart from the shared text. Error: out of memory')
  await close(anna, li)
})
