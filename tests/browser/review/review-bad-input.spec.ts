import { expect, test, type Browser, type Locator } from '@playwright/test'
import { locales, type Locale } from '../../../shared/accounts.ts'
import { replacementBytes, type Thread } from '../../../shared/review.ts'
import { createDocument, createPerson, join } from '../../helpers/people.ts'
import { enter, makeLink } from '../../helpers/access/guest-people.ts'
import { close, openAs } from '../../helpers/browser/editor-people.ts'
import { selectWords } from '../../helpers/browser/select-words.ts'
import { openVisitor } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

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

/** An owner who has begun a comment on the project, beside its only document. */
async function beginOnProject(browser: Browser, locale: Locale) {
  const owner = await createPerson(url(), 'Lin Yue', locale)
  const { projectId, documentId } = await createDocument(owner, lamp)
  const writer = await openAs(browser, owner, documentId, { locale })
  await writer.page.getByRole('button', { name: wordsOf(locale)('review:raiseOnProject') }).click()
  return { owner, projectId, writer }
}

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: a PDF that is dropped or pasted into a comment is refused in words, and the comment stays`, async ({
    browser,
  }) => {
    const { owner, projectId, writer } = await beginOnProject(browser, locale)
    const { page } = writer
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

  test(`${locale}: a due date in 1900 is named at its field and nothing is sent until it is put right`, async ({
    browser,
  }) => {
    const { owner, projectId, writer } = await beginOnProject(browser, locale)
    const { page } = writer
    const composer = page.getByRole('form', { name: t('review:comment') })
    const field = composer.getByRole('textbox', { name: t('review:compose.body') })
    const due = composer.getByLabel(t('review:fields.due'))
    await field.fill('DZ-27')
    await due.fill('1900-01-01')
    await field.focus()
    const wrong = composer.getByText(t('review:fields.dueWrong'))
    await expect(wrong).toBeVisible()
    await expect(due).toHaveAttribute('aria-invalid', 'true')
    await page.keyboard.press('ControlOrMeta+Enter')
    await expect(due).toBeFocused()
    await composer.getByRole('button', { name: t('review:compose.keep') }).click()
    await expect(field).toHaveText('DZ-27')
    await expect(due).toHaveValue('1900-01-01')

    await due.fill('2030-01-31')
    await expect(wrong).toBeHidden()
    await composer.getByRole('button', { name: t('review:compose.send') }).click()
    await expect(page.getByRole('article', { name: t('review:number', { number: '1' }) })).toContainText(
      'DZ-27',
    )
    const { threads } = await owner.get<{ threads: Thread[] }>(`/api/projects/${projectId}/threads`)
    expect(threads.map(({ dueOn }) => dueOn)).toEqual(['2030-01-31'])
    await close(writer)
  })

  test(`${locale}: who is mentioned but has left is told, with the comment kept and not half sent`, async ({
    browser,
  }) => {
    const owner = await createPerson(url(), 'Lin Yue', locale)
    const worker = await createPerson(url(), '王师傅', locale)
    const { projectId, documentId } = await createDocument(owner, lamp)
    await join(owner, worker, projectId, 'manufacture', 'reviewer')
    const { page } = await openAs(browser, owner, documentId, { locale })
    await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
    const field = page.getByRole('textbox', { name: t('review:compose.body') })
    await field.click()
    await field.pressSequentially('DZ-27 @王')
    await page.getByRole('option', { name: /王师傅/ }).click()
    await owner.ask('DELETE', `/api/projects/${projectId}/members/${worker.user.id}`)
    await page.getByRole('button', { name: t('review:compose.send') }).click()
    const kept = page.getByRole('article').filter({ hasText: t('review:notSent') })
    await expect(kept).toContainText(t('errors:mention_unknown'))
    await expect(kept).toContainText('DZ-27 @王师傅')
    await expect(kept.getByRole('button', { name: t('review:resend') })).toBeVisible()
    const { threads } = await owner.get<{ threads: Thread[] }>(`/api/projects/${projectId}/threads`)
    expect(threads).toEqual([])
    await page.context().close()
  })

  test(`${locale}: a replacement that is too large and a file dropped on one are refused, and what was written stays`, async ({
    browser,
  }) => {
    const owner = await createPerson(url(), 'Lin Yue', locale)
    const { projectId, documentId } = await createDocument(owner, { ...lamp, template: 'blank' })
    const writer = await openAs(browser, owner, documentId, { locale })
    const { page } = writer
    await page.locator('.ProseMirror').click()
    await page.keyboard.type('Housing 1.8 mm')
    await selectWords(page, '1.8 mm')
    await page.getByRole('button', { name: t('proposals:propose') }).click()
    const field = page.getByRole('textbox', { name: t('proposals:compose.replacement') })
    const many = 'mm'.repeat(replacementBytes / 2)
    await field.fill(many)
    const composer = page.getByRole('form', { name: t('proposals:propose') })
    await expect(composer.getByRole('alert')).toHaveText(t('errors:replacement_too_large', { limit: '64' }))
    await page.keyboard.press('ControlOrMeta+Enter')
    await expect(composer.getByRole('button', { name: t('proposals:compose.send') })).toBeDisabled()
    await expect(field).toHaveText(many)
    await field.fill('2.5 mm')
    await expect(composer.getByRole('alert')).toBeHidden()
    expect(await give(field.locator('p'), 'drop', 'DZ-27.pdf', 'application/pdf'), 'the page stays').toBe(
      true,
    )
    await expect(page.getByText(t('errors:replacement_invalid'))).toBeVisible()
    await composer.getByRole('button', { name: t('proposals:compose.send') }).click()
    await expect(page.locator('.ProseMirror ins')).toContainText('2.5 mm')
    const { threads } = await owner.get<{ threads: Thread[] }>(`/api/projects/${projectId}/threads`)
    expect(threads).toHaveLength(1)
    await close(writer)
  })

  test(`${locale}: a guest link that somebody else already took says so at its door`, async ({ browser }) => {
    const owner = await createPerson(url(), 'Lin Yue', locale)
    const { projectId, documentId } = await createDocument(owner, lamp)
    const { token } = await makeLink(owner, projectId, [documentId])
    expect(await enter(url(), { token, name: '王师傅' })).toMatchObject({ code: null })
    const { page } = await openVisitor(browser, locale)
    await page.goto(`/guest#${token}`)
    await expect(page.getByRole('alert')).toHaveText(t('errors:guest_link_taken'))
    await expect(page.getByRole('textbox')).toHaveCount(0)
    await page.context().close()
  })
}
