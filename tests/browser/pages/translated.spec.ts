import { expect, test, type Page } from '@playwright/test'
import { close, expectSaved, openForTwo, textOf } from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

/** Does to every text of the page what a browser's translator does: it stands in two `<font>` then, or is another. */
const translate = (page: Page, way: 'around' | 'instead') =>
  page.evaluate((how) => {
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const texts: Text[] = []
    while (walk.nextNode()) texts.push(walk.currentNode as Text)
    for (const text of texts) {
      if (!text.data.trim() || text.parentElement!.closest('[translate="no"], script, style, svg')) continue
      const font = document.createElement('font')
      const inner = font.appendChild(document.createElement('font'))
      text.replaceWith(font)
      inner.append(how === 'around' ? text : `«${text.data}»`)
    }
  }, way)

for (const way of ['around', 'instead'] as const)
  test(`12.22: a page that the browser translates (${way}) goes on, and none of it comes into the text`, async ({
    browser,
  }) => {
    const t = wordsOf('en')
    const { anna, li } = await openForTwo(browser)
    const { page } = anna
    await textOf(page).click()
    await page.keyboard.type('Wall 3 mm')
    await expectSaved(page)
    await translate(page, way)
    await textOf(page).click()
    await page.keyboard.press('Control+End')
    await page.keyboard.type(' thick')
    await expectSaved(page)
    await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
    const comment = page.getByRole('textbox', { name: t('review:compose.body') })
    await comment.fill('Which resin?')
    await translate(page, way)
    await page.keyboard.press('Control+Enter')
    await expect(page.getByRole('article').getByText('Which resin?')).toBeVisible()
    await translate(page, way)
    // each of these takes texts away and puts others there
    await page.getByRole('link', { name: t('ui:home') }).click()
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
    await page.goBack()
    await expect(textOf(page)).toHaveText('Wall 3 mm thick')
    await expect(li.page.getByRole('article').getByText('Which resin?')).toBeVisible()
    await expect(textOf(li.page)).toHaveText('Wall 3 mm thick')
    await close(anna, li)
  })

test('12.22: React takes away, and puts something before, a text that a translator moved or replaced', async ({
  page,
}) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  const left = await page.evaluate(() =>
    [true, false].map((isMoved) => {
      const parent = document.createElement('p')
      const [text, other] = [new Text('3 changes'), new Text('saved')]
      parent.append(text, other)
      const font = document.createElement('font')
      text.replaceWith(font)
      if (isMoved) font.append(text)
      parent.insertBefore(document.createElement('b'), text)
      parent.removeChild(text)
      parent.removeChild(other)
      return parent.innerHTML
    }),
  )
  expect(left).toEqual(['<b></b>', '<font></font><b></b>'])
})
