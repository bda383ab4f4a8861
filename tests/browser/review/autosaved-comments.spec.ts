import { expect, test, type Page } from '@playwright/test'
import { textOf } from '../../helpers/browser/editor-people.ts'
import { photo } from '../../helpers/browser/held-upload.ts'
import { selectWords, press } from '../../helpers/browser/select-words.ts'
import {
  begin,
  cardOf,
  chinese,
  comeIn,
  english,
  makeGuestLink,
  meet,
  openByMark,
  part,
  raise,
} from '../../helpers/browser/three-people.ts'

test('a point, a reply, an edit and a proposal that are begun stand where they were written after a reload and another page', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { reviewer } = meeting
  const { page } = reviewer
  await raise(page, 'zh-CN', '1.8 mm', '壁太薄')
  const card = cardOf(page, 'zh-CN', 1)
  await openByMark(page, '1.8 mm')
  await card.getByRole('button', { name: chinese('review:own.menu') }).click()
  await page.getByRole('menuitem', { name: chinese('review:own.edit') }).click()
  await card.getByRole('textbox', { name: chinese('review:own.field') }).fill('壁太薄，会缩水')
  await card.getByRole('textbox', { name: chinese('review:reply.body') }).fill('建议 2.5 mm')
  await begin(page, 'zh-CN', 'cast iron', '铸铁太重')
  await page
    .getByRole('radiogroup', { name: chinese('review:severity.label') })
    .getByText(chinese('review:severity.must'))
    .click()
  await selectWords(page, '1.5 m')
  await press(page, 'Control+Alt+KeyP')
  const proposal = page.getByRole('form', { name: chinese('proposals:propose') })
  await proposal.getByRole('textbox', { name: chinese('proposals:compose.replacement') }).fill('1.8 m')
  await proposal.getByRole('textbox', { name: chinese('proposals:compose.why') }).fill('够不到插座')

  const composer = page.getByRole('form', { name: chinese('review:comment'), exact: true })
  const allStands = async () => {
    await expect(composer.getByRole('textbox', { name: chinese('review:compose.body') })).toHaveText(
      '铸铁太重',
    )
    await expect(composer.locator('blockquote')).toHaveText('cast iron')
    await expect(composer.getByRole('radio', { name: chinese('review:severity.must') })).toBeChecked()
    await expect(
      proposal.getByRole('textbox', { name: chinese('proposals:compose.replacement') }),
    ).toHaveText('1.8 m')
    await expect(proposal.getByRole('textbox', { name: chinese('proposals:compose.why') })).toHaveValue(
      '够不到插座',
    )
    await expect(card.getByRole('textbox', { name: chinese('review:own.field') })).toHaveText(
      '壁太薄，会缩水',
    )
    await expect(card.getByRole('textbox', { name: chinese('review:reply.body') })).toHaveText('建议 2.5 mm')
  }
  await allStands()
  await page.reload()
  await allStands()
  // what was begun earlier does not take the focus from who comes to read
  await expect(composer.getByRole('textbox', { name: chinese('review:compose.body') })).not.toBeFocused()
  await page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Dazu lamp', exact: true })).toBeVisible()
  await page.goBack()
  await allStands()

  // sent or discarded it is gone, also after a reload
  await composer.getByRole('button', { name: chinese('review:compose.send') }).click()
  await proposal.getByRole('button', { name: chinese('proposals:compose.cancel') }).click()
  await card.getByRole('button', { name: chinese('review:own.save'), exact: true }).click()
  await card.getByRole('button', { name: chinese('review:reply.send'), exact: true }).click()
  await expect(cardOf(page, 'zh-CN', 2)).toContainText('铸铁太重')
  await expect(card).toContainText('建议 2.5 mm')
  // a page that is left before the answer has come keeps what was written
  await expect(card.getByRole('textbox', { name: chinese('review:own.field') })).toHaveCount(0)
  await page.reload()
  await expect(card).toContainText('壁太薄，会缩水')
  await expect(composer).toHaveCount(0)
  await expect(proposal).toHaveCount(0)
  await expect(card.getByRole('textbox', { name: chinese('review:own.field') })).toHaveCount(0)
  await expect(card.getByRole('textbox', { name: chinese('review:reply.body') })).toHaveText('')
  await part(meeting)
})

test('a reason and the summary of a review that are begun are there after a reload, until they are sent', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.editor
  await raise(meeting.reviewer.page, 'zh-CN', '1.8 mm', '壁太薄')
  const card = cardOf(page, 'en', 1)
  const declining = async () => {
    await card.getByRole('button', { name: english('review:decline'), exact: true }).click()
    return card.getByRole('textbox', { name: english('review:reasonFor.declined') })
  }
  const dialog = page.getByRole('dialog')
  const summing = async () => {
    await page.getByRole('button', { name: english('review:publish.action') }).click()
    return dialog.getByRole('textbox', { name: english('review:publish.summary') })
  }
  await openByMark(page, '1.8 mm')
  await (await declining()).fill('2.5 mm sinks')
  await expect(await summing()).toBeFocused()
  await page.keyboard.type('Walls first')
  await page.reload()
  await expect(await declining()).toHaveValue('2.5 mm sinks')
  await expect(await summing()).toHaveValue('Walls first')
  await dialog.getByRole('button', { name: english('review:publish.submit'), exact: true }).click()
  await expect(dialog).toHaveCount(0)
  await card.getByRole('button', { name: english('review:declineConfirm'), exact: true }).click()
  await expect(card).toContainText('2.5 mm sinks')
  await page.reload()
  await expect(await summing()).toHaveValue('')
  await part(meeting)
})

/** Holds what changes a point or a comment back from the server, until it is let go. */
async function holdChanges(page: Page): Promise<() => Promise<void>> {
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  const changes = (url: URL) => /\/threads\/[^/]+(\/comments\/[^/]+)?$/.test(url.pathname)
  await page.route(changes, async (route) => {
    await released
    await route.continue()
  })
  return async () => {
    const answered = page.waitForResponse((response) => changes(new URL(response.url())))
    release()
    await answered
    await page.unroute(changes)
  }
}

test('what is written on while an edit is being saved stays, and is saved with the next press', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.reviewer
  await raise(page, 'zh-CN', '1.8 mm', '壁太薄')
  const card = cardOf(page, 'zh-CN', 1)
  await openByMark(page, '1.8 mm')
  await card.getByRole('button', { name: chinese('review:own.menu') }).click()
  await page.getByRole('menuitem', { name: chinese('review:own.edit') }).click()
  const field = card.getByRole('textbox', { name: chinese('review:own.field') })
  const save = card.getByRole('button', { name: chinese('review:own.save'), exact: true })
  await field.fill('壁太薄，会缩水')
  const letGo = await holdChanges(page)
  await save.click()
  await field.press('End')
  await page.keyboard.type('，建议 2.5 mm')
  await letGo()
  await expect(save).not.toHaveAttribute('data-loading')
  await expect(field).toHaveText('壁太薄，会缩水，建议 2.5 mm')
  await save.click()
  await expect(field).toHaveCount(0)
  await expect(card).toContainText('壁太薄，会缩水，建议 2.5 mm')
  await part(meeting)
})

test('a reason that was sent is begun no more, though another point was looked at before the reply came', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.editor
  await raise(meeting.reviewer.page, 'zh-CN', '1.8 mm', '壁太薄')
  const card = cardOf(page, 'en', 1)
  await openByMark(page, '1.8 mm')
  await card.getByRole('button', { name: english('review:decline'), exact: true }).click()
  const reason = card.getByRole('textbox', { name: english('review:reasonFor.declined') })
  await reason.fill('2.5 mm sinks')
  const letGo = await holdChanges(page)
  await card.getByRole('button', { name: english('review:declineConfirm'), exact: true }).click()
  // what is written into it now would go with it, and what was sent is not taken back
  await expect(reason).not.toBeEditable()
  await expect(card.getByRole('button', { name: english('ui:cancel'), exact: true })).toBeDisabled()
  await card.getByRole('button').first().click()
  await expect(card).toHaveAttribute('data-active', 'false')
  await letGo()
  const begun = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('begun/')))
  await expect.poll(begun).toEqual([])
  await part(meeting)
})

test('names are offered once, in the field that is written in, however many are open', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.reviewer
  await raise(page, 'zh-CN', '1.8 mm', '壁太薄')
  await openByMark(page, '1.8 mm')
  await begin(page, 'zh-CN', 'cast iron', '铸铁太重')
  const reply = cardOf(page, 'zh-CN', 1).getByRole('textbox', { name: chinese('review:reply.body') })
  await reply.click()
  await page.keyboard.type('请看 @Lin')
  await expect(page.getByRole('option', { name: /Lin Yue/ })).toHaveCount(1)
  await page.keyboard.press('Enter')
  await expect(reply).toContainText('请看 @Lin Yue')
  await expect(page.getByRole('listbox')).toHaveCount(0)
  await part(meeting)
})

test('a picture whose field was closed while it was being stored is told not to be in the reply that is begun', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.reviewer
  await raise(page, 'zh-CN', '1.8 mm', '壁太薄')
  await openByMark(page, '1.8 mm')
  const card = cardOf(page, 'zh-CN', 1)
  await card.getByRole('textbox', { name: chinese('review:reply.body') }).fill('见照片')
  let send = () => {}
  const held = new Promise<void>((resolve) => (send = resolve))
  await page.route('**/api/projects/*/files', (route) => held.then(() => route.continue()))
  await card
    .locator('input[type=file]')
    .first()
    .setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: await photo() })
  await expect(card.getByText(chinese('review:compose.uploading'))).toBeVisible()
  await card.getByRole('button').first().click()
  await expect(card).toHaveAttribute('data-active', 'false')
  send()
  await expect(page.getByText(chinese('review:compose.pictureLeft', { name: 'lamp.png' }))).toBeVisible()
  await part(meeting)
})

test('a review is published with the comments that are still on their way, and not without them', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.reviewer
  let send = () => {}
  const held = new Promise<void>((resolve) => (send = resolve))
  await page.route('**/api/projects/*/threads', (route) => held.then(() => route.continue()))
  await begin(page, 'zh-CN', '1.8 mm', '壁太薄')
  await page.getByRole('button', { name: chinese('review:compose.keep') }).click()
  await page.getByRole('button', { name: chinese('review:publish.action') }).click()
  const dialog = page.getByRole('dialog')
  const publish = dialog.getByRole('button', { name: chinese('review:publish.submit'), exact: true })
  await expect(dialog.getByText(chinese('review:publish.drafts_other', { count: '1' }))).toBeVisible()
  await expect(publish).toBeDisabled()
  send()
  await publish.click()
  await expect(dialog).toHaveCount(0)
  await expect(cardOf(page, 'zh-CN', 1)).toContainText('壁太薄')
  await expect(cardOf(meeting.editor.page, 'en', 1)).toContainText('壁太薄')
  await part(meeting)
})

test('a review whose answer was lost is sent again as it was; another decision, or other words, are another review', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page, person, complaints } = meeting.reviewer
  const path = `/api/projects/${meeting.projectId}/reviews`
  let lose = () => {}
  const held = new Promise<void>((resolve) => (lose = resolve))
  await page.route(`**${path}`, async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await route.fetch()
    await held
    await route.abort()
  })
  await page.getByRole('button', { name: chinese('review:publish.action') }).click()
  const dialog = page.getByRole('dialog')
  const summary = dialog.getByRole('textbox', { name: chinese('review:publish.summary') })
  const publish = dialog.getByRole('button', { name: chinese('review:publish.submit'), exact: true })
  const decide = (decision: string) => dialog.getByLabel(chinese(`review:decision.${decision}`)).check()
  await decide('good')
  await publish.click()
  // what is written into it now would be in no review
  await expect(summary).not.toBeEditable()
  lose()
  await expect(dialog.getByText(chinese('errors:offline'))).toBeVisible()
  await publish.click()
  await expect(publish).not.toHaveAttribute('data-loading')
  await page.unroute(`**${path}`)
  await decide('changes')
  await summary.fill('壁厚要改')
  await publish.click()
  await expect(dialog).toHaveCount(0)
  const { reviews } = await person.get<{ reviews: { decision: string; summary: string }[] }>(path)
  expect(reviews.map(({ decision, summary: said }) => [decision, said])).toEqual([
    ['changes', '壁厚要改'],
    ['good', ''],
  ])
  // the browser notes each answer that was lost
  const notes = complaints.filter((complaint) => !complaint.includes('ERR_FAILED'))
  await part({ ...meeting, reviewer: { ...meeting.reviewer, complaints: notes } })
})

test('where the browser keeps nothing, a comment is begun and sent as ever', async ({ browser }) => {
  const meeting = await meet(browser)
  const { page } = meeting.reviewer
  await page.evaluate(() => {
    const refuse = () => {
      throw new DOMException('denied', 'SecurityError')
    }
    Storage.prototype.setItem = refuse
    Storage.prototype.getItem = refuse
    Storage.prototype.removeItem = refuse
    Storage.prototype.key = refuse
  })
  await raise(page, 'zh-CN', '1.8 mm', '壁太薄')
  await expect(cardOf(page, 'zh-CN', 1)).toContainText('壁太薄')
  await expect(page.getByRole('form', { name: chinese('review:comment'), exact: true })).toHaveCount(0)
  // a part of the interface notes for itself that it kept nothing
  const notes = meeting.reviewer.complaints.filter((complaint) => !complaint.startsWith('use-local-storage:'))
  await part({ ...meeting, reviewer: { ...meeting.reviewer, complaints: notes } })
})

test('where storage is blocked from the beginning the page opens, and its language is chosen for this visit', async ({
  page,
}) => {
  const thrown: string[] = []
  page.on('pageerror', ({ message }) => thrown.push(message))
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get() {
        throw new DOMException('denied', 'SecurityError')
      },
    })
  })
  await page.goto('/sign-in')
  await expect(page.getByRole('button', { name: english('accounts:signIn'), exact: true })).toBeVisible()
  await page.getByText('简体中文').click()
  await expect(page.getByRole('button', { name: chinese('accounts:signIn'), exact: true })).toBeVisible()
  expect(thrown).toEqual([])
})

test('a guest whose link is withdrawn reads what they had begun, and can take it away', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { editor, documentId } = meeting
  const guest = await comeIn(browser, await makeGuestLink(editor, '周工'), '周工')
  const { page } = guest
  await begin(page, 'zh-CN', '1.5 m', '线太短，够不到')
  await editor.page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' }).click()
  await editor.page.getByRole('button', { name: english('guests:revokeOne', { label: '周工' }) }).click()
  await editor.page
    .getByRole('dialog')
    .getByRole('button', { name: english('guests:revoke'), exact: true })
    .click()
  const kept = page.getByRole('region', { name: chinese('review:left.title') })
  for (const isLater of [false, true]) {
    if (isLater) await page.goto(`/documents/${documentId}`)
    await expect(kept.locator('pre')).toHaveText('线太短，够不到')
    await expect(textOf(page)).toHaveCount(0)
  }
  await kept.getByRole('button', { name: chinese('review:left.drop') }).tap()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: chinese('review:left.drop') })
    .tap()
  await expect(kept).toHaveCount(0)
  await page.reload()
  await expect(page.getByRole('alert')).toBeVisible()
  await expect(kept).toHaveCount(0)
  const notes = guest.complaints.filter((complaint) => !/status of 404|code: 404/.test(complaint))
  await part(meeting, { ...guest, complaints: notes })
})
