import { expect, test } from '@playwright/test'
import sharp from 'sharp'
import { locales } from '../../shared/accounts.ts'
import { createDocument, createPerson } from '../helpers/people.ts'
import { close, openAs, textOf } from './editor-people.ts'
import { wordsOf } from './wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: a picture whose text was left while it was on its way is told, as it stands nowhere`, async ({
    browser,
  }) => {
    const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Lin Yue', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
    const writer = await openAs(browser, owner, documentId, { locale })
    const { page } = writer
    let send = () => {}
    const held = new Promise<void>((resolve) => (send = resolve))
    await page.route('**/api/projects/*/files', async (route) => {
      await held
      await route.continue()
    })
    const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#8a5a2b' } })
      .png()
      .toBuffer()
    await textOf(page).click()
    const choosing = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: t('editor:block.image'), exact: true }).click()
    await (await choosing).setFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: photo })
    await expect(page.getByText(t('editor:image.uploading', { name: 'lamp.png' }))).toBeVisible()
    await page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Dazu lamp', exact: true })).toBeVisible()
    send()
    await expect(page.getByText(t('editor:image.notPutIn', { name: 'lamp.png' }))).toBeVisible()
    await close(writer)
  })
}
