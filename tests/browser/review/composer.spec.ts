import { expect, test, type Browser } from '@playwright/test'
import sharp from 'sharp'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, openAs, textOf } from '../../helpers/browser/editor-people.ts'
import { press, selectWords } from '../../helpers/browser/select-words.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const t = wordsOf('en')

for (const [where, from] of [
  ['at its first card', 'top'],
  ['at its last one', 'bottom'],
] as const) {
  test(`a comment is begun in view while the list of points stands ${where}, and stays there while it grows`, async ({
    browser,
  }) => {
    const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Lin Yue', 'en')
    const { id: projectId } = await owner.post<{ id: string }>('/api/projects/sample', { locale: 'en' })
    const { documents } = await owner.get<{ documents: { id: string; title: string }[] }>(
      `/api/projects/${projectId}`,
    )
    const spec = documents.find(({ title }) => title.includes('specification'))!
    const writer = await openAs(browser, owner, spec.id, { viewport: { width: 1360, height: 720 } })
    const { page } = writer
    const cards = page.getByRole('feed').getByRole('article')
    await page.getByRole('radiogroup').getByText(t('review:filter.all')).click()
    await expect(cards.nth(2)).toBeVisible()
    if (from === 'bottom') {
      await page.getByRole('feed').evaluate((feed) => feed.parentElement!.scrollTo(0, 100_000))
      await expect(page.getByRole('feed')).not.toBeInViewport({ ratio: 0.9 })
    }
    await selectWords(page, 'ADC12')
    await press(page, 'Control+Alt+KeyM')
    const composer = page.getByRole('form', { name: t('review:comment') })
    const field = composer.getByRole('textbox', { name: t('review:compose.body') })
    await expect(field).toBeFocused()
    for (let line = 0; line < 4; line++) {
      await page.keyboard.type('Wall 2.5 mm')
      await press(page, 'Enter')
      expect(await hiddenAbove(), 'pixels of the comment above the list').toBeLessThanOrEqual(0)
    }
    await composer.getByRole('button', { name: t('review:compose.cancel') }).click()
    await expect(composer).toHaveCount(0)
    await close(writer)

    function hiddenAbove(): Promise<number> {
      return composer.evaluate((form) => {
        const list = form.parentElement!.getBoundingClientRect()
        return Math.round(list.top - form.getBoundingClientRect().top)
      })
    }
  })
}

test('a picture in a comment stands where it was put in, whatever is written while it is on its way, and several in their order', async ({
  browser,
}) => {
  const writer = await openWithWall(browser)
  const { page } = writer
  await press(page, 'Control+Alt+KeyM')
  const composer = page.getByRole('form', { name: t('review:comment') })
  const field = composer.getByRole('textbox', { name: t('review:compose.body') })
  await expect(field).toBeFocused()
  await page.keyboard.type('Look:')
  const letGo: (() => void)[] = []
  await page.route('**/api/projects/*/files', async (route) => {
    await new Promise<void>((resolve) => letGo.push(resolve))
    await route.continue()
  })
  const photo = (background: string) =>
    sharp({ create: { width: 64, height: 48, channels: 3, background } })
      .png()
      .toBuffer()
  const choosing = page.waitForEvent('filechooser')
  await composer
    .getByRole('button', { name: t('review:compose.picture') })
    .first()
    .click()
  await (
    await choosing
  ).setFiles([
    { name: 'one.png', mimeType: 'image/png', buffer: await photo('#8a5a2b') },
    { name: 'two.png', mimeType: 'image/png', buffer: await photo('#2b5a8a') },
  ])
  await expect.poll(() => letGo.length).toBe(2)
  await field.focus()
  await press(page, 'Control+End')
  await page.keyboard.type('it is thin')
  letGo[1]!()
  letGo[0]!()
  await expect(field.locator('img')).toHaveCount(2)
  await page.keyboard.type(' here')
  await expect
    .poll(() =>
      field.evaluate((text) =>
        [...text.children].map((one) => one.textContent || (one as HTMLImageElement).alt),
      ),
    )
    .toEqual(['Look:', 'one.png', 'two.png', 'it is thin here'])
  await close(writer)
})

test('what a selection offers is gone while a comment on it is written, and covers no words above it', async ({
  browser,
}) => {
  const writer = await openWithWall(browser)
  const { page } = writer
  const offered = page.getByRole('toolbar', { name: t('editor:selection') })
  await offered.getByRole('button', { name: t('review:comment') }).click()
  await page.getByRole('textbox', { name: t('review:compose.body') }).fill('Too thin')
  await expect(offered).toBeHidden()
  await page.getByRole('button', { name: t('review:compose.send') }).click()
  await expect(page.getByRole('article')).toContainText('Too thin')
  await expect(offered).toBeHidden()
  await selectWords(page, '2.5 mm')
  await expect(offered).toBeVisible()
  await close(writer)
})

/** A document that says how thick a wall is, with the wall selected. */
async function openWithWall(browser: Browser) {
  const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Lin Yue', 'en')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const writer = await openAs(browser, owner, documentId)
  await textOf(writer.page).click()
  await writer.page.keyboard.type('Wall 2.5 mm')
  await selectWords(writer.page, 'Wall')
  return writer
}
