import { expect, test } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, openAs, textOf } from '../../helpers/browser/editor-people.ts'
import { holdUploads } from '../../helpers/browser/held-upload.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: a picture whose text was left while it was on its way is told, as it stands nowhere`, async ({
    browser,
  }) => {
    const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Lin Yue', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
    const writer = await openAs(browser, owner, documentId, { locale })
    const { page } = writer
    const { choose, letGo } = await holdUploads(page, locale)
    await textOf(page).click()
    await choose()
    await page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Dazu lamp', exact: true })).toBeVisible()
    letGo()
    await expect(page.getByText(t('editor:image.notPutIn', { name: 'lamp.png' }))).toBeVisible()
    await close(writer)
  })
}
