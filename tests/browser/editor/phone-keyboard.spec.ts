import { expect, test, type Locator } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, openAs, textOf } from '../../helpers/browser/editor-people.ts'
import { selectWords } from '../../helpers/browser/select-words.ts'
import { phone } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: with a phone's keyboard up, a comment's field and what sends it are both in view (U13), and who puts forward is told that a side has nobody who signs (U16)`, async ({
    browser,
  }) => {
    const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
    const owner = await createPerson(url, 'Lin Yue', locale)
    const { projectId, documentId } = await createDocument(owner, {
      kind: 'spec',
      title: 'Lamp',
      template: 'blank',
    })
    const writer = await openAs(browser, owner, documentId, { locale, ...phone })
    const { page } = writer
    await textOf(page).click()
    await page.keyboard.type('Wall 3 mm')
    await selectWords(page, 'Wall')
    const offered = page.getByRole('toolbar', { name: t('editor:selection') })
    await offered.getByRole('button', { name: t('review:comment') }).click()
    const send = page.getByRole('button', { name: t('review:compose.send'), exact: true })
    await expect(send).toBeVisible()
    await page.setViewportSize({ width: 390, height: 470 })
    const field = page.locator('[data-comment-field]').getByRole('textbox').first()
    await field.click()
    await page.keyboard.type('Thicker')
    const publish = page.getByRole('button', { name: t('review:publish.action'), exact: true })
    await expect(publish).toBeHidden()
    for (const target of [field, send]) await expect.poll(() => isWhole(target)).toBe(true)
    expect((await send.boundingBox())!.height).toBeGreaterThanOrEqual(44)
    await page.screenshot({ path: test.info().outputPath(`keyboard-${locale}.png`) })
    await send.click()
    await expect(send).toHaveCount(0)
    await page.setViewportSize(phone.viewport)
    await expect(publish).toBeVisible()

    await page.goto(`/projects/${projectId}/sign`)
    await page
      .getByRole('button', { name: t('signoff:putForward.action', { letter: 'A' }) })
      .first()
      .click()
    const dialog = page.getByRole('dialog')
    const side = t('ui:side.manufacture')
    await expect(dialog.getByText(t('signoff:putForward.nobodySigns', { side }))).toBeVisible()
    await page.screenshot({ path: test.info().outputPath(`put-forward-${locale}.png`) })
    // the way to the page where people are invited
    await dialog.getByRole('link', { name: t('signoff:putForward.invite'), exact: true }).click()
    await expect(page).toHaveURL(new RegExp(`/projects/${projectId}$`))
    await close(writer)
  })
}

test('on a phone without a network the line that is written is above what is said of it', async ({
  browser,
}) => {
  const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Lin Yue', 'en')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const writer = await openAs(browser, owner, documentId, phone)
  const { page } = writer
  await textOf(page).click()
  await page.context().setOffline(true)
  const told = page.getByText(wordsOf('en')('ui:offline'))
  await expect(told).toBeVisible()
  for (let line = 0; line < 25; line++) {
    await page.keyboard.type('Wall 3 mm')
    await page.keyboard.press('Enter')
  }
  await page.keyboard.type('last')
  const end = async () => {
    const [line, over] = await Promise.all([
      textOf(page).locator('p').last().boundingBox(),
      told.boundingBox(),
    ])
    return over!.y - line!.y - line!.height
  }
  await expect.poll(end, 'px between the line and what is said').toBeGreaterThanOrEqual(0)
  await page.context().close()
})

/** Whether all of it is in the window and nothing stands over its middle. */
const isWhole = (target: Locator) =>
  target.evaluate((element) => {
    const { left, top, bottom, width, height } = element.getBoundingClientRect()
    const met = document.elementFromPoint(left + width / 2, top + height / 2)
    return top >= 0 && bottom <= innerHeight && met !== null && element.contains(met)
  })
