import { expect, test, type Page } from '@playwright/test'
import sharp from 'sharp'
import { close, openForTwo, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { begin, cardOf, english, meet, part } from '../../helpers/browser/three-people.ts'
import { press, selectWords } from '../../helpers/browser/select-words.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const chinese = wordsOf('zh-CN')

/** The reviewer proposes other words for some, and the editor sees the proposal. */
async function propose(page: Page, words: string, instead: string): Promise<void> {
  await selectWords(page, words)
  await press(page, 'Control+Alt+KeyP')
  const form = page.getByRole('form', { name: chinese('proposals:propose') })
  await form.getByRole('textbox', { name: chinese('proposals:compose.replacement') }).fill(instead)
  await form.getByRole('button', { name: chinese('proposals:compose.send') }).click()
}

test('who accepts by keyboard goes on where they were: in the list on the point, in the text in the text', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.editor
  await propose(meeting.reviewer.page, '1.8 mm', '2.5 mm')
  await propose(meeting.reviewer.page, 'cast iron', 'steel')
  const card = cardOf(page, 'en', 1)
  const accept = card.getByRole('button', { name: english('proposals:accept'), exact: true })
  await expect(cardOf(page, 'en', 2)).toBeVisible()
  await accept.focus()
  await page.keyboard.press('Enter')
  await expect(accept).toHaveCount(0)
  await expect(textOf(page)).toContainText('2.5 mm')
  // the point is settled and out of the list: the one in its place has the focus
  await expect(cardOf(page, 'en', 1)).toHaveCount(0)
  await expect(cardOf(page, 'en', 2).getByRole('button').first()).toBeFocused()

  const acceptances = page.getByRole('button', {
    name: english('proposals:inText.accept', { name: '王师傅' }),
  })
  await expect(acceptances).toHaveCount(1)
  await propose(meeting.reviewer.page, '1.5 m', '1.8 m')
  await expect(acceptances).toHaveCount(2)
  const inText = acceptances.last()
  await inText.focus()
  await page.keyboard.press('Enter')
  await expect(textOf(page)).toContainText('1.8 m')
  await expect(textOf(page)).toBeFocused()
  await part(meeting)
})

/** Writes, keeps that as the first version and looks at it. */
async function lookAtFirst(page: Page) {
  await textOf(page).click()
  await page.keyboard.type('Before tooling')
  await page.getByRole('tab', { name: english('history:versions') }).click()
  await page.getByLabel(english('history:nameLabel')).fill('First')
  await page.getByRole('button', { name: english('history:keep') }).click()
  await page.getByRole('button', { name: english('history:look', { number: '1', name: 'First' }) }).click()
}

test('who goes on after a version was asked for stays where they went, when it has come back', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await lookAtFirst(page)
  let letGo = () => {}
  await page.route('**/restore', async (route) => {
    await new Promise<void>((resolve) => (letGo = resolve))
    await route.continue()
  })
  const restore = { name: english('history:restore'), exact: true }
  await page.getByRole('button', restore).click()
  await page.getByRole('dialog').getByRole('button', restore).click()
  await page.getByRole('link', { name: english('editor:page.sign'), exact: true }).click()
  const putForward = page.getByRole('button', { name: english('signoff:putForward.action', { letter: 'A' }) })
  await expect(putForward).toBeVisible()
  letGo()
  await expect(page.getByText(english('history:restored', { number: '1' }))).toBeVisible()
  await expect(putForward).toBeVisible()
  await expect(page).toHaveURL(/\/sign$/)
  await close(anna, li)
})

test('the way back from a version is the living text', async ({ browser }) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  await lookAtFirst(page)
  await expect(page.getByText(english('history:shown', { number: '1', name: 'First' }))).toBeVisible()
  await page.goBack()
  await expect(page.getByText(english('history:shown', { number: '1', name: 'First' }))).toHaveCount(0)
  await expect(textOf(page)).toHaveText('Before tooling')
  await expect(textOf(page)).toBeVisible()
  await close(anna, li)
})

test('of many versions the latest are listed, and the earlier ones when they are asked for', async ({
  browser,
}) => {
  const { anna, li, documentId } = await openForTwo(browser)
  const keep = (name: string) => anna.person.post(`/api/documents/${documentId}/versions`, { name })
  for (let number = 1; number <= 52; number++) await keep(`No ${number}`)
  const { page } = li
  await page.getByRole('tab', { name: english('history:versions') }).click()
  const list = page.getByRole('region', { name: english('history:versions') }).getByRole('listitem')
  await expect(list).toHaveCount(50)
  await keep('No 53')
  await expect(list.first()).toContainText('No 53')
  const more = page.getByRole('button', { name: english('history:more'), exact: true })
  await more.click()
  await expect(list).toHaveCount(53)
  await expect(list.last()).toContainText('No 1')
  await expect(more).toHaveCount(0)
  await close(anna, li)
})

test('of pasted pictures those whose bytes came are put in, and how many stayed behind is said, in a text and in a comment', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.editor
  const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#8a5a2b' } })
    .png()
    .toBuffer()
  const html = `<p>Two views: <img src="data:image/png;base64,${photo.toString('base64')}"></p>
    <p><img src="file:///C:/Temp/clip.png"> and <img src="https://example.com/lamp.jpg" width="640"></p>
    <p><img src="https://example.com/count.gif" width="1" height="1">end</p>`
  const told = page.getByText(english('ui:picturesLost_other', { count: '2' }))
  await textOf(page).click()
  await press(page, 'Control+End')
  await paste(page, 'text/html', html)
  await expect(told).toBeVisible()
  await expect(textOf(page).locator('img[src*="/files/"]')).toHaveCount(1)
  await expect(textOf(page)).toContainText('Two views:')
  await told.locator('xpath=ancestor::*[@role="alert"]').getByRole('button').click()
  await expect(told).toHaveCount(0)

  await begin(page, 'en', 'cast iron', 'See')
  const field = page.getByRole('textbox', { name: english('review:compose.body') })
  await field.evaluate((element, content) => {
    const data = new DataTransfer()
    data.setData('text/html', content)
    // as Word sends it: a picture of the passage beside its words
    data.items.add(new File(['x'], 'image.png', { type: 'image/png' }))
    element.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    )
  }, html)
  await expect(told).toBeVisible()
  await expect(field).toContainText('Two views:')
  await expect(field.locator('img[src*="/files/"]')).toHaveCount(1)
  await part(meeting)
})
