import { expect, test } from '@playwright/test'
import {
  axeOn,
  createAccount,
  expectUsable,
  openVisitor,
  password,
  phone,
} from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

test('a token is shown though the list of tokens cannot be read anew, as it is shown this once', async ({
  browser,
}) => {
  const t = wordsOf('en')
  const { page } = await openVisitor(browser, 'en')
  await page.goto('/create-account?next=%2Fsettings')
  await createAccount(page, 'en', 'Lin Yue')
  await page.getByRole('button', { name: t('tokens:new') }).click()
  const dialog = page.getByRole('dialog', { name: t('tokens:new') })
  await dialog.getByRole('textbox', { name: t('tokens:name') }).fill('CI')
  await dialog.getByRole('textbox', { name: t('accounts:address.password') }).fill(password)
  let refused = 0
  await page.route('**/api/tokens', async (route) => {
    if (route.request().method() !== 'GET') return route.continue()
    refused++
    await route.fulfill({
      status: 429,
      json: { error: { code: 'too_many_requests', params: { seconds: 9 } } },
    })
  })
  await dialog.getByRole('button', { name: t('tokens:make') }).click()
  await expect.poll(() => refused).toBeGreaterThan(0)
  await expect(page.getByTestId('token')).toHaveText(/^csn_/)
  await page.unroute('**/api/tokens')
  await dialog.getByRole('button', { name: t('ui:done') }).click()
  await page.reload()
  await expect(page.getByRole('list', { name: t('tokens:title') })).toContainText('CI')
})

for (const [locale, where, width, device] of [
  ['zh-CN', 'at a desk', 1280, {}],
  ['en', 'on a phone', 390, phone],
] as const) {
  const t = wordsOf(locale)

  test(`${locale}, ${where}: a token is made, copied without TLS, used by a script, and revoked`, async ({
    browser,
  }) => {
    const { page, complaints } = await openVisitor(browser, locale, width, device)
    // as in a local network without TLS
    await page.addInitScript(() => delete (Navigator.prototype as { clipboard?: unknown }).clipboard)
    await page.goto('/create-account?next=%2Fsettings')
    await createAccount(page, locale, 'Lin Yue')

    await page.getByRole('button', { name: t('tokens:new') }).click()
    const dialog = page.getByRole('dialog', { name: t('tokens:new') })
    const name = dialog.getByRole('textbox', { name: t('tokens:name') })
    await dialog.getByRole('button', { name: t('tokens:make') }).click()
    await expect(dialog.getByText(t('tokens:nameMissing'))).toBeVisible()
    await name.fill('CI')
    await dialog.getByRole('textbox', { name: t('accounts:address.password') }).fill(password)
    await expectUsable(page)
    await dialog.getByRole('button', { name: t('tokens:make') }).click()

    const token = (await page.getByTestId('token').textContent())!
    await dialog.getByRole('button', { name: t('tokens:copy') }).click()
    await expect(dialog.getByRole('button', { name: t('ui:copied') })).toBeVisible()
    await dialog.getByRole('button', { name: t('ui:done') }).click()
    const field = page.getByRole('textbox', { name: t('accounts:name'), exact: true })
    await field.fill('')
    await field.press('ControlOrMeta+V')
    await expect(field).toHaveValue(token)
    await field.fill('Lin Yue')

    const me = new URL('/api/accounts/me', page.url())
    const asked = () => fetch(me, { headers: { Authorization: `Bearer ${token}` } })
    expect(((await (await asked()).json()) as { user: object }).user).toMatchObject({ name: 'Lin Yue' })
    const list = page.getByRole('list', { name: t('tokens:title') })
    await expect(list).toContainText('CI')
    await expect(list).toContainText(t('tokens:scope.read'))
    await expectUsable(page)

    await list.getByRole('button', { name: t('tokens:revokeOne', { name: 'CI' }) }).click()
    await page
      .getByRole('dialog', { name: t('tokens:revokeTitle', { name: 'CI' }) })
      .getByRole('button', { name: t('tokens:revoke') })
      .click()
    await expect(list).toBeHidden()
    expect((await asked()).status).toBe(401)
    expect(complaints).toEqual([])
  })

  test(`${locale}, ${where}: the reference is read by who is not signed in, under the policy of all pages`, async ({
    browser,
  }) => {
    const { page, complaints } = await openVisitor(browser, locale, width, device)
    const asked = new Set<string>()
    page.on('request', (request) => asked.add(new URL(request.url()).origin))
    await page.goto('/reference')
    await expect(page.getByRole('heading', { level: 1, name: t('tokens:reference.title') })).toBeVisible()
    await page.getByText('Raise a point').click()
    await expect(page.getByText('The wall is thinner than 1.2 mm at the base.').first()).toBeVisible()
    await expect(page.getByText('anchor_invalid').first()).toBeVisible()
    const { violations } = await axeOn(page).disableRules(['region']).exclude('.swagger-ui').analyze()
    expect(violations).toEqual([])
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow, 'pixels wider than the window').toBeLessThanOrEqual(0)
    asked.delete('null')
    expect([complaints, [...asked]]).toEqual([[], [new URL(page.url()).origin]])
  })
}
