import { expect, test } from '@playwright/test'
import sharp from 'sharp'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, expectSaved, openAs, openForTwo, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')

test('what is typed after a block was put in stands behind it, at the end, between blocks and in a cell', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const text = textOf(li.page)
  await expect(page.getByRole('toolbar').first()).toBeVisible()
  const dialog = page.getByRole('dialog')
  const put = async (words: string) => {
    await page.keyboard.type(`/${words}`)
    await expect(page.getByRole('option').first()).toBeVisible()
    await page.keyboard.press('Enter')
  }
  await textOf(page).click()

  // the first dialog has its field focused, and the text has the caret again when it is left
  await put('gsk')
  await expect(dialog.getByRole('textbox')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(textOf(page)).toBeFocused()
  await put('gsk')
  await expect(dialog.getByRole('textbox')).toBeFocused()
  await page.keyboard.type('x^2')
  await page.keyboard.press('Control+Enter')
  await expect(dialog).toHaveCount(0)
  await expect(textOf(page)).toBeFocused()
  await page.keyboard.type('formula ')
  await put('fgx')
  await page.keyboard.type('rule ')
  await put('bg')
  await page.keyboard.type('cell ')
  const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#8a5a2b' } })
    .png()
    .toBuffer()
  const choosing = page.waitForEvent('filechooser')
  await put('zp')
  await (await choosing).setFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: photo })
  await expect(text.locator('th img[src*="/files/"]')).toHaveCount(1)
  await page.keyboard.type('picture')
  await expect(text.locator('th').first().locator('p')).toHaveText([/^cell ?$/, 'picture'])
  await expect(text.locator('th img[src*="/files/"]')).toHaveCount(1)
  await expect(text.locator('[data-type="block-math"]')).toHaveCount(1)
  await expect(text.locator('hr')).toHaveCount(1)
  await expect(text.locator(':scope > p').filter({ hasText: /^(formula|rule)/ })).toHaveCount(2)
  await close(anna, li)
})

test('what is typed behind words that signs made bold, struck or code is none of it, whoever writes meanwhile', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  for (const [line, html] of [
    ['a `b` c', 'a <code>b</code> c'],
    ['a ~~b~~ c', 'a <s>b</s> c'],
    ['a **b** c', 'a <strong>b</strong> c'],
    ['a *b* c', 'a <em>b</em> c'],
  ] as const) {
    await page.keyboard.type(line)
    await expect.poll(() => textOf(page).locator('p').last().innerHTML()).toBe(html)
    await page.keyboard.press('Enter')
  }
  await page.keyboard.type('mine ')
  await expect(textOf(li.page)).toContainText('mine')
  await page.keyboard.press('Control+b')
  await textOf(li.page).locator('p').first().click()
  await li.page.keyboard.type('L')
  await expect(textOf(page).locator('p').first()).toContainText('L')
  await page.keyboard.type('bold')
  await expect(textOf(li.page).locator('strong').last()).toHaveText('bold')
  await close(anna, li)
})

test('what is typed after a table was pasted from a spreadsheet stands behind it, not in its last cell', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const text = textOf(li.page)
  const cells = '<table><tr><td>±0.1</td><td>1</td></tr><tr><td>±0.2</td><td>2</td></tr></table>'
  const blocks = () => text.evaluate((root) => [...root.children].map((block) => block.textContent))
  await textOf(page).click()
  await paste(page, 'text/html', cells)
  await page.keyboard.type('typed on')
  await expect(text.locator('td').last()).toHaveText('2')
  await expect(text.locator(':scope > p').last()).toHaveText('typed on')
  // in the middle of a paragraph, what is typed goes before its rest
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowLeft')
  await paste(page, 'text/html', cells)
  await page.keyboard.type('and ')
  await expect.poll(blocks).toEqual(['±0.11±0.22', 'typed', '±0.11±0.22', 'and  on'])
  // in a table, the pasted cells stand behind the words of its own, and what is typed takes none of them away
  await textOf(page).locator('td').first().click()
  await paste(
    page,
    'text/html',
    '<table><tr><td>±0.3</td><td>7</td></tr><tr><td>±0.4</td><td>8</td></tr></table>',
  )
  await page.keyboard.type(' mm')
  await expect.poll(async () => (await blocks())[0]).toBe('±0.1±0.317±0.2±0.428 mm')
  await close(anna, li)
})

for (const locale of locales) {
  test(`${locale}: words with tabs, of one length, are pasted as the table that they are, also into cells; what is no table stays words`, async ({
    browser,
  }) => {
    const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
    const owner = await createPerson(url, 'Lin Yue', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
    const writer = await openAs(browser, owner, documentId, { locale })
    const { page } = writer
    const text = textOf(page)
    const cells = () => text.locator('td, th').allTextContents()
    await text.click()
    await paste(page, 'text/plain', '尺寸\tmm\r\n壁厚\t 1.8\r\n高\t\r\n')
    await expect.poll(cells).toEqual(['尺寸', 'mm', '壁厚', '1.8', '高', ''])
    await page.keyboard.type('typed on')
    await expect(text.locator(':scope > p').last()).toHaveText('typed on')
    await page.keyboard.press('Enter')
    await paste(page, 'text/plain', 'a\tb\nc')
    await paste(page, 'text/plain', '\n\td\n\te')
    await expect(text.locator('table')).toHaveCount(1)
    await expect(text).toContainText('a\tb')
    // over the cells of a table, the values take their places
    await text.locator('td').nth(1).click()
    await paste(page, 'text/plain', 'x\ty\nz\tw')
    await expect.poll(cells).toEqual(['尺寸', 'mmx', 'y', '壁厚', '1.8z', 'w', '高', '', ''])
    await page.keyboard.press('Control+z')
    await expect.poll(cells).toEqual(['尺寸', 'mm', '壁厚', '1.8', '高', ''])
    await close(writer)
  })
}

test('Ctrl+End and Ctrl+Home lead into the text, also where a table is its end', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('top')
  await anna.page.keyboard.press('Enter')
  await anna.page.keyboard.type('/table')
  await anna.page.getByRole('option', { name: 'Table', exact: true }).waitFor()
  await anna.page.keyboard.press('Enter')
  await expect(textOf(anna.page).locator('table')).toBeVisible()
  await anna.page.keyboard.type('first')
  await anna.page.keyboard.press('Control+End')
  await anna.page.keyboard.type('END')
  await expect(textOf(li.page).locator('td, th').last()).toHaveText('END')
  await anna.page.keyboard.press('Control+Home')
  await anna.page.keyboard.type('the ')
  await expect(textOf(li.page).locator('p').first()).toHaveText('the top')
  await anna.page.keyboard.press('Control+Shift+End')
  const selected = () => anna.page.evaluate(() => String(getSelection()))
  await expect.poll(selected).toMatch(/^top[^]*first[^]*END$/)
  await expectSaved(anna.page)
  await close(anna, li)
})

test('a character that turns a number round is shown by its code and turns nothing', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.insertText('\u{202e}0.8\u{202c} mm')
  for (const { page } of [anna, li]) {
    const codes = textOf(page).locator('.format-character')
    await expect(codes).toHaveCount(2)
    await expect(codes.first()).toHaveAttribute('data-code', '⟦U+202E⟧')
    // the number stands from left to right
    const places = await textOf(page)
      .locator('p')
      .first()
      .evaluate((paragraph) => {
        const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT)
        while (texts.nextNode()) {
          const { data } = texts.currentNode as Text
          if (!data.includes('0.8')) continue
          const range = document.createRange()
          return [0, 2].map((at) => {
            range.setStart(texts.currentNode, data.indexOf('0.8') + at)
            range.setEnd(texts.currentNode, data.indexOf('0.8') + at + 1)
            return range.getBoundingClientRect().left
          })
        }
        return []
      })
    expect(places).toHaveLength(2)
    expect(places[0]).toBeLessThan(places[1]!)
  }
  // where it is deleted, nothing of it stays
  await anna.page.keyboard.press('Control+Home')
  await anna.page.keyboard.press('Delete')
  await expect(textOf(li.page).locator('.format-character')).toHaveCount(1)
  await close(anna, li)
})

test('what is typed after a block was dragged stands behind its words, and takes none of them', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  for (const line of ['one', 'two', 'three']) {
    await page.keyboard.type(line)
    if (line !== 'three') await page.keyboard.press('Enter')
  }
  await textOf(page).locator('p').last().hover()
  const grip = page.getByRole('button', { name: english('editor:blockMenu'), exact: true })
  const from = (await grip.boundingBox())!
  const to = (await textOf(page).locator('p').first().boundingBox())!
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2)
  await page.mouse.down()
  await page.mouse.move(to.x + 30, to.y + 12, { steps: 8 })
  await page.mouse.move(to.x + 30, to.y + 2, { steps: 4 })
  await page.mouse.up()
  await expect(textOf(page).locator('p')).toHaveText(['one', 'three', 'two'])
  await page.keyboard.type(' more')
  for (const one of [anna, li])
    await expect(textOf(one.page).locator('p')).toHaveText(['one', 'three more', 'two'])
  await close(anna, li)
})

test('a press moves nothing on the page, wherever it puts the caret', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await paste(
    page,
    'text/html',
    '<h2>A</h2><ul><li><p>b</p></li></ul><ol><li><p>c</p></li></ol><blockquote><p>d</p></blockquote>' +
      '<pre><code>e</code></pre><h3>F</h3><p>g</p><hr><table><tr><td><p>i</p></td></tr></table>' +
      '<aside data-tone="note"><p>j</p></aside><p>h</p>',
  )
  const blocks = textOf(page).locator(':scope > *')
  await expect(blocks.last()).toHaveText('h')
  const tops = () => blocks.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().top))
  const before = await tops()
  for (const word of ['A', 'b', 'c', 'd', 'e', 'F', 'g', 'i', 'j', 'h']) {
    await textOf(page).getByText(word, { exact: true }).click()
    await expect(blocks.filter({ hasText: word }).first()).toHaveClass(/near-caret/)
    expect(await tops()).toEqual(before)
  }
  // nor a press on the grip of a block, be it held, or one that drags it and lets it go where it was
  const tools = page.getByRole('toolbar', { name: english('editor:table.label'), exact: true })
  for (const word of ['i', 'g']) {
    await textOf(page).getByText('h', { exact: true }).click()
    await blocks.filter({ hasText: word }).first().hover()
    const grip = page.getByRole('button', { name: english('editor:blockMenu'), exact: true })
    const { x, y, width, height } = (await grip.boundingBox())!
    await page.mouse.move(x + width / 2, y + height / 2)
    await page.mouse.down()
    expect(await tops()).toEqual(before)
    await page.mouse.move(x + width / 2 + 40, y + height / 2, { steps: 6 })
    if (word === 'i') await expect(tools).toBeVisible()
    expect(await tops()).toEqual(before)
    await page.mouse.up()
    await expect.poll(tops).toEqual(before)
  }
  await close(anna, li)
})
