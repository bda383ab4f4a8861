import { expect, test, type Route } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { close, openBlank, textOf } from '../../helpers/browser/editor-people.ts'
import { holdUploads } from '../../helpers/browser/held-upload.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: a picture whose text was left while it was on its way is told, as it stands nowhere`, async ({
    browser,
  }) => {
    const writer = await openBlank(browser, locale)
    const { page } = writer
    const { choose, letGo } = await holdUploads(page, locale)
    await textOf(page).click()
    await choose()
    const away = page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' })
    const onePicture = t(`sync:state.pictures_${locale === 'en' ? 'one' : 'other'}`, { count: '1' })
    const asked = page.getByRole('dialog', { name: t('sync:leave.title') })
    await away.click()
    await asked.getByRole('button', { name: t('ui:cancel') }).click()
    await expect(page.getByRole('status').getByText(onePicture)).toBeVisible()
    await away.click()
    await asked.getByRole('button', { name: t('sync:leave.action') }).click()
    await expect(page.getByRole('heading', { level: 1, name: 'Dazu lamp', exact: true })).toBeVisible()
    letGo()
    await expect(page.getByText(t('editor:image.notPutIn', { name: 'lamp.png' }))).toBeVisible()
    await close(writer)
  })

  test(`${locale}: a picture that the network lost stays at its place, and is sent again or left out`, async ({
    browser,
  }) => {
    const writer = await openBlank(browser, locale)
    const { page } = writer
    const { choose, letGo } = await holdUploads(page, locale)
    /** The next of them is lost when that is called. */
    const loseNext = async () => {
      let lose = () => {}
      const isLost = new Promise<void>((resolve) => (lose = resolve))
      const loseIt = async (route: Route) => {
        await isLost
        await route.abort()
      }
      await page.route('**/api/projects/*/files', loseIt, { times: 1 })
      return lose
    }
    const text = textOf(page)
    const lost = text.getByText(t('editor:image.notSent', { name: 'lamp.png' }))
    await text.click()
    const lose = await loseNext()
    await choose()
    lose()
    await expect(lost).toBeVisible()
    await lost.getByRole('button', { name: t('ui:retry') }).click()
    await expect(lost).toHaveCount(0)
    letGo()
    await expect(text.locator('img[src*="/files/"]')).toBeVisible()

    const loseAgain = await loseNext()
    await choose()
    loseAgain()
    await lost.getByRole('button', { name: t('editor:image.leave') }).click()
    await expect(lost).toHaveCount(0)
    await expect(text.locator('img[src*="/files/"]')).toHaveCount(1)
    await expect(page.getByRole('status').getByText(t('sync:state.saved'))).toBeVisible()

    await page.context().setOffline(true)
    await expect(page.getByRole('status').getByText(t('sync:reconnecting'))).toBeVisible()
    await choose()
    letGo()
    await expect(lost).toBeVisible()
    await page.context().setOffline(false)
    await expect(text.locator('img[src*="/files/"]')).toHaveCount(2)
    await expect(page.getByRole('status').getByText(t('sync:state.saved'))).toBeVisible()
    expect(
      writer.complaints
        .splice(0)
        .filter(
          (one) => !/ERR_FAILED|ERR_INTERNET_DISCONNECTED|before the connection is established/.test(one),
        ),
    ).toEqual([])
    await close(writer)
  })

  test(`${locale}: a picture that is refused because nobody is signed in stays at its place, and its page with it`, async ({
    browser,
  }) => {
    const writer = await openBlank(browser, locale)
    const { page } = writer
    const { choose, letGo } = await holdUploads(page, locale)
    const text = textOf(page)
    const waiting = text.getByText(t('editor:image.notSent', { name: 'lamp.png' }))
    const refused = page.getByText(t('errors:session_required')).first()
    await text.click()
    await choose()
    const cookies = await page.context().cookies()
    await page.context().clearCookies()
    letGo()
    await expect(waiting).toBeVisible()
    await expect(refused).toBeVisible()
    // another answer that says so leads nobody away from it
    const isAnswered = page.waitForResponse((response) => response.status() === 401)
    await page
      .getByRole('banner')
      .getByRole('button', { name: t('notify:bell') })
      .click()
    await isAnswered
    await page.keyboard.press('Escape')
    await text.press('End')
    await page.keyboard.type('on')
    await expect(text).toContainText('on')

    await page.context().addCookies(cookies)
    await waiting.getByRole('button', { name: t('ui:retry') }).click()
    await expect(text.locator('img[src*="/files/"]')).toBeVisible()
    await expect(waiting).toHaveCount(0)
    await expect(page.getByRole('status').getByText(t('sync:state.saved'))).toBeVisible()
    expect(writer.complaints.splice(0).filter((one) => !one.includes('401'))).toEqual([])
    await close(writer)
  })
}
