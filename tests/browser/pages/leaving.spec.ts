import { expect, test, type Page } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson, password } from '../../helpers/people.ts'
import { close, openAs, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

/** Whether the browser would ask before this tab is closed. */
const asks = (page: Page) =>
  page.evaluate(() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true })))

for (const locale of locales) {
  const t = wordsOf(locale)
  const open = async (browser: Parameters<typeof openAs>[0]) => {
    const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Lin Yue', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
    return openAs(browser, owner, documentId, { locale })
  }

  test(`${locale}: R10: where the device keeps nothing, a page with unsaved words is not left without asking`, async ({
    browser,
  }) => {
    const { page } = await open(browser)
    await page.addInitScript(() => {
      Object.defineProperty(window, 'indexedDB', {
        get() {
          throw new DOMException('denied', 'SecurityError')
        },
      })
    })
    await page.reload()
    await textOf(page).click()
    await page.context().setOffline(true)
    await expect(page.getByText(t('ui:offlineNotKept'))).toBeVisible()
    await page.keyboard.type('half a page')
    const away = page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' })
    await away.click()
    const dialog = page.getByRole('dialog', { name: t('sync:leave.title'), exact: true })
    await expect(dialog).toContainText(t('sync:leave.text'))
    await dialog.getByRole('button', { name: t('ui:cancel'), exact: true }).click()
    await expect(dialog).toHaveCount(0)
    await expect(textOf(page)).toContainText('half a page')
    await page.context().setOffline(false)
    await expect(page.getByRole('status').filter({ hasText: t('sync:state.saved') })).toBeVisible()
    await away.click()
    await expect(page).toHaveURL(/\/projects\//)
    await page.context().close()
  })

  test(`${locale}: R9: a comment that could not be kept says so, and the tab is not closed without asking`, async ({
    browser,
  }) => {
    const writer = await open(browser)
    const { page } = writer
    await page.evaluate(() => {
      const { setItem } = Storage.prototype
      Storage.prototype.setItem = function (key, value) {
        if (key.startsWith('comment-queue/')) throw new DOMException('full', 'QuotaExceededError')
        setItem.call(this, key, value)
      }
    })
    await page.context().setOffline(true)
    await expect(page.getByText(t('ui:offline'))).toBeVisible()
    expect(await asks(page)).toBe(false)
    await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
    await page.getByRole('textbox', { name: t('review:compose.body') }).fill('Wall too thin')
    await press(page, 'Control+Enter')
    const told = page.getByText(t('review:waitsInTab'), { exact: true })
    await expect(told).toBeVisible()
    expect(await asks(page)).toBe(true)
    await page.context().setOffline(false)
    await expect(told).toHaveCount(0)
    await expect.poll(() => asks(page)).toBe(false)
    writer.complaints.splice(0)
    await close(writer)
  })

  test(`${locale}: who was signed out meanwhile signs in from the page itself, and what is written until then is saved`, async ({
    browser,
  }) => {
    const writer = await open(browser)
    const { page, person } = writer
    await textOf(page).click()
    await page.keyboard.type('Wall 2.5 mm')
    // whatever reads by HTTP just then leads to the sign-in by itself: only the room is to tell
    const reads = /\/api\/(resources|notices|documents|projects)\b/
    await page.route(reads, () => {})
    await person.ask('DELETE', '/api/sessions/current')
    const told = page.getByRole('alert').filter({ hasText: t('errors:session_required') })
    await expect(told).toBeVisible()
    await page.keyboard.type(' and a half')
    // said at the top as well: the panel is out of sight where one writes further down
    const state = page.getByRole('banner').getByRole('status')
    await expect(state).toContainText(t('sync:state.signedOut'))
    await expect(state.getByRole('button')).toHaveCount(0)
    await state.getByRole('link', { name: t('accounts:signIn'), exact: true }).click()
    await page.unroute(reads)
    await page.getByRole('textbox', { name: t('accounts:email'), exact: true }).fill(person.user.email)
    await page.getByRole('textbox', { name: t('accounts:password'), exact: true }).fill(password)
    await page.keyboard.press('Enter')
    await expect(textOf(page)).toHaveText('Wall 2.5 mm and a half')
    await expect(page.getByRole('status').filter({ hasText: t('sync:state.saved') })).toBeVisible()
    await expect(told).toHaveCount(0)
    // the browser notes each refusal by itself
    expect(writer.complaints.filter((one) => !/401|WebSocket/.test(one))).toEqual([])
    await page.context().close()
  })
}
