import { expect, test, type Page } from '@playwright/test'
import { close, expectSaved, openAs, textOf, written } from '../../helpers/browser/editor-people.ts'
import { createDocument, createPerson, join } from '../../helpers/people.ts'
import { press, redoWithCapsLock, selectWords } from '../../helpers/browser/select-words.ts'
import { meet } from '../../helpers/browser/three-people.ts'
import { axeOn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const english = wordsOf('en')
const chinese = wordsOf('zh-CN')
const url = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')

/** A document that says one sentence, open at its editor's and at a reviewer's, who reads Chinese. */
async function twoAtOneSentence(browser: Parameters<typeof openAs>[0], sentence: string) {
  const owner = await createPerson(url(), 'Lin Yue', 'en')
  const factory = await createPerson(url(), '王师傅', 'zh-CN')
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'blank',
  })
  await join(owner, factory, projectId, 'manufacture', 'reviewer')
  const editor = await openAs(browser, owner, documentId, { locale: 'en' })
  await textOf(editor.page).click()
  await editor.page.keyboard.type(sentence)
  await expectSaved(editor.page)
  const reviewer = await openAs(browser, factory, documentId, { locale: 'zh-CN' })
  await expect(textOf(reviewer.page)).toContainText(sentence)
  return { editor, reviewer, owner, projectId, documentId }
}

/** Writes other words for a passage, and does not send them. */
async function begin(page: Page, t: typeof english, words: string, instead: string): Promise<void> {
  await selectWords(page, words)
  await page.getByRole('button', { name: t('proposals:propose') }).click()
  const field = page.getByRole('textbox', { name: t('proposals:compose.replacement') })
  await expect(field).toHaveText(words)
  await field.fill(instead)
}

async function propose(page: Page, words: string, instead: string, why = ''): Promise<void> {
  await begin(page, chinese, words, instead)
  if (why) await page.getByLabel(chinese('proposals:compose.why')).fill(why)
  await page.getByRole('button', { name: chinese('proposals:compose.send') }).click()
}

const sentence = '外壳壁厚 1.8 mm，表面喷砂。'

test('a reviewer proposes in Chinese; the editor sees it live, accepts it, takes it back and does it again', async ({
  browser,
}) => {
  const { editor, reviewer } = await twoAtOneSentence(browser, sentence)
  await propose(reviewer.page, '1.8 mm', '2.5 mm', '1.8 mm 会缩水。')

  // struck and inserted, at both sides, and not in the text
  for (const { page } of [editor, reviewer]) {
    await expect(page.locator('.ProseMirror del')).toHaveText('1.8 mm')
    await expect(page.locator('.ProseMirror ins')).toContainText('2.5 mm')
    await expect(page.locator('.ProseMirror ins .proposal-name')).toHaveAttribute('data-name', '王师傅')
    expect(await written(page)).toBe(sentence)
  }
  const card = editor.page.getByRole('article', { name: 'Point 1' })
  await expect(card).toContainText('1.8 mm 会缩水。')
  await expect(reviewer.page.getByRole('button', { name: /采纳/ })).toHaveCount(0)

  // hidden and shown again
  await editor.page.getByRole('button', { name: english('proposals:inTextToggle') }).click()
  await expect(editor.page.locator('.ProseMirror ins')).toHaveCount(0)
  await editor.page.getByRole('button', { name: english('proposals:inTextToggle') }).click()
  const { violations } = await axeOn(editor.page)
    .include('.ProseMirror')
    .include('[aria-label="Point 1"]')
    .analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])

  const accept = english('proposals:inText.accept', { name: '王师傅' })
  await editor.page.getByRole('button', { name: accept }).click()
  const accepted = sentence.replace('1.8 mm', '2.5 mm')
  await expect.poll(() => written(reviewer.page)).toBe(accepted)
  expect(await written(editor.page)).toBe(accepted)
  await expect(editor.page.locator('.ProseMirror ins')).toHaveCount(0)
  await reviewer.page.getByRole('radiogroup').getByText('全部').click()
  await expect(
    reviewer.page.getByText(chinese('proposals:acceptedBy', { author: '王师傅', name: 'Lin Yue' })),
  ).toBeVisible()

  // one step back opens the proposal again, one step forward accepts it again, and both are said
  await textOf(editor.page).focus()
  await editor.page.keyboard.press('ControlOrMeta+z')
  await expect.poll(() => written(reviewer.page)).toBe(sentence)
  await expect(editor.page.getByText(english('proposals:undone', { number: '1' }))).toBeVisible()
  for (const { page } of [editor, reviewer]) {
    await expect(page.locator('.ProseMirror ins')).toContainText('2.5 mm')
    await expect(page.getByText(/^(Pending|未了结) 1$/)).toBeVisible()
  }
  await editor.page.keyboard.press('ControlOrMeta+Shift+z')
  await expect.poll(() => written(reviewer.page)).toBe(accepted)
  await expect(editor.page.getByText(english('proposals:redone', { number: '1' }))).toBeVisible()
  for (const { page } of [editor, reviewer]) {
    await expect(page.locator('.ProseMirror ins')).toHaveCount(0)
    await expect(page.getByText(/^(Pending|未了结) 0$/)).toBeVisible()
  }
  await close(editor, reviewer)
})

test('where not one character stays, the point follows undo and redo all the same, again and again', async ({
  browser,
}) => {
  const { editor, reviewer } = await twoAtOneSentence(browser, sentence)
  const { page } = editor
  const sheets = 40
  for (let line = 0; line < sheets; line++) await page.keyboard.press('Enter')
  await page.keyboard.type('end')
  await expect(textOf(reviewer.page)).toContainText('end')
  await propose(reviewer.page, '表面喷砂', '抛光')
  await page.getByRole('button', { name: english('proposals:inText.accept', { name: '王师傅' }) }).click()
  await expect.poll(() => written(reviewer.page)).toContain('抛光')
  const first = textOf(page).first().locator('p').first()
  await textOf(page).first().focus()
  for (const keys of ['ControlOrMeta+z', 'ControlOrMeta+y', 'ControlOrMeta+z', 'ControlOrMeta+y']) {
    const isUndo = keys.endsWith('z')
    await page.keyboard.press(keys)
    await expect.poll(() => written(reviewer.page)).toContain(isUndo ? '表面喷砂' : '抛光')
    await expect(page.getByText(/^Pending \d$/)).toHaveText(`Pending ${isUndo ? 1 : 0}`)
    // the last word is the only one that is told, and the change stays in view
    const [said, unsaid] = isUndo ? (['undone', 'redone'] as const) : (['redone', 'undone'] as const)
    await expect(page.getByText(english(`proposals:${said}`, { number: '1' }))).toBeVisible()
    await expect(page.getByText(english(`proposals:${unsaid}`, { number: '1' }))).toHaveCount(0)
    await expect(first).toBeInViewport()
  }
  await close(editor, reviewer)
})

test('a proposal is kept private, marked as a draft, and published with the review; only then it can be accepted', async ({
  browser,
}) => {
  const { editor, reviewer } = await twoAtOneSentence(browser, sentence)
  await begin(reviewer.page, chinese, '1.8 mm', '2.5 mm')
  await reviewer.page.getByRole('button', { name: chinese('review:compose.keep') }).click()
  await begin(editor.page, english, '喷砂', '抛光')
  await editor.page.getByRole('button', { name: english('review:compose.keep') }).click()

  for (const [{ page }, t, old, instead] of [
    [reviewer, chinese, '1.8 mm', '2.5 mm'],
    [editor, english, '喷砂', '抛光'],
  ] as const) {
    const mine = page.locator('.ProseMirror ins')
    await expect(page.locator('.ProseMirror del')).toHaveText(old)
    await expect(mine).toContainText(instead)
    await expect(mine.locator('.proposal-name')).toHaveAttribute('data-name', t('review:draft'))
    const card = page.getByRole('article', { name: t('review:draft') })
    await card.getByRole('button').first().click()
    await expect(card.getByRole('textbox', { name: t('review:reply.body') })).toBeVisible()
    for (const offer of ['proposals:accept', 'proposals:withdraw', 'review:answer', 'review:decline']) {
      await expect(card.getByRole('button', { name: t(offer), exact: true })).toHaveCount(0)
    }
  }
  const { violations } = await axeOn(editor.page).include('.ProseMirror').analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  await expect(editor.page.getByRole('button', { name: /^Accept/ })).toHaveCount(0)

  await reviewer.page.reload()
  await expect(reviewer.page.locator('.ProseMirror ins')).toContainText('2.5 mm')
  await publish(reviewer.page, chinese)
  const accept = editor.page.getByRole('button', {
    name: english('proposals:inText.accept', { name: '王师傅' }),
  })
  await expect(accept).toBeVisible()
  await expect(reviewer.page.locator('.ProseMirror ins .proposal-name')).toHaveAttribute(
    'data-name',
    '王师傅',
  )
  await publish(editor.page, english)
  await expect(
    editor.page.getByRole('button', { name: english('proposals:inText.accept', { name: 'Lin Yue' }) }),
  ).toBeVisible()
  await accept.click()
  await expect(reviewer.page.locator('.ProseMirror').first()).toContainText('壁厚 2.5 mm，')
  await close(editor, reviewer)
})

async function publish(page: Page, t: typeof english): Promise<void> {
  await page.getByRole('button', { name: t('review:publish.action') }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: t('review:publish.submit'), exact: true }).click()
  await expect(dialog).toBeHidden()
}

test('a proposal on a passage that was changed meanwhile shows the conflict and overwrites nothing by itself', async ({
  browser,
}) => {
  const { editor, reviewer } = await twoAtOneSentence(browser, sentence)
  await propose(reviewer.page, '1.8 mm', '2.5 mm')
  await expect(editor.page.locator('.ProseMirror ins')).toContainText('2.5 mm')

  // the same length, so that nothing moves
  await selectWords(editor.page, '8')
  await editor.page.keyboard.type('9')
  const card = editor.page.getByRole('article', { name: 'Point 1' })
  await expect(card).toContainText(english('proposals:conflict.changed'))
  await expect(card.getByRole('definition')).toHaveText(['1.8 mm', '1.9 mm', '2.5 mm'])
  await expect(editor.page.locator('.ProseMirror ins')).toHaveCount(0)
  await expect(reviewer.page.getByText(chinese('proposals:conflict.changed'))).toBeVisible()
  expect(await written(editor.page)).toBe(sentence.replace('1.8', '1.9'))

  await card.getByRole('button', { name: english('proposals:applyToPresent') }).click()
  await expect.poll(() => written(reviewer.page)).toBe(sentence.replace('1.8', '2.5'))
  await close(editor, reviewer)
})

test('where the same sentence stands twice, an accepted proposal is not offered for the other one', async ({
  browser,
}) => {
  const long = `${sentence}颜色为墨黑，不得有色差。`
  const { editor, reviewer } = await twoAtOneSentence(browser, long)
  for (const line of ['灯罩', long]) {
    await editor.page.keyboard.press('Enter')
    await editor.page.keyboard.type(line)
  }
  await expect(textOf(reviewer.page).locator('p')).toHaveText([long, '灯罩', long])
  await propose(reviewer.page, '1.8 mm', '2.5 mm')
  await editor.page
    .getByRole('button', { name: english('proposals:inText.accept', { name: '王师傅' }) })
    .click()
  const accepted = [long, '灯罩', long.replace('1.8', '2.5')]
  await expect(textOf(reviewer.page).locator('p')).toHaveText(accepted)
  await editor.page.getByRole('radiogroup').getByText('All').click()
  const card = editor.page.getByRole('article', { name: 'Point 1' })
  await expect(card).toContainText(english('proposals:accepted'))
  await expect(card.getByRole('button', { name: english('proposals:putIn') })).toHaveCount(0)
  await expect(card).not.toContainText(english('proposals:former'))
  await expect(editor.page.getByText('Pending 0', { exact: true })).toBeVisible()
  await close(editor, reviewer)
})

test('a proposal whose passage was removed says so and cannot be accepted', async ({ browser }) => {
  const { editor, reviewer } = await twoAtOneSentence(browser, sentence)
  await propose(reviewer.page, '表面喷砂', '表面抛光')
  await expect(editor.page.locator('.ProseMirror ins')).toContainText('表面抛光')
  await selectWords(editor.page, '表面喷砂')
  await editor.page.keyboard.press('Delete')
  const card = editor.page.getByRole('article', { name: 'Point 1' })
  await expect(card).toContainText(english('review:removed'))
  await expect(card.getByRole('button', { name: english('proposals:accept') })).toHaveCount(0)
  await close(editor, reviewer)
})

test('accepted by a tab that ended before it wrote: the former words are pointed out and put right', async ({
  browser,
}) => {
  const { editor, reviewer, owner, projectId, documentId } = await twoAtOneSentence(browser, sentence)
  await propose(reviewer.page, '1.8 mm', '2.5 mm')
  await expect(editor.page.locator('.ProseMirror ins')).toContainText('2.5 mm')
  const { threads } = await owner.get<{ threads: { id: string; changes: number }[] }>(
    `/api/projects/${projectId}/threads`,
  )
  // the claim alone, as if the tab had gone right after it
  await owner.post(`/api/projects/${projectId}/threads/${threads[0]!.id}/accept`, {
    changes: threads[0]!.changes,
  })
  // it is among the open ones, and putting forward shows its words and leads to its place
  await expect(editor.page.getByText('Pending 1', { exact: true })).toBeVisible()
  const card = editor.page.getByRole('article', { name: 'Point 1' })
  await expect(card).toContainText(english('proposals:former'))
  await editor.page.goto(`/projects/${projectId}/sign`)
  await editor.page
    .getByRole('button', { name: english('signoff:putForward.action', { letter: 'A' }) })
    .click()
  await expect(editor.page.getByRole('listitem').filter({ hasText: '1.8 mm → 2.5 mm' })).toBeVisible()
  await editor.page.getByRole('link', { name: '#1', exact: true }).click()
  await expect(editor.page).toHaveURL(new RegExp(`/documents/${documentId}`))
  await card.getByRole('button', { name: english('proposals:putIn') }).click()
  await expect.poll(() => written(reviewer.page)).toBe(sentence.replace('1.8', '2.5'))
  await expect(card).not.toContainText(english('proposals:former'))
  await expect(editor.page.getByText('Pending 0', { exact: true })).toBeVisible()
  await close(editor, reviewer)
})

test('two editors who accept at once change the text once', async ({ browser }) => {
  const { editor, reviewer, owner, projectId, documentId } = await twoAtOneSentence(browser, sentence)
  const second = await createPerson(url(), '周工', 'en')
  await join(owner, second, projectId, 'manufacture', 'editor')
  const other = await openAs(browser, second, documentId, { locale: 'en' })
  await propose(reviewer.page, '1.8 mm', '2.5 mm')
  const accept = english('proposals:inText.accept', { name: '王师傅' })
  const buttons = [editor, other].map(({ page }) => page.getByRole('button', { name: accept }))
  for (const button of buttons) await expect(button).toBeVisible()
  // found before either is pressed: whose button goes because the other was quicker would wait for another one
  const found = await Promise.all(buttons.map((button) => button.elementHandle()))
  await Promise.all(found.map((button) => button!.evaluate((it: HTMLElement) => it.click())))
  for (const { page } of [editor, other, reviewer]) {
    await expect.poll(() => written(page)).toBe(sentence.replace('1.8', '2.5'))
    await expect(page.locator('.ProseMirror ins')).toHaveCount(0)
  }
  await expectSaved(editor.page)
  expect(await written(reviewer.page)).toBe(sentence.replace('1.8', '2.5'))
  // who was later is told so: a refused request is noted by the browser itself
  for (const { page } of [editor, other, reviewer]) await page.context().close()
})

test('one person who accepts in two tabs at once writes the words once, and is told so', async ({
  browser,
}) => {
  const { editor, reviewer, documentId } = await twoAtOneSentence(browser, sentence)
  const tabs = [editor.page, await editor.page.context().newPage()]
  await tabs[1]!.goto(`/documents/${documentId}`)
  await expect(textOf(tabs[1]!)).toContainText(sentence)
  await propose(reviewer.page, '1.8 mm', '2.5 mm')
  // each tab has its answer before it hears of the other's words
  const statuses: number[] = []
  let goOn = () => {}
  const both = new Promise<void>((resolve) => (goOn = resolve))
  for (const tab of tabs) {
    await tab.route('**/accept', async (route) => {
      const response = await route.fetch()
      if (statuses.push(response.status()) === tabs.length) goOn()
      await both
      await route.fulfill({ response })
    })
  }
  const accept = english('proposals:inText.accept', { name: '王师傅' })
  const buttons = tabs.map((tab) => tab.getByRole('button', { name: accept, exact: true }))
  for (const button of buttons) await expect(button).toBeVisible()
  const found = await Promise.all(buttons.map((button) => button.elementHandle()))
  await Promise.all(found.map((button) => button!.evaluate((it: HTMLElement) => it.click())))
  for (const page of [...tabs, reviewer.page]) {
    await expect.poll(() => written(page)).toBe(sentence.replace('1.8', '2.5'))
  }
  expect(statuses.toSorted()).toEqual([200, 409])
  const told = english('errors:proposal_accepted')
  const hasTold = async () => (await Promise.all(tabs.map((tab) => tab.getByText(told).count()))).toSorted()
  await expect.poll(hasTold).toEqual([0, 1])
  for (const page of tabs) await expectSaved(page)
  expect(await written(reviewer.page)).toBe(sentence.replace('1.8', '2.5'))
  for (const { page } of [editor, reviewer]) await page.context().close()
})

test('what is typed after a click on proposed words stands beside them', async ({ browser }) => {
  const { editor, reviewer } = await meet(browser)
  const { page } = editor
  await propose(reviewer.page, 'cast iron', 'steel')
  const proposed = page.locator('.ProseMirror ins')
  await textOf(page).locator('p').first().click()
  await proposed.click({ position: { x: 20, y: 8 } })
  await page.keyboard.type('!')
  await expect.poll(() => written(reviewer.page)).toContain('cast iron!.')
  // also when the text had not the focus
  await page.getByRole('button', { name: english('proposals:inTextToggle') }).focus()
  await proposed.click({ position: { x: 20, y: 8 } })
  await page.keyboard.type('?')
  await expect.poll(() => written(reviewer.page)).toMatch(/cast iron(!\?|\?!)\./)
  for (const writer of [editor, reviewer]) await writer.page.context().close()
})

test('with Caps Lock on, Ctrl Shift Z does again in a proposal and never undoes', async ({ browser }) => {
  const { editor, reviewer } = await twoAtOneSentence(browser, sentence)
  const { page } = reviewer
  await begin(page, chinese, '1.8 mm', '2.5')
  const field = page.getByRole('textbox', { name: chinese('proposals:compose.replacement') })
  await redoWithCapsLock(page)
  await expect(field).toHaveText('2.5')
  await press(page, 'ControlOrMeta+KeyZ')
  await expect(field).toHaveText('1.8 mm')
  await redoWithCapsLock(page)
  await redoWithCapsLock(page)
  await expect(field).toHaveText('2.5')
  await close(editor, reviewer)
})
