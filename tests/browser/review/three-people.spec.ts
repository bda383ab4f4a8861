import { expect, test } from '@playwright/test'
import { expectSaved, textOf, written } from '../../helpers/browser/editor-people.ts'
import {
  begin,
  cardOf,
  chinese,
  comeIn,
  english,
  expectMarked,
  lines,
  makeGuestLink,
  openByMark,
  meet,
  part,
  propose,
  raise,
  reply,
} from '../../helpers/browser/three-people.ts'

test('two comments kept private are seen by nobody else, and are published together with “changes needed”', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { editor, reviewer } = meeting
  const guest = await comeIn(browser, await makeGuestLink(editor, '模具厂 周工'), '周工')
  for (const [words, comment] of [
    ['1.8 mm', '1.8 mm 会缩水。'],
    ['cast iron', '改用锌合金更好。'],
  ] as const) {
    await begin(reviewer.page, 'zh-CN', words, comment)
    await reviewer.page.getByRole('button', { name: chinese('review:compose.keep') }).click()
    await expect(
      reviewer.page.getByRole('article', { name: chinese('review:draft') }).filter({ hasText: comment }),
    ).toBeVisible()
  }
  await expect(
    reviewer.page.getByText(chinese('review:publish.drafts_other', { count: '2' })).first(),
  ).toBeVisible()

  // what arrives after them shows that they would have arrived as well
  await raise(editor.page, 'en', '1.5 m', 'Is this long enough?')
  await guest.page.getByRole('button', { name: chinese('review:points') }).tap()
  await expect(cardOf(guest.page, 'zh-CN', 1)).toContainText('Is this long enough?')
  for (const { page } of [editor, guest]) {
    await expectMarked(page, ['1.5 m'])
    await expect(page.getByText('会缩水')).toHaveCount(0)
    await page.reload()
    await expectMarked(page, ['1.5 m'])
  }

  await reviewer.page.getByRole('button', { name: chinese('review:publish.action') }).click()
  const dialog = reviewer.page.getByRole('dialog')
  const publish = dialog.getByRole('button', { name: chinese('review:publish.submit'), exact: true })
  await dialog.getByLabel(chinese('review:decision.changes')).check()
  await expect(publish, 'the reason is wanted').toBeDisabled()
  await dialog.getByLabel(chinese('review:publish.summary')).fill('壁厚和材料要改。')
  await publish.click()
  await expect(dialog).toBeHidden()

  const reviews = editor.page.getByRole('region', { name: english('review:reviews') })
  await expect(reviews).toContainText(english('review:decision.changes'))
  await expect(reviews).toContainText('壁厚和材料要改。')
  await expect(cardOf(editor.page, 'en', 2)).toContainText('1.8 mm 会缩水。')
  await expect(cardOf(editor.page, 'en', 3)).toContainText('改用锌合金更好。')
  for (const { page } of [editor, reviewer, guest]) {
    await expectMarked(page, ['1.8 mm', 'cast iron', '1.5 m'])
  }
  await guest.page.getByRole('button', { name: chinese('review:points') }).tap()
  await expect(guest.page.getByRole('region', { name: chinese('review:reviews') })).toContainText(
    chinese('review:decision.changes'),
  )
  await part(meeting, guest)
})

test('the reviewer proposes, the editor accepts with one press, and one undo takes it back, for all three', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { editor, reviewer } = meeting
  const guest = await comeIn(browser, await makeGuestLink(editor, '模具厂 周工'), '周工')
  const before = lines.join('')
  // typed right before: undo must not take it along
  await textOf(editor.page).click()
  await editor.page.keyboard.press('ControlOrMeta+End')
  await editor.page.keyboard.type('!')

  await propose(reviewer.page, '1.8 mm', '2.5 mm')
  for (const { page } of [editor, reviewer, guest]) {
    await expect(page.locator('.ProseMirror del')).toHaveText('1.8 mm')
    await expect(page.locator('.ProseMirror ins')).toContainText('2.5 mm')
    await expect.poll(() => written(page)).toBe(`${before}!`)
  }
  for (const { page } of [reviewer, guest]) {
    await expect(page.getByRole('button', { name: chinese('proposals:accept') })).toHaveCount(0)
  }

  const accept = english('proposals:inText.accept', { name: '王师傅' })
  await editor.page.getByRole('button', { name: accept }).click()
  const accepted = `${before.replace('1.8 mm', '2.5 mm')}!`
  for (const { page } of [editor, reviewer, guest]) await expect.poll(() => written(page)).toBe(accepted)
  await expectSaved(editor.page)

  await textOf(editor.page).focus()
  await editor.page.keyboard.press('ControlOrMeta+z')
  for (const { page } of [editor, reviewer, guest]) await expect.poll(() => written(page)).toBe(`${before}!`)
  await editor.page.keyboard.press('ControlOrMeta+Shift+z')
  for (const { page } of [editor, reviewer, guest]) await expect.poll(() => written(page)).toBe(accepted)
  await part(meeting, guest)
})

test('one settles while the other replies: nothing is lost, and both screens agree, now and after a reload', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { editor, reviewer, projectId } = meeting
  await raise(reviewer.page, 'zh-CN', '1.8 mm', '会缩水。')
  await expectMarked(editor.page, ['1.8 mm'])
  await raise(editor.page, 'en', '1.5 m', 'Long enough?')
  for (const { page } of [editor, reviewer]) await expectMarked(page, ['1.8 mm', '1.5 m'])

  const raisers = [
    { number: 1, words: '1.8 mm', settles: reviewer.page, in: 'zh-CN', replies: editor.page, as: 'en' },
    { number: 2, words: '1.5 m', settles: editor.page, in: 'en', replies: reviewer.page, as: 'zh-CN' },
  ] as const
  for (const { number, words, settles, in: locale, replies, as } of raisers) {
    for (const page of [settles, replies]) await openByMark(page, words)
    const theirs = cardOf(replies, as, number)
    await expect(
      theirs.getByRole('textbox', { name: (as === 'en' ? english : chinese)('review:reply.body') }),
    ).toBeVisible()
    const settle = (locale === 'en' ? english : chinese)('review:settle')
    await Promise.all([
      reply(theirs, as, `reply to ${number}`),
      cardOf(settles, locale, number).getByRole('button', { name: settle, exact: true }).click(),
    ])
  }

  const settled = [
    { page: editor.page, locale: 'en', t: english },
    { page: reviewer.page, locale: 'zh-CN', t: chinese },
  ] as const
  const expectAgreed = async () => {
    for (const { page, locale, t } of settled) {
      await page
        .getByRole('radiogroup', { name: t('review:filter.label') })
        .getByText(t('review:filter.all'))
        .click()
      for (const [number, name] of [
        [1, '王师傅'],
        [2, 'Lin Yue'],
      ] as const) {
        const card = cardOf(page, locale, number)
        await expect(card).toContainText(t('review:closedBy.settled', { name }))
        const opener = card.getByRole('button').first()
        if ((await opener.getAttribute('aria-expanded')) === 'false') await opener.click()
        await expect(card.getByText(`reply to ${number}`)).toHaveCount(1)
      }
    }
  }
  await expectAgreed()
  for (const { page } of settled) await page.reload()
  await expectAgreed()
  const { threads } = await editor.person.get<{ threads: { state: string; comments: unknown[] }[] }>(
    `/api/projects/${projectId}/threads`,
  )
  expect(threads.map(({ state, comments }) => [state, comments.length])).toEqual([
    ['settled', 2],
    ['settled', 2],
  ])
  await part(meeting)
})

test('who raised a point settles it; neither the other side nor a guest has the button, nor gets past it', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { editor, reviewer, projectId } = meeting
  const guest = await comeIn(browser, await makeGuestLink(editor, '模具厂 周工'), '周工')
  await raise(reviewer.page, 'zh-CN', '1.8 mm', '会缩水。')
  await openByMark(editor.page, '1.8 mm')
  const card = cardOf(editor.page, 'en', 1)
  await expect(card).toContainText(english('review:settleHint', { name: '王师傅' }))
  await expect(card.getByRole('button', { name: english('review:settle') })).toHaveCount(0)
  await openByMark(guest.page, '1.8 mm')
  const onPhone = cardOf(guest.page, 'zh-CN', 1)
  await expect(onPhone).toContainText(chinese('review:settleHint', { name: '王师傅' }))
  await expect(onPhone.getByRole('button', { name: chinese('review:settle') })).toHaveCount(0)
  const { threads } = await editor.person.get<{ threads: { id: string }[] }>(
    `/api/projects/${projectId}/threads`,
  )
  const forced = await editor.person.ask('PATCH', `/api/projects/${projectId}/threads/${threads[0]!.id}`, {
    state: 'settled',
    reason: 'I say so',
  })
  expect(forced).toMatchObject({ status: 403, body: { error: { code: 'settle_not_yours' } } })

  await openByMark(reviewer.page, '1.8 mm')
  const own = cardOf(reviewer.page, 'zh-CN', 1)
  await own.getByRole('button', { name: chinese('review:settle'), exact: true }).click()
  await expect(card).toContainText(english('review:closedBy.settled', { name: '王师傅' }))
  await expect(onPhone).toContainText(chinese('review:closedBy.settled', { name: '王师傅' }))
  await part(meeting, guest)
})
