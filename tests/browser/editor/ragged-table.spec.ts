import { expect, test } from '@playwright/test'
import { close, expectSaved, openForTwo, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')

test('a row and a column that two people put into a table at the same moment: both go on at their carets, and undo their own', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await paste(
    anna.page,
    'text/html',
    '<table><tr><th>H1</th><th>H2</th></tr><tr><td>a1</td><td>a2</td></tr><tr><td>b1</td><td>b2</td></tr></table>',
  )
  const cellsOf = (page: typeof anna.page) => textOf(page).locator('td, th')
  for (let round = 1; round <= 5; round++) {
    for (const { page } of [anna, li]) await expect(cellsOf(page)).toHaveCount(6)
    await cellsOf(anna.page).filter({ hasText: 'a2' }).click()
    await cellsOf(li.page).filter({ hasText: 'b1' }).click()
    const row = anna.page.getByRole('button', { name: english('editor:table.addRowAfter') })
    const column = li.page.getByRole('button', { name: english('editor:table.addColumnBefore') })
    await expect(row).toBeVisible()
    await expect(column).toBeVisible()
    await Promise.all([
      row.evaluate((button: HTMLElement) => button.click()),
      column.evaluate((button: HTMLElement) => button.click()),
    ])
    for (const { page } of [anna, li]) await expect(cellsOf(page)).toHaveCount(12)
    for (const who of [anna, li]) {
      expect(who.complaints).toEqual([])
      await expect(textOf(who.page)).toBeFocused()
    }
    // each goes on in the cell in which they were
    await li.page.keyboard.type('!')
    await expect(cellsOf(anna.page).filter({ hasText: 'b' }).filter({ hasText: '!' })).toHaveCount(1)
    await anna.page.keyboard.press('ControlOrMeta+z')
    await li.page.keyboard.press('ControlOrMeta+z')
    await li.page.keyboard.press('ControlOrMeta+z')
    for (const { page } of [anna, li]) {
      await expect(cellsOf(page)).toHaveCount(6)
      await expectSaved(page)
    }
  }
  await close(anna, li)
})
