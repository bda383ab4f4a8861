import { expect, test } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { createAccount, expectUsable, openVisitor, password } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: an account is made, left, and entered again at the page that was asked for`, async ({
    browser,
  }) => {
    const { page, complaints } = await openVisitor(browser, locale)
    await page.goto('/settings')
    await expect(page).toHaveURL(/sign-in\?next=%2Fsettings/)
    await expect(page.locator('html')).toHaveAttribute('lang', locale)
    await expectUsable(page)

    await page.getByRole('link', { name: t('accounts:createAccount') }).click()
    const email = await createAccount(page, locale, 'Lin Yue')
    await expect(page.getByRole('heading', { level: 1, name: t('accounts:settings') })).toBeVisible()
    await expect(page.getByText(t('accounts:onlyHere'))).toBeVisible()
    await expectUsable(page)
    // the way back is to no form by which one came in
    await page.goBack()
    await expect(page).toHaveURL(/\/settings$/)
    await expect(page.getByRole('heading', { level: 1, name: t('accounts:settings') })).toBeVisible()

    await page.getByRole('button', { name: t('accounts:menu', { name: 'Lin Yue' }) }).click()
    await page.getByRole('menuitem', { name: t('accounts:signOut'), exact: true }).click()
    // in Chinese the settings have a heading that begins with the same words
    await expect(page.getByRole('heading', { name: t('accounts:signIn'), exact: true })).toBeVisible()

    await page.getByRole('textbox', { name: t('accounts:email'), exact: true }).fill(email)
    await page.getByRole('textbox', { name: t('accounts:password'), exact: true }).fill('not this one')
    await page.getByRole('button', { name: t('accounts:signIn'), exact: true }).click()
    await expect(page.getByRole('alert')).toHaveText(t('errors:wrong_credentials'))

    await page.getByRole('textbox', { name: t('accounts:password'), exact: true }).fill(password)
    await page.getByRole('button', { name: t('accounts:signIn'), exact: true }).click()
    await expect(page.getByRole('heading', { name: t('projects:empty.title') })).toBeVisible()
    await expectUsable(page)
    expect(complaints).toEqual([])
  })
}

test('the language chosen in one browser is the account’s in the next', async ({ browser }) => {
  const english = wordsOf('en')
  const chinese = wordsOf('zh-CN')
  const first = await openVisitor(browser, 'en')
  await first.page.goto('/create-account')
  const email = await createAccount(first.page, 'en', 'Chen Guo')
  await expect(first.page.getByText(english('projects:empty.title'))).toBeVisible()
  await first.page.goto('/settings')
  await first.page.getByText('简体中文').click()
  await expect(first.page.getByRole('heading', { name: chinese('accounts:settings') })).toBeVisible()

  const second = await openVisitor(browser, 'en')
  await second.page.goto('/sign-in')
  await second.page.getByRole('textbox', { name: english('accounts:email') }).fill(email)
  await second.page.getByRole('textbox', { name: english('accounts:password') }).fill(password)
  await second.page.getByRole('button', { name: english('accounts:signIn') }).click()
  await expect(second.page.getByText(chinese('projects:empty.title'))).toBeVisible()
})
