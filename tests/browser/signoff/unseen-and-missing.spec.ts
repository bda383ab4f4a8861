import { expect, test } from '@playwright/test'
import * as Y from 'yjs'
import { locales } from '../../../shared/accounts.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { writeUpdate } from '../../helpers/rooms/hostile-editor.ts'
import { missingFile } from '../../helpers/rooms/hostile-updates.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, openAs } from '../../helpers/browser/editor-people.ts'
import { expectUsable } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

/** A text with a number that is turned round, and a picture that the project does not have. */
function written(): Uint8Array {
  const doc = new Y.Doc()
  const words = new Y.XmlElement('paragraph')
  words.insert(0, [new Y.XmlText('Wall \u{202e}0.8\u{202c} mm')])
  const picture = new Y.XmlElement('imageFile')
  picture.setAttribute('sha256', missingFile)
  picture.setAttribute('alt', 'Section A–A')
  doc.getXmlFragment(textField).push([words, picture])
  return Y.encodeStateAsUpdate(doc)
}

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: put forward, it is told where a picture is missing and where characters are not seen, and these are shown by their codes`, async ({
    browser,
  }) => {
    const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
    const owner = await createPerson(url, 'Lin Yue', locale)
    const { projectId, documentId } = await createDocument(owner, {
      kind: 'spec',
      title: 'Lamp spec',
      template: 'blank',
    })
    await writeUpdate(owner, documentId, written())
    const writer = await openAs(browser, owner, documentId, { locale })
    const { page } = writer
    await expect(page.getByText(t('editor:image.missing'))).toBeVisible()
    // what is printed under a picture stands under it here
    await expect(page.getByText('Section A–A', { exact: true })).toBeVisible()

    await page.goto(`/projects/${projectId}/sign`)
    await page.getByRole('button', { name: t('signoff:putForward.action', { letter: 'A' }) }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('signoff:putForward.submit'), exact: true })
      .click()
    const told = page.getByRole('alert').filter({ hasText: t('signoff:findings.title') })
    await expect(told).toContainText(`Lamp spec: ${t('signoff:findings.picture')} (Section A–A)`)
    await expect(told).toContainText(`Lamp spec: ${t('signoff:findings.codes')} (⟦U+202E⟧ ⟦U+202C⟧)`)
    const frozen = page.locator('p').filter({ hasText: /^Wall/ })
    await expect(frozen).toHaveText('Wall ⟦U+202E⟧0.8⟦U+202C⟧ mm')
    await expect(page.locator('figcaption')).toHaveText('Section A–A')
    await expectUsable(page)
    // a picture that is nowhere is asked for in vain, and the console says so
    const others = writer.complaints.filter((one) => !one.endsWith(`/files/${missingFile}`))
    expect(others).toEqual([])
    writer.complaints.length = 0
    await close(writer)
  })
}
