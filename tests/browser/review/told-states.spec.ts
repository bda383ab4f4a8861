import { expect, test, type Locator, type Page } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, openAs, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'
import { columnsPerTable } from '../../helpers/browser/start-server.ts'
import { phone } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const url = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')

/** A table that no document takes: what is said of it stands at the foot of the page. */
const tooLarge = `<table><tr>${'<td>x</td>'.repeat(columnsPerTable + 1)}</tr></table>`

const boxOf = async (one: Locator) => (await one.boundingBox())!

for (const locale of locales) {
  const t = wordsOf(locale)
  const number = (value: number) => new Intl.NumberFormat(locale).format(value)
  const told = (page: Page) =>
    page.getByText(
      t('errors:table_too_large', {
        columns: number(columnsPerTable),
        cells: number(defaultLimits.placesPerTable),
      }),
    )
  const open = async (browser: Parameters<typeof openAs>[0], device = {}) => {
    const owner = await createPerson(url(), 'Lin Yue', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
    return openAs(browser, owner, documentId, { locale, ...device })
  }

  test(`${locale}: a draft says when it was written and not that it was sent, and what is not sent yet is counted`, async ({
    browser,
  }) => {
    const writer = await open(browser)
    const { page } = writer
    await textOf(page).click()
    await page.context().setOffline(true)
    await expect(page.getByText(t('ui:offline'))).toBeVisible()
    await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
    const field = page.getByRole('textbox', { name: t('review:compose.body') })
    await field.fill('Wall too thin')
    // each field says what it is for
    await expect(page.getByText(t('review:fields.due'), { exact: true })).toBeVisible()
    await page.getByRole('button', { name: t('review:compose.keep'), exact: true }).click()
    await expect(page.getByRole('radio', { name: `${t('review:filter.open')} 1` })).toBeAttached()
    await expect(page.getByRole('radio', { name: `${t('review:filter.all')} 1` })).toBeAttached()
    await page.context().setOffline(false)
    const card = page.getByRole('feed').getByRole('article')
    await expect(card).toContainText('Wall too thin')
    await expect(card).toContainText(t('review:draft'))
    await expect(card).not.toContainText(t('review:sent'))
    await page.context().close()
  })

  test(`${locale}: what could not be done is said for a while, with numbers as they are written, and goes by itself`, async ({
    browser,
  }) => {
    const writer = await open(browser)
    const { page } = writer
    await textOf(page).click()
    await paste(page, 'text/html', tooLarge)
    await expect(told(page)).toBeVisible()
    // said twice, it stands once
    await paste(page, 'text/html', tooLarge)
    await expect(told(page)).toHaveCount(1)
    await expect(told(page)).toHaveCount(0, { timeout: 60_000 })
    await close(writer)
  })

  test(`${locale}: on a phone what is said covers neither the last card, nor what stands below it, nor a dialog`, async ({
    browser,
  }) => {
    const writer = await open(browser, phone)
    const { page } = writer
    const toast = page.getByRole('alert').filter({ has: told(page) })
    const isAbove = async (one: Locator) => {
      const [above, below] = [await boxOf(one), await boxOf(toast)]
      return above.y + above.height - below.y
    }
    await page
      .getByRole('navigation', { name: t('ui:panes') })
      .getByText(t('review:points'))
      .tap()
    const publish = page.getByRole('button', { name: t('review:publish.action') })
    await expect(publish).toBeVisible()
    // the text takes it although it is not in view
    await paste(page, 'text/html', tooLarge)
    await expect.poll(() => isAbove(publish), 'px below the upper edge of the notice').toBeLessThanOrEqual(0)
    await publish.tap()
    const dialog = page.getByRole('dialog')
    await expect(dialog).toBeVisible()
    await paste(page, 'text/html', tooLarge)
    await expect.poll(() => isAbove(dialog)).toBeLessThanOrEqual(0)
    await close(writer)
  })

  test(`${locale}: the keyboard goes on where it was after sending, replying, taking back and closing a dialog`, async ({
    browser,
  }) => {
    const writer = await open(browser)
    const { page } = writer
    const text = textOf(page)
    await text.click()
    await page.keyboard.type('Wall 1.8 mm')
    const raise = page.getByRole('button', { name: t('review:raiseOnProject') })
    await raise.focus()
    await page.keyboard.press('Enter')
    const field = page.getByRole('textbox', { name: t('review:compose.body') })
    await expect(field).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(raise).toBeFocused()
    await page.keyboard.press('Enter')
    await expect(field).toBeFocused()
    await page.keyboard.type('Too thin')
    await press(page, 'Control+Enter')
    const card = page.getByRole('feed').getByRole('article')
    await expect(card).toContainText('Too thin')
    await expect(page.locator('[data-card]:focus-within, [data-card]:focus')).toHaveCount(1)

    await card.getByRole('button').first().click()
    const reply = card.getByRole('textbox', { name: t('review:reply.body') })
    await reply.fill('2.5 mm')
    await press(page, 'Control+Enter')
    await expect(card).toContainText('2.5 mm')
    await expect(reply).toBeFocused()
    await expect(reply).toHaveText('')

    const decline = card.getByRole('button', { name: t('review:decline'), exact: true })
    await decline.focus()
    await page.keyboard.press('Enter')
    await expect(card.getByRole('textbox', { name: t('review:reasonFor.declined') })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(card.locator(':focus')).toHaveCount(1)

    const publish = page.getByRole('button', { name: t('review:publish.action') })
    await publish.focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', { name: t('review:publish.summary') })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(publish).toBeFocused()

    // a dialog that was opened from a menu goes back to what opened the menu
    await page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' }).click()
    const menu = page.getByRole('button', { name: t('projects:menu') })
    await menu.focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: t('projects:rename') }).focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('textbox', { name: t('projects:new.name') })).toBeFocused()
    await page.keyboard.press('Escape')
    await expect(menu).toBeFocused()
    await close(writer)
  })
}
