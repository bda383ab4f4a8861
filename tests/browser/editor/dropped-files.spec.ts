import { writeFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { close, expectSaved, openForTwo, textOf } from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** Drops a file as the desktop does. */
async function drop(page: Page, path: string, x: number, y: number): Promise<void> {
  const mouse = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await mouse.send('Input.dispatchDragEvent', { type, x, y, data })
}

test('a file that is dropped beside the text opens nothing and is said to be; one that is dropped in it is there, with the caret below', async ({
  browser,
}, info) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const file = info.outputPath('lamp.png')
  writeFileSync(file, Buffer.from(png, 'base64'))
  const text = textOf(page)
  await text.click()
  await page.keyboard.type('Above')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Below')
  await expectSaved(page)
  const address = page.url()
  const bar = (await page.getByRole('banner').boundingBox())!
  const threads = (await page.getByRole('complementary', { name: english('review:points') }).boundingBox())!
  const beside = [
    [bar.x + bar.width / 2, bar.y + bar.height / 2],
    [threads.x + threads.width / 2, threads.y + threads.height - 40],
  ] as const
  for (const [x, y] of beside) {
    await drop(page, file, x, y)
    const told = page.getByText(english('ui:dropElsewhere'))
    await expect(told).toBeVisible()
    await page.getByRole('button', { name: english('ui:close') }).click()
    await expect(told).toBeHidden()
  }
  expect(page.url()).toBe(address)
  expect(page.context().pages()).toHaveLength(1)
  await expect(text).toContainText('AboveBelow')

  await page.getByRole('tab', { name: english('history:versions') }).focus()
  const above = (await text.getByText('Above', { exact: true }).boundingBox())!
  await drop(page, file, above.x + above.width - 2, above.y + above.height / 2)
  await expect(text.locator('img[src*="/files/"]')).toBeVisible()
  await expect(text).toBeFocused()
  await page.keyboard.type('Fig. 1')
  const blocks = () =>
    text.evaluate((all) =>
      [...all.children].map((block) => (block.querySelector('img[src]') ? 'picture' : block.textContent)),
    )
  await expect.poll(blocks).toEqual(['Above', 'picture', 'Fig. 1', 'Below'])

  // on the words of a line it parts none of them: it stands above or below
  const middle = (await text.getByText('Below', { exact: true }).boundingBox())!
  const words = await text.getByText('Below', { exact: true }).evaluate((block) => {
    const range = document.createRange()
    range.selectNodeContents(block)
    return range.getBoundingClientRect().width
  })
  await drop(page, file, middle.x + words / 2, middle.y + middle.height - 4)
  await expect(text.locator('img[src*="/files/"]')).toHaveCount(2)
  await page.keyboard.type('Fig. 3')
  await expect.poll(blocks).toEqual(['Above', 'picture', 'Fig. 1', 'Below', 'picture', 'Fig. 3'])
  await page.keyboard.press('ControlOrMeta+z')
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(blocks).toEqual(['Above', 'picture', 'Fig. 1', 'Below'])
  await drop(page, file, middle.x + words / 2, middle.y + 4)
  await expect.poll(blocks).toEqual(['Above', 'picture', 'Fig. 1', 'picture', 'Below'])
  await page.keyboard.press('ControlOrMeta+z')
  await expect.poll(blocks).toEqual(['Above', 'picture', 'Fig. 1', 'Below'])

  // between two blocks, far from the caret
  await page.getByRole('tab', { name: english('history:versions') }).focus()
  const below = (await text.getByText('Below', { exact: true }).boundingBox())!
  const gap = (await text.getByText('Fig. 1', { exact: true }).boundingBox())!
  await drop(page, file, 4 + (await text.boundingBox())!.x, (gap.y + gap.height + below.y) / 2)
  await expect(text.locator('img[src*="/files/"]')).toHaveCount(2)
  await page.keyboard.type('Fig. 2 ')
  await expect.poll(blocks).toEqual(['Above', 'picture', 'Fig. 1', 'picture', 'Fig. 2 ', 'Below'])
  await close(anna, li)
})
