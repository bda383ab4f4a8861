import { expect, test, type Locator } from '@playwright/test'
import { locales } from '../../shared/accounts.ts'
import type { Thread } from '../../shared/review.ts'
import { createDocument, createPerson } from '../helpers/people.ts'
import { close, openAs } from './editor-people.ts'
import { wordsOf } from './wording.ts'

const url = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')

const lamp = { kind: 'spec', title: 'Lamp', template: 'spec' } as const

/** Gives a file to an element as a drop or the clipboard would. True when it was taken: else the browser opens it. */
const give = (target: Locator, kind: 'paste' | 'drop', name: string, type: string) =>
  target.evaluate(
    (element, file) => {
      const data = new DataTransfer()
      data.items.add(new File(['%PDF-1.7'], file.name, { type: file.type }))
      const { left, top } = element.getBoundingClientRect()
      const common = { bubbles: true, cancelable: true }
      const event =
        file.kind === 'paste'
          ? new ClipboardEvent('paste', { ...common, clipboardData: data })
          : new DragEvent('drop', { ...common, dataTransfer: data, clientX: left + 5, clientY: top + 5 })
      element.dispatchEvent(event)
      return event.defaultPrevented
    },
    { kind, name, type },
  )

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: a PDF that is dropped or pasted into a comment is refused in words, and the comment stays`, async ({
    browser,
  }) => {
    const owner = await createPerson(url(), 'Lin Yue', locale)
    const { projectId, documentId } = await createDocument(owner, lamp)
    const writer = await openAs(browser, owner, documentId, { locale })
    const { page } = writer
    await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
    const field = page.getByRole('textbox', { name: t('review:compose.body') })
    await field.fill('DZ-27')
    const refusal = page.getByText(t('errors:file_type_unsupported'))
    const composer = page.getByRole('form', { name: t('review:comment') })
    const tools = composer.getByRole('button', { name: t('review:compose.mark.bold') })
    for (const [target, kind] of [
      [field.locator('p'), 'drop'],
      [tools, 'drop'],
      [field, 'paste'],
    ] as const) {
      expect(await give(target, kind, 'DZ-27.pdf', 'application/pdf'), 'the page stays').toBe(true)
      await expect(refusal).toBeVisible()
      await page
        .getByRole('alert')
        .getByRole('button', { name: t('ui:close') })
        .click()
      await expect(refusal).toBeHidden()
    }
    await expect(field).toHaveText('DZ-27')
    await page.getByRole('button', { name: t('review:compose.send') }).click()
    const card = page.getByRole('article', { name: t('review:number', { number: '1' }) })
    await expect(card).toContainText('DZ-27')
    const { threads } = await owner.get<{ threads: Thread[] }>(`/api/projects/${projectId}/threads`)
    expect(threads.map(({ comments }) => comments.map(({ body }) => body))).toEqual([['DZ-27']])
    await close(writer)
  })
}
