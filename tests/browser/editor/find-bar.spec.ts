import { expect, test } from '@playwright/test'
import { close, openForTwo, textOf } from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')

test('beside both panes all of the find bar stands in one row', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await page.keyboard.press('ControlOrMeta+f')
  await expect(page.getByRole('textbox', { name: english('editor:find.term') })).toBeVisible()
  const middles = await page
    .getByRole('search')
    .filter({ has: page.getByRole('button', { name: english('editor:find.replaceAll') }) })
    .evaluate((bar) =>
      [...bar.querySelectorAll('input, button')].map((one) => {
        const { top, height } = one.getBoundingClientRect()
        return Math.round(top + height / 2)
      }),
    )
  expect(middles.length).toBeGreaterThan(6)
  expect(Math.max(...middles) - Math.min(...middles)).toBeLessThan(6)
  await close(anna, li)
})
