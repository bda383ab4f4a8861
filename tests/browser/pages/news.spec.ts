import { expect, test } from '@playwright/test'
import { createDocument, createPerson, join } from '../../helpers/people.ts'
import { close, expectSaved, openAs, textOf, type Writer } from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const url = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')

/** Comes back to a document after having been away since a moment; the server's own half hour would take too long here. */
async function comeBack({ page }: Writer, since: Date): Promise<void> {
  await page.route('**/visit', (route) => route.fulfill({ json: { since: since.toISOString() } }))
  await page.reload()
  await expect(textOf(page)).toBeVisible()
}

const now = () => new Date()

for (const [locale, width] of [
  ['en', 1280],
  ['zh-CN', 390],
] as const) {
  const t = wordsOf(locale)

  test(`${locale}: what others changed meanwhile is marked in the text, and led to from place to place`, async ({
    browser,
  }) => {
    const owner = await createPerson(url(), 'Anna Berg')
    const reader = await createPerson(url(), '李伟', locale)
    const { projectId, documentId } = await createDocument(owner, {
      kind: 'spec',
      title: 'Lamp',
      template: 'spec',
    })
    await join(owner, reader, projectId, 'manufacture', 'editor')
    const anna = await openAs(browser, owner, documentId)
    const li = await openAs(browser, reader, documentId, { locale, viewport: { width, height: 800 } })
    const bar = li.page.getByRole('group', { name: t('notify:changed.title') })
    const marks = li.page.locator('.ProseMirror .changed-since')
    await expect(bar, 'on a first visit everything is new').toHaveCount(0)
    await textOf(li.page).locator('p').first().click()
    await li.page.keyboard.press('End')
    await li.page.keyboard.type(' Read.')
    await expect(textOf(anna.page)).toContainText('Read.')
    const left = now()

    const headings = textOf(anna.page).locator('h2')
    for (const heading of [headings.first(), headings.last()]) {
      await heading.click()
      await anna.page.keyboard.press('End')
      await anna.page.keyboard.type(' (B)')
    }
    await expectSaved(anna.page)
    await comeBack(li, left)
    await expect(bar).toContainText(t('notify:changed.since_other', { count: '2' }))
    await expect(marks).toHaveCount(2)
    await expect(marks.first()).toHaveText((await headings.first().textContent())!)
    await bar.getByRole('button', { name: t('notify:changed.previous') }).click()
    await expect(marks.last()).toBeInViewport()
    await expect(bar).toContainText(t('notify:changed.at', { at: '2', count: '2' }))
    await li.page.keyboard.press('Control+Alt+n')
    await expect(marks.first()).toBeInViewport()
    await expect(bar).toContainText(t('notify:changed.at', { at: '1', count: '2' }))

    // what is written while one looks on is not marked, and the marks stay where they are
    await headings.first().click()
    await anna.page.keyboard.press('Home')
    await anna.page.keyboard.press('Enter')
    await expect(textOf(li.page).locator('h2')).toHaveCount(await headings.count())
    await expect(marks).toHaveCount(2)
    await bar.getByRole('button', { name: t('notify:changed.hide') }).click()
    await expect(bar).toHaveCount(0)
    await expect(marks).toHaveCount(0)
    await close(anna, li)
  })
}

test('nothing is marked when nobody else changed anything', async ({ browser }) => {
  const owner = await createPerson(url(), 'Anna Berg')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'spec' })
  const anna = await openAs(browser, owner, documentId)
  const started = new Date(Date.now() - 60_000)
  await textOf(anna.page).locator('p').first().click()
  await anna.page.keyboard.type('Mine.')
  await expectSaved(anna.page)
  const answered = anna.page.waitForResponse((reply) => reply.url().includes('/changes?'))
  await comeBack(anna, started)
  // asked as the page asked: its own answer is gone where it has asked anew since
  const { pathname, search } = new URL((await answered).url())
  expect(await owner.get(pathname + search)).toEqual({ written: [], removed: [] })
  await expectSaved(anna.page)
  await expect(anna.page.locator('.changed-since')).toHaveCount(0)
  await close(anna)
})

test('where too much was removed to be marked, the reader is told and can close that', async ({
  browser,
}) => {
  const t = wordsOf('en')
  const owner = await createPerson(url(), 'Anna Berg')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'spec' })
  const anna = await openAs(browser, owner, documentId)
  const error = { code: 'too_much_removed', params: { limit: 50_000 } }
  await anna.page.route('**/changes?*', (route) => route.fulfill({ status: 422, json: { error } }))
  await comeBack(anna, new Date(Date.now() - 60_000))
  const bar = anna.page.getByRole('group', { name: t('notify:changed.title') })
  await expect(bar).toContainText(t('errors:too_much_removed', { limit: '50,000' }))
  await bar.getByRole('button', { name: t('ui:close') }).click()
  await expect(bar).toHaveCount(0)
  expect(anna.complaints.splice(0)).toEqual([expect.stringContaining('/changes?')])
  await close(anna)
})
