import { expect, test } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { close, openBlank, openForTwo, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { holdUploads } from '../../helpers/browser/held-upload.ts'
import { press, selectWords } from '../../helpers/browser/select-words.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')

/** The blocks of the text from above, by what they hold. */
const blocksOf = (page: Parameters<typeof textOf>[0]) =>
  textOf(page).evaluate((text) =>
    [...text.children].map((block) =>
      block.querySelector('table')
        ? 'table'
        : block.querySelector('img[src]')
          ? 'picture'
          : block.textContent,
    ),
  )

test('cells that are pasted at a caret take no words of a cell away; over cells that are selected they take their place', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const cells = textOf(page).locator('td')
  await textOf(page).click()
  await paste(
    page,
    'text/html',
    '<table><tr><td>Old words</td><td>Size</td></tr><tr><td></td><td>9</td></tr></table>',
  )
  await expect(cells).toHaveCount(4)
  await cells.first().click()
  await press(page, 'End')
  await paste(
    page,
    'text/html',
    '<table><tr><td>M6</td><td>12</td></tr><tr><td>M8</td><td>14</td></tr></table>',
  )
  await expect(cells.nth(0).locator('p')).toHaveText(['Old words', 'M6'])
  await expect(cells.nth(1).locator('p')).toHaveText(['Size', '12'])
  await expect(cells.nth(2).locator('p')).toHaveText(['M8'])
  await expect(cells.nth(3).locator('p')).toHaveText(['9', '14'])
  await page.keyboard.type(' mm')
  await expect(cells.nth(3)).toHaveText('914 mm')
  // one cell is words at the caret
  await cells.first().locator('p').first().click()
  await press(page, 'Home')
  await paste(page, 'text/html', '<table><tr><td>Our </td></tr></table>')
  await expect(cells.nth(0).locator('p')).toHaveText(['OurOld words', 'M6'])
  // who selects cells says what is to go
  const [from, to] = [(await cells.nth(0).boundingBox())!, (await cells.nth(2).boundingBox())!]
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 5 })
  await page.mouse.up()
  await paste(page, 'text/html', '<table><tr><td>A</td></tr><tr><td>B</td></tr></table>')
  await expect(cells.nth(0)).toHaveText('A')
  await expect(cells.nth(2)).toHaveText('B')
  await close(anna, li)
})

test('a picture on its way stands before what is typed meanwhile, and behind a table whose cells moved under it', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const { choose, letGo } = await holdUploads(page, 'en')
  await textOf(page).click()
  await page.keyboard.type('first line')
  await press(page, 'Enter')
  await choose()
  await textOf(page).locator('p').last().click()
  await page.keyboard.type('typed on')
  letGo()
  await expect(textOf(page).locator('img[src]')).toHaveCount(1)
  expect(await blocksOf(page)).toEqual(['first line', 'picture', 'typed on'])
  await page.keyboard.type(' and on')
  await expect(textOf(page).locator('p').last()).toHaveText('typed on and on')

  await press(page, 'Enter')
  await paste(page, 'text/html', '<table><tr><td>x</td><td></td></tr></table>')
  await textOf(page).locator('td').last().click()
  await choose()
  await textOf(page).locator('td').last().click()
  await paste(page, 'text/html', '<table><tr><td>M6</td><td>12</td></tr></table>')
  await expect(textOf(page).locator('td')).toHaveCount(3)
  letGo()
  await expect(textOf(page).locator('img[src]')).toHaveCount(2)
  await expect(textOf(page).locator('table')).toHaveCount(1)
  await close(anna, li)
})

test('what is typed after a block formula that was typed stands behind it, at the end and in a cell', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await page.keyboard.type('first line')
  await press(page, 'Enter')
  await page.keyboard.type('$$$E = mc^2$$$')
  const formulas = textOf(page).locator('[data-type="block-math"]')
  await expect(formulas).toHaveCount(1)
  await page.keyboard.type('after it')
  const places = (within: string) =>
    textOf(page)
      .locator(within)
      .evaluate((text) =>
        [...text.children].map((block) =>
          block.matches('[data-type="block-math"]') ? 'formula' : block.textContent,
        ),
      )
  expect(await places('xpath=.')).toEqual(['first line', 'formula', 'after it'])
  await press(page, 'Enter')
  await paste(page, 'text/html', '<table><tr><td>x</td></tr></table>')
  await textOf(page).locator('td').click()
  await press(page, 'End')
  await press(page, 'Enter')
  await page.keyboard.type('$$$a$$$')
  await expect(formulas).toHaveCount(2)
  await page.keyboard.type('behind')
  expect(await places('td')).toEqual(['x', 'formula', 'behind'])
  await close(anna, li)
})

test('what is typed on behind a link, one that was made of selected words or put in, is no part of it', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const links = textOf(page).locator('a')
  const link = async (address: string) => {
    await press(page, 'ControlOrMeta+Shift+k')
    await page.getByRole('textbox', { name: english('editor:link.address') }).fill(address)
    await press(page, 'Enter')
    await expect(textOf(page)).toBeFocused()
  }
  await textOf(page).click()
  await page.keyboard.type('See the link here')
  await selectWords(page, 'here')
  await link('example.com/spec')
  await expect(links).toHaveText('here')
  await page.keyboard.type(' and on')
  await expect(textOf(page)).toHaveText('See the link here and on')
  await expect(links).toHaveText(['here'])
  await press(page, 'Enter')
  await link('example.com')
  await page.keyboard.type(' behind it')
  await expect(links).toHaveText(['here', 'example.com'])
  await press(page, 'Enter')
  await paste(page, 'text/html', '<a href="https://example.com/a">pasted</a>')
  await page.keyboard.type(' words')
  await expect(links).toHaveText(['here', 'example.com', 'pasted'])
  await close(anna, li)
})

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: who reloads while writing writes on at their caret, and Ctrl+Enter sends from every field of a comment`, async ({
    browser,
  }) => {
    const writer = await openBlank(browser, locale)
    const { page } = writer
    await textOf(page).click()
    await page.keyboard.type('Wall 18 mm')
    for (let left = 0; left < 4; left++) await press(page, 'ArrowLeft')
    await expect(page.getByRole('status').filter({ hasText: t('sync:state.saved') })).toBeVisible()
    await page.reload()
    await expect(textOf(page)).toBeFocused()
    await page.keyboard.type('.')
    await expect(textOf(page)).toHaveText('Wall 1.8 mm')

    await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
    await page.getByRole('textbox', { name: t('review:compose.body') }).fill('Too thin')
    const weight = page.getByRole('radiogroup', { name: t('review:severity.label') })
    await weight.getByText(t('review:severity.must')).click()
    await expect(weight.getByRole('radio', { name: t('review:severity.must') })).toBeFocused()
    await press(page, 'Control+Enter')
    await expect(page.getByRole('feed').getByRole('article')).toContainText('Too thin')
    await close(writer)
  })
}
