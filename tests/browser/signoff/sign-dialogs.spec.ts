import { expect, test, type Route } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson, join, password } from '../../helpers/people.ts'
import { close, openAs } from '../../helpers/browser/editor-people.ts'
import { expectUsable } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: dialogs begin in their field, Enter signs, times have their zone, and what is signed is told after a withdrawal`, async ({
    browser,
  }) => {
    test.setTimeout(120_000)
    const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
    const owner = await createPerson(url, 'Lin Yue', locale)
    const maker = await createPerson(url, '王师傅', locale)
    const { projectId, documentId } = await createDocument(owner)
    await join(owner, maker, projectId, 'manufacture', 'reviewer')
    const writer = await openAs(browser, owner, documentId, { locale, timezoneId: 'Asia/Shanghai' })
    const { page } = writer
    const revisions = `/api/projects/${projectId}/revisions`
    const dialog = page.getByRole('dialog')
    const signed = `${t('signoff:revision', { letter: 'A' })} · ${t('signoff:state.signed')}`

    await page.goto(`/projects/${projectId}/sign`)
    await page.getByRole('button', { name: t('signoff:putForward.action', { letter: 'A' }) }).click()
    const changed = dialog.getByRole('textbox', { name: t('signoff:putForward.description') })
    const submit = dialog.getByRole('button', { name: t('signoff:putForward.submit'), exact: true })
    await expect(changed).toBeFocused()
    await changed.fill('x'.repeat(480))
    await expect(dialog).toContainText(t('ui:limit.left_other', { number: '20', limit: '500' }))
    await changed.fill(`${'x'.repeat(500)} and more`)
    await expect(dialog).toContainText(t('ui:limit.over_other', { number: '9', limit: '500' }))
    await expect(changed).toHaveValue(`${'x'.repeat(500)} and more`)
    await expect(submit).toBeDisabled()
    await expectUsable(page)
    await changed.fill('Wall 2.8 mm')
    await submit.click()

    await page.getByRole('button', { name: t('signoff:sign.action', { letter: 'A' }) }).click()
    const field = dialog.getByLabel(t('signoff:sign.password'), { exact: true })
    await expect(field).toBeFocused()
    await expect(dialog.getByRole('button', { name: t('ui:showPassword') })).toBeVisible()
    await page.keyboard.press('Enter')
    await expect(dialog).toContainText(t('signoff:sign.passwordMissing'))
    await expect(field).toBeFocused()
    await page.keyboard.type(password)
    await expect(dialog).not.toContainText(t('signoff:sign.passwordMissing'))
    await page.keyboard.press('Enter')
    await expect(dialog).toHaveCount(0)
    const times = page.getByRole('main').locator('h1 ~ p time, section time')
    await expect(times).toHaveText([/GMT\+8/, /GMT\+8/])

    const { revisions: all } = await owner.get<{ revisions: { id: string }[] }>(revisions)
    await maker.post(`${revisions}/${all[0]!.id}/signatures`, { password, meaning: 'approval' })
    await page.goto(`/projects/${projectId}`)
    await expect(page.getByText(signed)).toBeVisible({ timeout: 60_000 })
    await owner.post(revisions, { description: '' })
    await expect(page.getByText(t('signoff:state.open'))).toBeVisible()
    await expect(page.getByText(signed)).toBeVisible()

    await page.goto(`/projects/${projectId}/sign`)
    await page.getByRole('button', { name: t('signoff:withdraw.action'), exact: true }).click()
    await expect(dialog.getByRole('button', { name: t('ui:cancel') })).toBeFocused()
    await dialog.getByRole('button', { name: t('signoff:withdraw.action'), exact: true }).click()
    await expect(page.getByText(t('signoff:voidText'))).toBeVisible()
    await page.goto(`/projects/${projectId}`)
    const withdrawn = `${t('signoff:revision', { letter: 'B' })} · ${t('signoff:state.withdrawn')}`
    await expect(page.getByText(withdrawn)).toBeVisible()
    await expect(page.getByText(signed)).toBeVisible()
    await expect(page.getByRole('img', { name: t('signoff:seal.both') })).toBeVisible()
    await expectUsable(page)
    await close(writer)
  })
}

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: what was sent cannot be cancelled and does not say so; who has closed it is told what became of it`, async ({
    browser,
  }) => {
    const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
    const owner = await createPerson(url, 'Lin Yue', locale)
    const { projectId, documentId } = await createDocument(owner)
    const writer = await openAs(browser, owner, documentId, { locale })
    const { page } = writer
    const dialog = page.getByRole('dialog')
    const cancel = dialog.getByRole('button', { name: t('ui:cancel'), exact: true })
    const leave = dialog.getByRole('button', { name: t('ui:close'), exact: true }).last()
    let answer = () => {}
    const hold = async (route: Route) => {
      if (route.request().method() !== 'POST') return route.fallback()
      await new Promise<void>((resolve) => (answer = resolve))
      await route.continue()
    }
    await page.route('**/revisions', hold)
    await page.route('**/signatures', hold)

    await page.goto(`/projects/${projectId}/sign`)
    await page.getByRole('button', { name: t('signoff:putForward.action', { letter: 'A' }) }).click()
    await expect(cancel).toBeVisible()
    await dialog.getByRole('button', { name: t('signoff:putForward.submit'), exact: true }).click()
    await expect(cancel).toHaveCount(0)
    await leave.click()
    await expect(dialog).toHaveCount(0)
    answer()
    await expect(page.getByText(t('signoff:putForward.done', { letter: 'A' }))).toBeVisible({
      timeout: 60_000,
    })

    await page.getByRole('button', { name: t('signoff:sign.action', { letter: 'A' }) }).click()
    await expect(cancel).toBeVisible()
    await page.keyboard.type('not the password')
    await page.keyboard.press('Enter')
    await expect(cancel).toHaveCount(0)
    await leave.click()
    await expect(dialog).toHaveCount(0)
    answer()
    await expect(page.getByText(t('errors:wrong_password'))).toBeVisible()
    await page.context().close()
    expect(writer.complaints.filter((one) => !one.includes('403'))).toEqual([])
  })
}
