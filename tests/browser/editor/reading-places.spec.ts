import { expect, test, type Page } from '@playwright/test'
import { newId } from '../../../server/db/columns.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, expectSaved, openAs, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const t = wordsOf('en')
const url = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')

/** The line at the top of what is seen of the text. */
const topLine = (page: Page) =>
  textOf(page).evaluate((text) => {
    const { top } = text.closest('main')!.getBoundingClientRect()
    return [...text.children].find((line) => line.getBoundingClientRect().bottom > top)?.textContent
  })

/** Scrolls a line to the very top, under what lies over the text there. */
function toTop(line: Element): void {
  const main = line.closest('main')!
  line.scrollIntoView({ block: 'start' })
  main.scrollTop += line.getBoundingClientRect().top - main.getBoundingClientRect().top
}

test('a reload, the way back from another page and from a version keep the place in the text; a link begins at the top', async ({
  browser,
}) => {
  const owner = await createPerson(url(), 'Lin Yue', 'en')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const writer = await openAs(browser, owner, documentId, { locale: 'en' })
  const { page } = writer
  await textOf(page).click()
  const lines = Array.from(
    { length: 120 },
    (_, index) => `<p>Line ${index} ${'of many words '.repeat(12)}</p>`,
  )
  await paste(page, 'text/html', lines.join(''))
  await expectSaved(page)
  const sixtieth = textOf(page).locator('p').nth(60)
  await sixtieth.evaluate(toTop)
  await page.mouse.move(640, 400)
  await page.mouse.wheel(0, 37)
  await expect.poll(() => topLine(page)).toContain('Line 60 ')
  // the place is kept when nothing moves any more
  await expect.poll(() => page.evaluate(() => sessionStorage.getItem('places'))).toContain('"block":60')

  await page.reload()
  await expect.poll(() => topLine(page)).toContain('Line 60 ')

  await page.getByRole('link', { name: t('points:allPoints') }).click()
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.goBack()
  await expect(textOf(page)).toBeVisible()
  await expect.poll(() => topLine(page)).toContain('Line 60 ')

  await page.getByRole('tab', { name: t('history:versions') }).click()
  await page.getByLabel(t('history:nameLabel')).fill('First')
  await page.getByRole('button', { name: t('history:keep') }).click()
  await page.getByRole('button', { name: t('history:look', { number: '1', name: 'First' }) }).click()
  const shown = page.getByText(t('history:shown', { number: '1', name: 'First' }))
  await expect(shown).toBeVisible()
  await page.getByRole('button', { name: t('history:back') }).click()
  await expect(shown).toHaveCount(0)
  await expect.poll(() => topLine(page)).toContain('Line 60 ')
  await page.getByRole('button', { name: t('history:look', { number: '1', name: 'First' }) }).click()
  await expect(shown).toBeVisible()
  await page.goBack()
  await expect(shown).toHaveCount(0)
  await expect.poll(() => topLine(page)).toContain('Line 60 ')

  await page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' }).click()
  // the document's own list of documents has the link too, which leads nowhere else
  await expect(page.getByRole('heading', { level: 1, name: 'Dazu lamp' })).toBeVisible()
  await page.getByRole('link', { name: 'Lamp', exact: true }).click()
  await expect.poll(() => topLine(page)).toContain('Line 0 ')
  await close(writer)
})

test('another document that a link leads to begins at its top, and each keeps its own place for the way back', async ({
  browser,
}) => {
  const owner = await createPerson(url(), 'Lin Yue', 'en')
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'blank',
  })
  await owner.post(`/api/projects/${projectId}/documents`, {
    kind: 'brief',
    title: 'Stand',
    template: 'blank',
  })
  const writer = await openAs(browser, owner, documentId, { locale: 'en' })
  const { page } = writer
  const fill = async (name: string) => {
    await textOf(page).click()
    const lines = Array.from(
      { length: 120 },
      (_, index) => `<p>${name} ${index} ${'of many words '.repeat(12)}</p>`,
    )
    await paste(page, 'text/html', lines.join(''))
    await expectSaved(page)
  }
  const goTo = async (line: number) => {
    await textOf(page).locator('p').nth(line).evaluate(toTop)
    await page.mouse.move(640, 400)
    await page.mouse.wheel(0, 37)
    await expect
      .poll(() => page.evaluate(() => sessionStorage.getItem('places')))
      .toContain(`"block":${line}`)
  }
  const open = (title: string) => page.getByRole('complementary').getByRole('link', { name: title }).click()
  await fill('Lamp')
  await goTo(60)
  await open('Stand')
  await expect(textOf(page)).not.toContainText('Lamp')
  await fill('Stand')
  await open('Lamp')
  await expect.poll(() => topLine(page)).toContain('Lamp 0 ')
  await goTo(80)
  await open('Stand')
  await expect.poll(() => topLine(page)).toContain('Stand 0 ')
  await goTo(30)
  await page.goBack()
  await expect.poll(() => topLine(page)).toContain('Lamp 80 ')
  await page.goForward()
  await expect.poll(() => topLine(page)).toContain('Stand 30 ')
  await close(writer)
})

test('the list of points opens at its top, with the reviews above it', async ({ browser }) => {
  const owner = await createPerson(url(), 'Lin Yue', 'en')
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'blank',
  })
  for (const body of Array.from({ length: 12 }, (_, index) => `Point ${index} `.repeat(20))) {
    const raised = { id: newId(), commentId: newId(), anchor: { type: 'project' }, body }
    await owner.post(`/api/projects/${projectId}/threads`, raised)
  }
  const summary = 'Wall too thin for this material. '.repeat(6)
  await owner.post(`/api/projects/${projectId}/reviews`, {
    id: newId(),
    documentId,
    decision: 'changes',
    summary,
  })
  const writer = await openAs(browser, owner, documentId, { locale: 'en' })
  const { page } = writer
  for (const again of [false, true]) {
    if (again) await page.reload()
    const feed = page.getByRole('feed')
    await expect(feed.getByRole('article').first()).toBeVisible()
    await expect(page.getByRole('region', { name: t('review:reviews') })).toBeInViewport({ ratio: 1 })
    await expectSaved(page)
    expect(await feed.evaluate((list) => list.parentElement!.scrollTop)).toBe(0)
  }
  await close(writer)
})
