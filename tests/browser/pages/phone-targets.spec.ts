import { expect, test, type Locator } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, openAs, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { selectWords } from '../../helpers/browser/select-words.ts'
import { phone } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: on a phone what a selection offers stays on the screen without keys, and a thumb meets bar and check boxes`, async ({
    browser,
  }) => {
    const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
    const owner = await createPerson(url, 'Lin Yue', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
    const writer = await openAs(browser, owner, documentId, { locale, ...phone })
    const { page } = writer
    const bar = page.getByRole('banner')
    await textOf(page).click()
    await paste(
      page,
      'text/html',
      `<ul data-type="taskList"><li data-type="taskItem" data-checked="false">Wall</li>
       <li data-type="taskItem" data-checked="false">Base plate, cast iron, of 3 mm</li></ul>`,
    )
    for (const words of ['Wall', 'iron']) {
      await selectWords(page, words)
      const offered = page.getByRole('toolbar', { name: t('editor:selection') })
      await expect(offered.getByRole('button', { name: t('review:comment') })).toBeVisible()
      await expect
        .poll(async () => {
          const box = (await offered.boundingBox())!
          return box.x >= 0 && box.x + box.width <= 390
        })
        .toBe(true)
      await expect(offered.locator('kbd:visible')).toHaveCount(0)
      await page.keyboard.press('ArrowRight')
    }
    for (const target of [
      bar.getByRole('link', { name: t('ui:home') }),
      bar.getByRole('button', { name: t('notify:bell') }),
      bar.getByRole('button', { name: t('accounts:menu', { name: 'Lin Yue' }) }),
      bar.getByRole('link', { name: t('editor:page.sign'), exact: true }),
      textOf(page).getByRole('checkbox').first(),
      textOf(page).getByRole('checkbox').last(),
    ])
      expect(await reach(target)).toEqual([true, true, true, true])
    await close(writer)
  })

  test(`${locale}: on a phone no field that is written in has letters under 16 px, as the page would grow at a touch`, async ({
    browser,
  }) => {
    const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
    const owner = await createPerson(url, 'Lin Yue', locale)
    const { projectId, documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp' })
    const writer = await openAs(browser, owner, documentId, { locale, ...phone })
    const { page } = writer
    const panes = page.getByRole('navigation', { name: t('ui:panes') })
    const expectLegible = async (least: number) => {
      const fields = page.locator(
        'input:visible:not([readonly], [type=checkbox], [type=radio], [type=file]), textarea:visible, [contenteditable=true]:visible',
      )
      await expect.poll(() => fields.count()).toBeGreaterThanOrEqual(least)
      const sizes = await fields.evaluateAll((found) =>
        found.map((field) => Number.parseFloat(getComputedStyle(field).fontSize)),
      )
      expect(Math.min(...sizes)).toBeGreaterThanOrEqual(16)
    }
    await expectLegible(1)
    await panes.getByRole('button', { name: t('review:points') }).click()
    await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
    await expectLegible(3)
    await page.getByRole('tab', { name: t('history:versions') }).click()
    await expectLegible(1)
    await page.goto(`/projects/${projectId}/points`)
    await expectLegible(3)
    await page.goto(`/projects/${projectId}`)
    await page.getByRole('button', { name: t('guests:make'), exact: true }).click()
    await expectLegible(2)
    await page.context().clearCookies()
    for (const door of ['/sign-in', '/create-account']) {
      await page.goto(door)
      await expectLegible(2)
    }
    // the browser notes the refused session by itself
    expect(writer.complaints.filter((one) => !one.includes('401'))).toEqual([])
    await page.context().close()
  })

  test(`${locale}: at 200 % the filters of the list of points are whole`, async ({ browser }) => {
    const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
    const owner = await createPerson(url, 'Lin Yue', locale)
    const { projectId, documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp' })
    const writer = await openAs(browser, owner, documentId, { locale, viewport: { width: 640, height: 400 } })
    await writer.page.goto(`/projects/${projectId}/points`)
    const filters = writer.page.getByRole('search')
    await expect(filters.getByRole('searchbox')).toBeVisible()
    expect(await filters.evaluate((row) => row.scrollHeight - row.clientHeight)).toBe(0)
    await close(writer)
  })
}

/** Whether a thumb that lands up to 21 px left, right, above or below the middle still meets it, or its label. */
const reach = (target: Locator) =>
  target.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect()
    const isMet = (x: number, y: number) => {
      const met = document.elementFromPoint(left + width / 2 + x, top + height / 2 + y)
      return met !== null && (element.contains(met) || met.closest('label')?.contains(element) === true)
    }
    return [isMet(-21, 0), isMet(21, 0), isMet(0, -21), isMet(0, 21)]
  })
