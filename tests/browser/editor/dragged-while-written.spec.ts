import { expect, test, type Page } from '@playwright/test'
import { close, openForTwo, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')

async function openLines(browser: Parameters<typeof openForTwo>[0]) {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  for (const line of ['alpha', 'beta', 'gamma']) {
    await anna.page.keyboard.type(line)
    if (line !== 'gamma') await press(anna.page, 'Enter')
  }
  await expect(textOf(li.page)).toContainText('gamma')
  await textOf(li.page).getByText('alpha', { exact: true }).click()
  await press(li.page, 'End')
  return { anna, li, lines: (page: Page) => textOf(page).locator('p') }
}

test('what somebody writes in a block while another drags it goes along with it', async ({ browser }) => {
  const { anna, li, lines } = await openLines(browser)
  const { page } = anna
  await lines(page).first().hover()
  const grip = (await page
    .getByRole('button', { name: english('editor:blockMenu'), exact: true })
    .boundingBox())!
  const to = (await lines(page).last().boundingBox())!
  await page.mouse.move(grip.x + grip.width / 2, grip.y + grip.height / 2)
  await page.mouse.down()
  await page.mouse.move(to.x + 30, to.y + 8, { steps: 8 })
  await li.page.keyboard.type(' block of two')
  await expect(lines(page).first()).toHaveText('alpha block of two')
  await page.mouse.move(to.x + 30, to.y + to.height - 1, { steps: 4 })
  await page.mouse.up()
  // what is typed before the move is there would be of the block that is removed, and is told as such
  for (const one of [anna, li])
    await expect(lines(one.page)).toHaveText(['beta', 'gamma', 'alpha block of two'])
  await li.page.keyboard.type(' and more')
  for (const one of [anna, li])
    await expect(lines(one.page)).toHaveText(['beta', 'gamma', 'alpha block of two and more'])
  await close(anna, li)
})
