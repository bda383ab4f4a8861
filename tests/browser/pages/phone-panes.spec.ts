import { expect, test } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { openAs } from '../../helpers/browser/editor-people.ts'
import { expectUsable } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'

for (const locale of locales) {
  test(`${locale}: on a phone each pane is a page's main part under a heading, and axe finds nothing there`, async ({
    browser,
    baseURL,
  }) => {
    const t = wordsOf(locale)
    const owner = await createPerson(baseURL!, 'Anna Berg', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'spec' })
    const { page } = await openAs(browser, owner, documentId, {
      locale,
      viewport: { width: 390, height: 700 },
    })
    const tabs = page.getByRole('navigation', { name: t('ui:panes') })
    for (const label of [t('review:points'), t('editor:page.contents')]) {
      await tabs.getByRole('button', { name: label }).click()
      await expect(page.getByRole('main', { name: label }).getByRole('heading', { level: 1 })).toHaveText(
        label,
      )
      await expectUsable(page)
    }
    await page.context().close()
  })
}
