import { expect, test, type Page } from '@playwright/test'
import sharp from 'sharp'
import { textOf } from '../../helpers/browser/editor-people.ts'
import {
  begin,
  cardOf,
  chinese,
  comeIn,
  english,
  expectMarked,
  makeGuestLink,
  openByMark,
  meet,
  part,
  raise,
  reply,
} from '../../helpers/browser/three-people.ts'
import { password } from '../../helpers/browser/visitor.ts'

const threads = (page: Page) => page.getByRole('button', { name: chinese('review:points') })
const own = { name: chinese('review:own.menu') }

test('a guest comments with a photo, replies, edits and withdraws on a phone; an account keeps what they wrote', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { editor, reviewer } = meeting
  const guest = await comeIn(browser, await makeGuestLink(editor, '模具厂 周工'), '周工')
  const { page } = guest

  await test.step('a passage, selected on the phone, with a photo', async () => {
    await begin(page, 'zh-CN', '1.5 m', '线太短，见照片。')
    const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#8a5a2b' } })
      .jpeg()
      .toBuffer()
    await page
      .locator('input[capture]')
      .setInputFiles({ name: '线.jpg', mimeType: 'image/jpeg', buffer: photo })
    const field = page.getByRole('textbox', { name: chinese('review:compose.body') })
    await expect(field.locator('img')).toHaveJSProperty('naturalWidth', 64)
    await page.getByRole('button', { name: chinese('review:compose.send') }).tap()
    for (const at of [editor.page, reviewer.page]) await expectMarked(at, ['1.5 m'])
    const card = cardOf(editor.page, 'en', 1)
    await expect(card).toContainText('线太短，见照片。')
    await expect(card).toContainText('周工')
    await expect(card.locator('img')).toHaveJSProperty('naturalWidth', 64)
  })

  await test.step('a reply to the reviewer’s point, by its mark in the text', async () => {
    await raise(reviewer.page, 'zh-CN', '1.8 mm', '会缩水，建议 2.5 mm。')
    await page.getByRole('button', { name: chinese('editor:page.text') }).tap()
    await openByMark(page, '1.8 mm')
    await reply(cardOf(page, 'zh-CN', 2), 'zh-CN', '同意，模具也要改。')
    await openByMark(reviewer.page, '1.8 mm')
    await expect(cardOf(reviewer.page, 'zh-CN', 2)).toContainText('同意，模具也要改。')
  })

  await test.step('the reply is edited, and its earlier words can be read', async () => {
    const card = cardOf(page, 'zh-CN', 2)
    await card.getByRole('button', own).tap()
    await page.getByRole('menuitem', { name: chinese('review:own.edit') }).tap()
    await page.getByRole('textbox', { name: chinese('review:own.field') }).fill('同意，模具不用改。')
    await page.getByRole('button', { name: chinese('review:own.save'), exact: true }).tap()
    const theirs = cardOf(reviewer.page, 'zh-CN', 2)
    await expect(theirs).toContainText('同意，模具不用改。')
    await theirs.getByRole('button', { name: chinese('review:edited') }).click()
    await expect(reviewer.page.getByText('同意，模具也要改。')).toBeVisible()
    await reviewer.page.keyboard.press('Escape')
  })

  await test.step('and withdrawn', async () => {
    const card = cardOf(page, 'zh-CN', 2)
    await card.getByRole('button', own).tap()
    await page.getByRole('menuitem', { name: chinese('review:own.withdraw') }).tap()
    await expect(card).toContainText(chinese('review:withdrawn'))
    await expect(cardOf(reviewer.page, 'zh-CN', 2)).toContainText(chinese('review:withdrawn'))
    await expect(reviewer.page.getByText('模具不用改')).toHaveCount(0)
  })

  await test.step('an account is made, and the guest goes on at the point where they were', async () => {
    const place = page.url()
    await page.getByRole('link', { name: chinese('guests:toAccount') }).tap()
    const email = `${Math.random().toString(36).slice(2)}@example.com`
    await page.getByRole('textbox', { name: chinese('accounts:email') }).fill(email)
    await page.getByRole('textbox', { name: chinese('accounts:password') }).fill(password)
    await page.getByRole('button', { name: chinese('guests:claim') }).tap()
    await expect(page.getByText(chinese('guests:claimed'))).toBeVisible()
    await expect(page).toHaveURL(place)
    await expect(page.getByRole('complementary', { name: chinese('guests:title') })).toHaveCount(0)
    await expect(textOf(page)).toContainText('1.8 mm')
  })

  await test.step('what the guest wrote is theirs: withdrawn by the account, settled by who raised it', async () => {
    await threads(page).tap()
    const card = cardOf(page, 'zh-CN', 1)
    await card.getByRole('button').first().tap()
    await card.getByRole('button', own).tap()
    await page.getByRole('menuitem', { name: chinese('review:own.withdraw') }).tap()
    await expect(card).toContainText(chinese('review:withdrawn'))
    await expect(cardOf(editor.page, 'en', 1)).toContainText(english('review:withdrawn'))
    await card.getByRole('button', { name: chinese('review:settle'), exact: true }).tap()
    await expect(card).toContainText(chinese('review:closedBy.settled', { name: '周工' }))
  })
  await part(meeting, guest)
})

async function withdraw(page: Page, label: string): Promise<void> {
  await page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' }).click()
  await page.getByRole('button', { name: english('guests:revokeOne', { label }) }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: english('guests:revoke'), exact: true })
    .click()
  await expect(page.getByText(english('guests:revoked'))).toBeVisible()
}

test('a guest’s document closes at once, with a clear word, when the owner withdraws the link', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { editor } = meeting
  const first = await comeIn(browser, await makeGuestLink(editor, '周工'), '周工')
  const second = await comeIn(browser, await makeGuestLink(editor, '赵工'), '赵工')
  await raise(second.page, 'zh-CN', '1.5 m', '线太短。')
  await expectMarked(first.page, ['1.5 m'])

  await withdraw(editor.page, '赵工')
  const word = second.page.getByRole('alert')
  await expect(word).toContainText(chinese('guests:nothingText'))
  await expect(second.page.locator('.ProseMirror')).toHaveCount(0)
  // there is nothing else that they could go to
  await expect(second.page.getByRole('link', { name: chinese('ui:toProjects') })).toHaveCount(0)

  // what they wrote stays, and the other guest goes on
  await openByMark(first.page, '1.5 m')
  await reply(cardOf(first.page, 'zh-CN', 1), 'zh-CN', '我也觉得短。')
  await expect(cardOf(first.page, 'zh-CN', 1)).toContainText('赵工')
  await expect(cardOf(first.page, 'zh-CN', 1)).toContainText('我也觉得短。')
  // the browser itself notes the answer that told why the document closed
  const notes = second.complaints.filter((complaint) => !complaint.includes('status of 404'))
  await part(meeting, first, { ...second, complaints: notes })
})

test('a guest whose link is withdrawn while they write sees what happened, and of the document their own words only', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { editor } = meeting
  const { page } = await comeIn(browser, await makeGuestLink(editor, '赵工', 'editor'), '赵工')
  const state = page.getByRole('banner').getByRole('status')
  await expect(state).toHaveText(chinese('sync:state.saved'))
  await page.context().setOffline(true)
  await expect(state).toHaveText(chinese('sync:reconnecting'))
  await textOf(page).getByText('1.5 m').tap()
  await page.keyboard.type('我的话')
  await expect(textOf(page)).toContainText('我的话')
  await withdraw(editor.page, '赵工')
  await page.context().setOffline(false)

  for (let reload = 0; reload < 2; reload++) {
    await expect(page.getByRole('alert')).toContainText(chinese('guests:nothingText'))
    await expect(page.getByText(chinese('guests:nothingText'))).toBeInViewport({ ratio: 1 })
    const kept = page.getByRole('region', { name: chinese('sync:left.title') })
    await expect(kept.locator('pre')).toHaveText('我的话')
    await expect(kept.getByRole('button', { name: chinese('sync:left.copy') })).toBeVisible()
    await expect(page.getByText('1.5 m')).toHaveCount(0)
    await expect(page.getByRole('button', { name: chinese('sync:retry') })).toHaveCount(0)
    await expect(page.getByRole('link', { name: chinese('ui:toProjects') })).toHaveCount(0)
    await page.reload()
  }
  await page.context().close()
  await part(meeting)
})
