import { expect, test } from '@playwright/test'
import { createDocument, createPerson } from '../../helpers/people.ts'
import {
  close,
  expectSaved,
  openAs,
  openForTwo,
  pastePicture,
  paste,
  textOf,
} from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')

test('two people write into one text, and each undoes only their own', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('# Housing')
  await anna.page.keyboard.press('Enter')
  await anna.page.keyboard.type('Wall 2.5')
  await expect(textOf(li.page)).toContainText('Wall 2.5')
  await textOf(li.page).locator('p').last().click()
  await li.page.keyboard.press('End')
  await li.page.keyboard.type(' 毫米')
  await expect(textOf(anna.page)).toContainText('Wall 2.5 毫米')
  await expect(anna.page.locator('.others-caret-name')).toHaveAttribute('data-name', '李伟')
  for (let i = 0; i < 5; i++) await li.page.keyboard.press('Control+z')
  await expect(textOf(anna.page)).not.toContainText('毫米')
  await expect(textOf(li.page)).toContainText('Wall 2.5')
  await expectSaved(li.page)
  await close(anna, li)
})

test('offline typing is kept when the tab is closed, is never called saved, and merges on return', async ({
  browser,
}) => {
  const { anna, li, documentId } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('Before. ')
  await expect(textOf(li.page)).toContainText('Before.')
  await expectSaved(anna.page)
  const context = anna.page.context()
  await context.setOffline(true)
  await expect(anna.page.getByText('Offline: reconnecting…')).toBeVisible()
  await anna.page.keyboard.type('Away.')
  await expect(anna.page.getByText('Offline: 5 changes kept on this device')).toBeVisible()
  await textOf(li.page).click()
  await li.page.keyboard.press('Control+Home')
  await li.page.keyboard.type('Meanwhile. ')
  await anna.page.close()
  await context.setOffline(false)
  const page = await context.newPage()
  await page.goto(`/documents/${documentId}`)
  await expect(textOf(page)).toContainText('Before. Away.')
  await expect(textOf(page)).toContainText('Meanwhile.')
  await expect(textOf(li.page)).toContainText('Away.')
  await expectSaved(page)
  await context.close()
  await close(li)
})

test('an older text that this device kept is shown as not yet compared, and never as saved', async ({
  browser,
}) => {
  const { anna, li, documentId } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('Before.')
  await expect(textOf(li.page)).toContainText('Before.')
  await expectSaved(li.page)
  const context = li.page.context()
  await li.page.close()
  await anna.page.keyboard.type(' Meanwhile.')
  await expectSaved(anna.page)

  const page = await context.newPage()
  let letThrough = () => {}
  const isSlow = new Promise<void>((resolve) => (letThrough = resolve))
  await page.routeWebSocket(/api\/rooms/, async (socket) => {
    await isSlow
    socket.connectToServer()
  })
  // everything that the page claims as saved, with what it shows meanwhile
  await page.addInitScript(() => {
    const claims: string[] = []
    Object.assign(window, { claims })
    new MutationObserver(() => {
      const isSaved = [...document.querySelectorAll('[role=status]')].some((it) => it.textContent === 'Saved')
      if (isSaved) claims.push(document.querySelector('.ProseMirror')?.textContent ?? '')
    }).observe(document, { subtree: true, childList: true, characterData: true })
  })
  await page.goto(`/documents/${documentId}`)
  await expect(textOf(page)).toHaveText('Before.')
  await expect(page.getByText('Not yet compared with the server')).toBeVisible()
  letThrough()
  await expect(textOf(page)).toHaveText('Before. Meanwhile.')
  await expectSaved(page)
  await expect(page.getByText('Not yet compared with the server')).toHaveCount(0)
  const claimed = await page.evaluate(() => (window as unknown as { claims: string[] }).claims)
  expect([...new Set(claimed)]).toEqual(['Before. Meanwhile.'])
  await context.close()
  await close(anna)
})

test('a Chinese composition goes on while another person writes', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('First')
  await anna.page.keyboard.press('Enter')
  await anna.page.keyboard.type('Second')
  await expect(textOf(li.page)).toContainText('Second')
  await textOf(li.page).locator('p').last().click()
  await li.page.keyboard.press('End')
  const ime = await li.page.context().newCDPSession(li.page)
  const compose = (text: string) =>
    ime.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  await compose('t')
  await compose('ta')
  await textOf(anna.page).locator('p').first().click()
  await anna.page.keyboard.press('End')
  await anna.page.keyboard.type(' line')
  await expect(textOf(li.page)).toContainText('First line')
  await compose('tai')
  await compose('tai deng')
  await ime.send('Input.insertText', { text: '台灯' })
  await expect(textOf(li.page).locator('p').last()).toHaveText(/^Second台灯/)
  await expect(textOf(anna.page).locator('p').last()).toHaveText(/^Second台灯/)
  await close(anna, li)
})

test('what is typed before the browser has drawn the new paragraph stands in it', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('one')
  await textOf(anna.page).evaluate((text: HTMLElement) => {
    for (const line of ['two', 'three']) {
      text.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', keyCode: 13, bubbles: true, cancelable: true }),
      )
      for (const letter of line) document.execCommand('insertText', false, letter)
    }
  })
  for (const { page } of [anna, li])
    await expect(textOf(page).locator('p')).toHaveText(['one', 'two', 'three'])
  await close(anna, li)
})

test('what shrinks under the caret leaves it in a whole text', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  for (const line of ['one', 'two', 'three', 'four']) {
    await anna.page.keyboard.type(line)
    await anna.page.keyboard.press('Enter')
  }
  await anna.page.keyboard.type('last')
  await expect(textOf(li.page)).toContainText('last')
  await textOf(li.page).locator('p').last().click()
  await anna.page.keyboard.press('Control+a')
  await anna.page.keyboard.press('Delete')
  await expect(textOf(li.page)).toHaveText('')
  await li.page.keyboard.type('new')
  await expect(textOf(anna.page)).toHaveText(/new/)
  await close(anna, li)
})

test('a reviewer reads and selects, and writes nothing', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser, { role: 'reviewer', template: 'spec' })
  await expect(textOf(li.page)).toHaveAttribute('contenteditable', 'false')
  await expect(li.page.getByRole('toolbar', { name: 'Formatting' })).toHaveCount(0)
  await li.page.locator('.ProseMirror h1').dblclick({ position: { x: 20, y: 15 } })
  await li.page.keyboard.type('x')
  await expectSaved(li.page)
  await close(anna, li)
})

test('tables pasted from Excel stay tables, lists from Word stay lists, and their junk is gone', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await paste(
    anna.page,
    'text/html',
    `<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><style>td{mso-x:1}</style></head><body>
     <table width=128><col width=64><tr height=20><td class=xl65 colspan=2 style="font-weight:700">Tolerance</td></tr>
     <tr><td align=right>±0.1</td><td>&nbsp;</td></tr></table></body></html>`,
  )
  await expect(textOf(anna.page).locator('td').first()).toHaveAttribute('colspan', '2')
  await expect(textOf(anna.page).locator('tr')).toHaveCount(2)
  await anna.page.keyboard.press('Control+a')
  await paste(
    anna.page,
    'text/html',
    `<html><body><p class=MsoNormal><span style="font-weight:bold">Bold</span> <o:p></o:p>text</p>
     <p class=MsoListParagraph style="mso-list:l0 level1 lfo1"><![if !supportLists]><span style="mso-list:Ignore">1.<span>&nbsp;</span></span><![endif]>First</p>
     <p class=MsoListParagraph style="mso-list:l0 level1 lfo1"><![if !supportLists]><span style="mso-list:Ignore">2.<span>&nbsp;</span></span><![endif]>Second</p>
     <img src="file:///C:/Temp/clip.png"></body></html>`,
  )
  await expect(textOf(li.page).locator('ol > li')).toHaveText(['First', 'Second'])
  await expect(textOf(li.page).locator('strong')).toHaveText('Bold')
  await expect(textOf(li.page).locator('img[src]')).toHaveCount(0)
  await close(anna, li)
})

test('the slash menu, tables, signs and find and replace are reached by keyboard and button', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await page.keyboard.type('/bg')
  await expect(page.getByRole('option', { name: 'Table' })).toBeVisible()
  await page.keyboard.press('Enter')
  await page.keyboard.type('Flatness ')
  await page.getByRole('button', { name: 'Row below' }).click()
  await page.getByRole('button', { name: 'Column to the right' }).click()
  await expect(textOf(page).locator('tr')).toHaveCount(4)
  await expect(textOf(page).locator('th')).toHaveCount(4)
  await page.getByRole('button', { name: 'Engineering signs' }).click()
  await page.getByRole('textbox', { name: /^Search by name/ }).fill('平面度')
  await page.keyboard.press('Enter')
  await expect(textOf(li.page)).toContainText('Flatness ⏥')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('textbox', { name: /^Search by name/ })).toBeHidden()
  await textOf(page).locator('th').first().click()
  await page.keyboard.press('Control+f')
  await page.getByRole('textbox', { name: 'Find', exact: true }).fill('flat')
  await expect(page.getByText('1 of 1')).toBeVisible()
  await page.getByRole('textbox', { name: 'Replace with' }).fill('Even')
  await page.getByRole('button', { name: 'Replace all' }).click()
  await expect(textOf(li.page)).toContainText('Evenness ⏥')
  await close(anna, li)
})

test('in Chinese a block is found by the name that it is shown by, and an empty task has a name', async ({
  browser,
}) => {
  const li = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), '李伟', 'zh-CN')
  const { documentId } = await createDocument(li)
  const writer = await openAs(browser, li, documentId)
  const { page } = writer
  // the list of blocks comes with the tools
  await expect(page.getByRole('toolbar').first()).toBeVisible()
  await textOf(page).click()
  // none of the other words that it is found by
  await page.keyboard.type('/独立')
  await expect(page.getByRole('option')).toHaveText([/^独立公式/])
  await page.keyboard.press('Escape')
  for (let at = 0; at < 3; at++) await page.keyboard.press('Backspace')
  await page.keyboard.type('[] ')
  await expect(textOf(page).getByRole('checkbox', { name: wordsOf('zh-CN')('ui:task') })).toBeVisible()
  await close(writer)
})

test('a picture is pasted, travels to the other, and a wrong file says why', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await pastePicture(anna.page, { name: 'lamp.tiff', type: 'image/tiff' })
  await expect(anna.page.getByText('Pictures can be PNG')).toBeVisible()
  const picture = textOf(li.page).locator('img[src*="/files/"]')
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(320)

  // typed on, it stands behind the picture; so it does while the picture is selected, also as a composition
  const { page } = anna
  await page.keyboard.type('Fig. 1')
  await expect(textOf(li.page).locator('p', { hasText: /^Fig. 1$/ })).toHaveCount(1)
  await textOf(page).locator('img[src*="/files/"]').click()
  await expect(page.getByRole('button', { name: english('editor:image.remove'), exact: true })).toBeVisible()
  await page.keyboard.type('Seen')
  await expect(textOf(li.page).locator('p', { hasText: /^Seen$/ })).toHaveCount(1)
  await textOf(page).locator('img[src*="/files/"]').click()
  const ime = await page.context().newCDPSession(page)
  await ime.send('Input.imeSetComposition', { text: 'tu', selectionStart: 2, selectionEnd: 2 })
  await ime.send('Input.insertText', { text: '图' })
  await expect(textOf(li.page)).toContainText('图')
  await expect(picture).toHaveCount(1)
  await close(anna, li)
})

test('on paper a document is its whole text under its title, and nothing of the application', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await textOf(page).click()
  await paste(page, 'text/html', Array.from({ length: 120 }, (_, at) => `<p>第${at + 1}段 line</p>`).join(''))
  await expect(textOf(page)).toContainText('第120段')
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await expect(page.getByRole('heading', { name: 'Lamp', exact: true })).toBeVisible()
  await expect(page.getByRole('banner')).toBeHidden()
  await expect(page.getByRole('toolbar', { name: 'Formatting' })).toBeHidden()
  await expect(page.getByRole('complementary', { name: english('review:points') })).toBeHidden()
  const shown = await page.evaluate(() => document.body.innerText.trim().split(/\s*\n\s*/))
  expect([shown.length, shown[0], shown.at(-1)]).toEqual([121, 'Lamp', '第120段 line'])
  const pages = (await page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type \/Page\b/g)
  expect(pages!.length).toBeGreaterThan(2)
  await close(anna, li)
})

test('offline on a phone, every pane is a tap away, and where one is stays told', async ({ browser }) => {
  const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Anna Berg')
  const { documentId } = await createDocument(owner)
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }
  const anna = await openAs(browser, owner, documentId, phone)
  const { page } = anna
  await expectSaved(page)
  await page.context().setOffline(true)
  await expect(page.getByText(english('ui:offline'))).toBeVisible()
  await expect(page.getByRole('status').filter({ hasText: english('sync:reconnecting') })).toBeAttached()
  for (const pane of ['editor:page.contents', 'review:points', 'editor:page.text'] as const) {
    const tab = page
      .getByRole('navigation', { name: english('ui:panes'), exact: true })
      .getByRole('button', { name: english(pane) })
    await tab.tap()
    await expect(tab).toHaveAttribute('aria-current', 'true')
  }
  const boxOf = async (name: string) =>
    (await page.getByRole('navigation', { name }).getByRole('link').first().boundingBox())!
  const home = await boxOf(english('ui:whereAmI'))
  const here = (await page
    .getByRole('group', { name: english('ui:peopleHere_one', { count: '1' }) })
    .boundingBox())!
  expect(here.x).toBeGreaterThan(home.x + home.width)
  const bar = page.getByRole('banner')
  expect(await bar.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0)
  await page.context().close()
})

test('a page that was closed opens with the same text', async ({ browser }) => {
  const { anna, li, documentId } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('Kept')
  await expectSaved(anna.page)
  const again = await openAs(browser, li.person, documentId)
  await expect(textOf(again.page)).toHaveText('Kept')
  await close(anna, li, again)
})
