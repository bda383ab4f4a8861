import { expect, test } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { createAccount, expectUsable, openVisitor, signedIn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

test('a project is made, a second person joins by the link in another language, and changes show to both at once', async ({
  browser,
}) => {
  const [t, theirs] = [wordsOf('en'), wordsOf('zh-CN')]
  const owner = await openVisitor(browser, 'en')
  const { page } = owner
  await page.goto('/create-account')
  await createAccount(page, 'en', 'Lin Yue')
  await page.getByRole('button', { name: t('projects:new.title') }).click()
  await page.getByRole('textbox', { name: t('projects:new.name') }).fill('DZ-27')
  await expectUsable(page)
  await page.getByRole('button', { name: t('projects:new.create') }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'DZ-27' })).toBeVisible()

  await page.getByRole('button', { name: t('projects:invite.action'), exact: true }).click()
  await page.getByRole('radio', { name: t('ui:role.viewer'), exact: true }).check()
  await page.getByRole('button', { name: t('projects:invite.makeLink') }).click()
  const link = await page.getByTestId('invite-link').innerText()
  await page.getByRole('button', { name: t('ui:done') }).click()
  await expect(page.getByText(t('projects:invite.open'))).toBeVisible()

  const guest = await openVisitor(browser, 'zh-CN', 390)
  await guest.page.goto(link)
  await expect(guest.page.getByText(theirs('ui:side.manufacture'))).toBeVisible()
  await expectUsable(guest.page)
  await createAccount(guest.page, 'zh-CN', 'Chen Guo')
  // the invitation's page has the same heading
  await expect(
    guest.page.getByRole('heading', { name: theirs('projects:documents.title'), exact: true }),
  ).toBeVisible()
  await expect(guest.page.getByRole('heading', { level: 1, name: 'DZ-27' })).toBeVisible()
  await expectUsable(guest.page)
  const offered = guest.page.getByRole('button', { name: theirs('projects:documents.new') })
  await expect(offered, 'a viewer is not offered to write').toHaveCount(0)

  // nobody reloads: both hear of it over the project's room
  await page.getByRole('button', { name: /Chen Guo/ }).click()
  await expectUsable(page)
  await page.getByRole('menuitem', { name: t('ui:role.editor') }).click()
  await expect(offered).toBeVisible()

  await page.getByRole('button', { name: /Chen Guo/ }).click()
  await page.getByRole('menuitem', { name: t('projects:people.removeAction') }).click()
  await page
    .getByRole('dialog')
    .getByRole('button', { name: t('projects:people.removeAction') })
    .click()
  await expect(guest.page.getByRole('heading', { name: theirs('ui:state.noAccess') })).toBeVisible()
  await expect(page.getByText('Chen Guo')).toHaveCount(0)
  expect(owner.complaints).toEqual([])
})

test('a link opens once, and the palette goes where its reader types', async ({ browser }) => {
  const t = wordsOf('en')
  const { page } = await openVisitor(browser, 'en')
  await page.goto(`/invite#${'nothing-of-ours-'.repeat(3).slice(0, 43)}`)
  await expect(page.getByRole('alert')).toHaveText(t('errors:invite_invalid'))

  await page.goto('/create-account')
  await createAccount(page, 'en', 'Lin Yue')
  await page.getByRole('button', { name: t('projects:empty.sample') }).click()
  await expect(page.getByRole('list', { name: t('projects:documents.title'), exact: true })).toBeVisible()
  await expectUsable(page)
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: t('ui:palette.placeholder') }).fill('settings')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/settings$/)
})

for (const locale of locales) {
  const t = wordsOf(locale)
  test(`${locale}: the example in an empty title says that it is one, and never looks typed`, async ({
    browser,
    baseURL,
  }) => {
    const owner = await createPerson(baseURL!, 'Lin Yue', locale)
    const { projectId } = await createDocument(owner)
    const visitor = await openVisitor(browser, locale, 390)
    const { page } = visitor
    await signedIn(page, owner)
    await page.goto(`/projects/${projectId}`)
    await page.getByRole('button', { name: t('projects:documents.new') }).click()
    const title = page.getByRole('textbox', { name: t('projects:documents.name'), exact: true })
    const colour = () => title.evaluate((field) => getComputedStyle(field, '::placeholder').color)
    await expect(title).toHaveAttribute('placeholder', /^(For example: |例如：)/)
    const muted = await colour()
    await page.getByRole('button', { name: t('projects:documents.create'), exact: true }).click()
    await expect(page.getByText(t('projects:documents.titleMissing'))).toBeVisible()
    await expect(title).toHaveAttribute('aria-invalid', 'true')
    expect(await colour()).toBe(muted)
    await title.fill('DZ-27')
    expect(await title.evaluate((field) => getComputedStyle(field).color)).not.toBe(muted)
    expect(visitor.complaints).toEqual([])
  })
}
