import { expect, test } from '@playwright/test'
import { close, expectSaved, openForTwo, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'

test('one undo takes back a border of a column that was dragged, and not what was typed before it', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await paste(page, 'text/html', '<table><tr><td>Wall</td><td>1.8 mm</td></tr></table>')
  const first = (one: typeof page) => textOf(one).locator('td').first()
  const widthOf = (one: typeof page) => first(one).evaluate((cell) => cell.getBoundingClientRect().width)
  await first(page).click()
  await press(page, 'End')
  await page.keyboard.type(' zz')
  await expectSaved(page)
  const before = await widthOf(page)
  const drag = async (by: number) => {
    const { x, y, width, height } = (await first(page).boundingBox())!
    await page.mouse.move(x + width - 1, y + height / 2, { steps: 3 })
    await page.mouse.down()
    await page.mouse.move(x + width - 1 + by, y + height / 2, { steps: 5 })
    await page.mouse.up()
  }
  await drag(70)
  await expect.poll(() => widthOf(page)).toBeCloseTo(before + 70, -1)
  await expect.poll(() => widthOf(li.page)).toBeCloseTo(before + 70, -1)
  await first(page).click()
  await press(page, 'Control+Z')
  await expect.poll(() => widthOf(page)).toBeCloseTo(before, -1)
  await expect.poll(() => widthOf(li.page)).toBeCloseTo(before, -1)
  await expect(first(page)).toHaveText('Wall zz')
  await press(page, 'Control+Y')
  await expect.poll(() => widthOf(li.page)).toBeCloseTo(before + 70, -1)

  // what was dragged twice goes back once at a time
  await drag(40)
  await expect.poll(() => widthOf(li.page)).toBeCloseTo(before + 110, -1)
  await press(page, 'Control+Z')
  await expect.poll(() => widthOf(page)).toBeCloseTo(before + 70, -1)
  await expect(first(page)).toHaveText('Wall zz')
  await close(anna, li)
})
