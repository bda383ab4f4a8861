import { expect, test, type Locator, type Page } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, openAs, openForTwo, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { press, selectWords } from '../../helpers/browser/select-words.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const url = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')

/** As Excel copies two rows of two cells. */
const table = {
  html: `<table><colgroup><col></colgroup><tr><td><b>1.8</b></td><td>2.5</td></tr>
    <tr><td>1.9</td><td><p>2.6</p><p>mm</p></td></tr></table>`,
  text: '1.8\t2.5\n1.9\t2.6 mm',
}

/** Puts it into the browser's own clipboard and pastes it by the keys. */
async function pasteTable(page: Page, field: Locator): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.evaluate(
    ({ html, text }) =>
      navigator.clipboard.write([
        new ClipboardItem({
          'text/html': new Blob([html], { type: 'text/html' }),
          'text/plain': new Blob([text], { type: 'text/plain' }),
        }),
      ]),
    table,
  )
  // what is in it is written over
  await field.click()
  await press(page, 'Control+A')
  await press(page, 'Control+V')
}

/** The lines of a field, with a bar for a tab. */
const linesOf = (field: Locator) =>
  field.evaluate((element) =>
    (element instanceof HTMLElement && !('value' in element)
      ? element.innerText
      : (element as HTMLTextAreaElement).value
    )
      .split(/\n+/)
      .map((line) => line.trim().replace(/\s*[|\t]\s*/g, ' | '))
      .filter(Boolean),
  )

const twoLines = ['1.8 | 2.5', '1.9 | 2.6 mm']

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: a pasted table keeps its cells and rows apart in every field that takes words`, async ({
    browser,
  }) => {
    const owner = await createPerson(url(), 'Lin Yue', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
    const writer = await openAs(browser, owner, documentId, { locale })
    const { page } = writer
    await textOf(page).click()
    await page.keyboard.type('## Wall thickness')
    await press(page, 'Enter')
    await page.keyboard.type('Base plate')

    await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
    const comment = page.getByRole('textbox', { name: t('review:compose.body') })
    await pasteTable(page, comment)
    expect(await linesOf(comment)).toEqual(twoLines)
    await expect(comment.locator('strong')).toHaveText('1.8')
    await press(page, 'Control+Enter')
    const card = page.getByRole('feed').getByRole('article')
    await expect(card).toContainText('1.8 | 2.5')
    await card.getByRole('button').first().click()
    const reply = card.getByRole('textbox', { name: t('review:reply.body') })
    await pasteTable(page, reply)
    expect(await linesOf(reply)).toEqual(twoLines)

    for (const words of ['Base plate', 'Wall thickness']) {
      await selectWords(page, words)
      await press(page, 'Control+Alt+KeyP')
      const form = page.getByRole('form', { name: t('proposals:propose') })
      const instead = form.getByRole('textbox', { name: t('proposals:compose.replacement') })
      await expect(instead).toBeFocused()
      await pasteTable(page, instead)
      expect(await linesOf(instead), words).toEqual(twoLines)
      const why = form.getByRole('textbox', { name: t('proposals:compose.why') })
      await pasteTable(page, why)
      expect(await linesOf(why)).toEqual(twoLines)
      await form.getByRole('button', { name: t('proposals:compose.cancel') }).click()
    }

    await page.getByRole('button', { name: t('review:publish.action') }).click()
    const summary = page.getByRole('textbox', { name: t('review:publish.summary') })
    await pasteTable(page, summary)
    expect(await linesOf(summary)).toEqual(twoLines)
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('ui:cancel') })
      .click()

    const name = page.getByRole('banner').getByRole('button', { name: t('editor:page.rename') })
    await name.click()
    const title = page.getByRole('textbox', { name: t('editor:page.rename') })
    await pasteTable(page, title)
    expect((await linesOf(title)).join(' ')).toBe('1.8 | 2.5 1.9 | 2.6 mm')
    await press(page, 'Enter')
    await expect(name).toHaveText('1.8 | 2.5 1.9 | 2.6 mm')
    await close(writer)
  })
}

test('what is pasted with styles of its own, also our own tables and a picture alone, has the browser complain of nothing', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  const styled = `<style>p { color: red }</style><p title="a > b" style="font-weight: bold">Wall</p>
    <p class="x"style="font-style: italic">Base</p><p onclick="go()">Lid</p>${table.html}`
  await paste(page, 'text/html', styled)
  await expect(textOf(page).locator('strong', { hasText: 'Wall' })).toHaveCount(1)
  await expect(textOf(page).locator('em', { hasText: 'Base' })).toHaveCount(1)
  await expect(textOf(page).locator('td')).toHaveCount(4)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await press(page, 'Control+A')
  await press(page, 'Control+C')
  await press(page, 'ArrowRight')
  await press(page, 'Control+V')
  await expect(textOf(page).locator('td')).toHaveCount(8)
  await textOf(page).evaluate((element) => {
    const data = new DataTransfer()
    data.setData(
      'text/html',
      '<p style="margin: 0"><img style="width: 9px" src="https://example.com/lamp.png"></p>',
    )
    data.items.add(new File(['II'], 'lamp.tiff', { type: 'image/tiff' }))
    element.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    )
  })
  await expect(page.getByText('Pictures can be PNG')).toBeVisible()
  await close(anna, li)
})

test('a passage of our own tables comes into a comment with its cells apart', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await paste(page, 'text/html', table.html)
  await expect(textOf(page).locator('td')).toHaveCount(4)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await press(page, 'Control+A')
  await press(page, 'Control+C')
  await page.getByRole('button', { name: wordsOf('en')('review:raiseOnProject') }).click()
  const comment = page.getByRole('textbox', { name: wordsOf('en')('review:compose.body') })
  await comment.click()
  await press(page, 'Control+V')
  expect(await linesOf(comment)).toEqual(twoLines)
  await close(anna, li)
})

/** As Google Docs copies: one `<b>` around all, whose style says that it is not bold. */
const docs = `<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1">
  <p dir="ltr" style="text-align:center"><span style="font-size:11pt;font-weight:400;font-style:normal;text-decoration:none;vertical-align:baseline">plain </span>
  <span style="font-weight:700;font-style:normal;text-decoration:none">bold</span>
  <span style="font-weight:400;font-style:italic;text-decoration:underline">slanted</span>
  <span style="font-weight:400;text-decoration:line-through">gone</span>
  <i style="font-style:normal">upright</i> <u style="text-decoration:none">bare</u> <s style="text-decoration:none">kept</s>
  <strong>all <span style="font-weight:400">but this</span></strong></p>
  <ul><li dir="ltr" role="checkbox" aria-checked="true"><img src="data:image/png;base64,iVBORw0KGgo=" aria-roledescription="checkbox" alt="checked"><p><span style="font-weight:400">Drawing</span></p></li>
  <li dir="ltr" role="checkbox" aria-checked="false"><p><span style="font-weight:400">Sample</span></p></li>
  <li dir="ltr"><p><span style="font-weight:400">A note</span></p></li></ul></b>`

/** As Word copies: a list of its own boxes, one with a box for a bullet, and a box that it ticks in a line. */
const word = `<html><body><p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='font-family:Wingdings'><span style='mso-list:Ignore'>q<span style='font:7.0pt "Times New Roman"'>&nbsp; </span></span></span>Measured<o:p></o:p></p>
  <p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span><w:Sdt CheckBox="t" CheckBoxIsChecked="t"><span style='font-family:"MS Gothic"'>☒</span></w:Sdt> Packed</p>
  <p class=MsoNormal><w:Sdt><span style='mso-bidi-font-weight:normal'>☐</span></w:Sdt> Yes <w:Sdt><span>☒</span></w:Sdt> No<o:p>&nbsp;</o:p></p></body></html>`

test('what a style says goes over what an element is, and boxes to be ticked come as tasks or as they are', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const text = textOf(page)
  await text.click()
  await paste(page, 'text/html', docs)
  const marked = async (selector: string) =>
    (await text.locator(selector).allTextContents()).map((words) => words.trim())
  expect(await marked('strong')).toEqual(['bold', 'all'])
  expect(await marked('em')).toEqual(['slanted'])
  expect(await marked('u')).toEqual(['slanted'])
  expect(await marked('s')).toEqual(['gone'])
  const tasks = text.locator('li[data-checked]')
  await expect(tasks.locator('p')).toHaveText(['Drawing', 'Sample'])
  await expect(tasks.nth(0)).toHaveAttribute('data-checked', 'true')
  await expect(tasks.nth(1)).toHaveAttribute('data-checked', 'false')
  await expect(text.locator('ul:not([data-type]) > li')).toHaveText(['A note'])
  await expect(text.locator('img')).toHaveCount(0)

  await press(page, 'Control+End')
  await press(page, 'Enter')
  await press(page, 'Enter')
  await paste(page, 'text/html', word)
  await expect(tasks.locator('p')).toHaveText(['Drawing', 'Sample', 'Measured', 'Packed'])
  await expect(tasks.last()).toHaveAttribute('data-checked', 'true')
  await expect(text.getByText('☐ Yes ☒ No')).toBeVisible()

  // and the same in a comment, where there are no tasks
  await page.getByRole('button', { name: wordsOf('en')('review:raiseOnProject') }).click()
  const comment = page.getByRole('textbox', { name: wordsOf('en')('review:compose.body') })
  await comment.evaluate((element, html) => {
    const data = new DataTransfer()
    data.setData('text/html', html)
    element.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    )
  }, docs)
  await expect(comment).toContainText('plain')
  expect((await comment.locator('strong').allTextContents()).map((words) => words.trim())).toEqual([
    'bold',
    'all',
  ])
  await expect(comment.locator('li')).toHaveText(['☑ Drawing', '☐ Sample', 'A note'])
  await close(anna, li)
})

/** Each form of a conditional comment of Word's, and the words around it and in it that a reader of Word sees. */
const conditionals = [
  [
    '<!--[if !supportLists]--><span>a)</span><!--[endif]--> Wall 3 mm <!--[if gte mso 9]><xml>hidden</xml><![endif]--> thick',
    'a) Wall 3 mm thick',
  ],
  ['<!--[if !mso]><!--><b>Gap 1.2</b><!--<![endif]--> mm', 'Gap 1.2 mm'],
  [
    '<![if !vml]>Ribs<![endif]> and <!--[if gte vml 1]><v:shape alt="hidden">hidden</v:shape><![endif]-->bosses',
    'Ribs and bosses',
  ],
  [
    '<!--[if supportFields]><span>hidden</span><![endif]-->See <!--[if supportFields]>hidden<![endif]-->page 4',
    'See page 4',
  ],
  [
    '<!--[if gte mso 9]>hidden<![endif]-->Draft <!--[if never closed]-->1.5° each side',
    'Draft 1.5° each side',
  ],
] as const

test('12.10: no conditional comment of Word takes words along, whatever its form and what comes behind it', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await paste(page, 'text/html', conditionals.map(([html]) => `<p>${html}</p>`).join(''))
  const words = conditionals.map(([, shown]) => shown)
  await expect(textOf(page).locator('p')).toHaveText(words)
  await expect(textOf(li.page).locator('p')).toHaveText(words)
  await close(anna, li)
})
