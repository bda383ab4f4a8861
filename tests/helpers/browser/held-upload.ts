import { expect, type Page } from '@playwright/test'
import sharp from 'sharp'
import type { Locale } from '../../../shared/accounts.ts'
import { wordsOf } from './wording.ts'

/** A picture as a chooser gives it. */
export const photo = () =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#8a5a2b' } })
    .png()
    .toBuffer()

/** Keeps pictures of this page on their way, from each choice of one until it is let go. */
export async function holdUploads(page: Page, locale: Locale) {
  const t = wordsOf(locale)
  let send = () => {}
  let held = Promise.resolve()
  await page.route('**/api/projects/*/files', async (route) => {
    await held
    await route.continue()
  })
  return {
    /** Puts a picture in at the caret by the toolbar; resolves when the text shows that it is on its way. */
    async choose(name = 'lamp.png') {
      held = new Promise((resolve) => (send = resolve))
      const choosing = page.waitForEvent('filechooser')
      await page.getByRole('button', { name: t('editor:block.image'), exact: true }).click()
      await (await choosing).setFiles({ name, mimeType: 'image/png', buffer: await photo() })
      await expect(page.getByText(t('editor:image.uploading', { name }))).toBeVisible()
    },
    letGo: () => send(),
  }
}
