import { expect, test } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { choose, end, openList, openProject, raise } from '../../helpers/browser/list-of-points.ts'
import { expectUsable } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: the board is gone over by keys with the focus in sight, points are taken and opened, and the count is told`, async ({
    browser,
  }) => {
    const { owner, projectId, points } = await openProject(locale)
    // more than a column draws at once
    for (let at = 0; at < 12; at++) await raise(owner, projectId, `DZ-${at}`)
    const visitor = await openList(browser, owner, { projectId, search: '?view=board' }, locale)
    const { page } = visitor
    const open = points.filter(({ state }) => state === 'open')
    const answered = points.filter(({ state }) => state === 'answered')
    const card = (number: number) => page.getByRole('button', { name: new RegExp(`#${number}\\b`) })
    await expect(card(open[0]!.number)).toBeVisible()

    await page.keyboard.press('j')
    await expect(card(open[0]!.number)).toBeFocused()
    await expect(card(open[0]!.number)).not.toHaveCSS('outline-style', 'none')
    await page.keyboard.press('j')
    await page.keyboard.press('x')
    await expect(card(open[1]!.number).getByRole('img', { name: t('points:taken') })).toBeVisible()
    await page.keyboard.press('ArrowRight')
    await expect(card(answered[1]!.number)).toBeFocused()
    await page.keyboard.press('x')
    await page.keyboard.press('k')
    await expect(card(answered[0]!.number)).toBeFocused()
    const bar = page.getByRole('toolbar', { name: t('points:bulk.label') })
    await expect(bar).toContainText('2')
    await expectUsable(page)

    // the lowest card of a long column is drawn only when it is reached
    const last = points.length + 12
    await page.keyboard.press('ArrowLeft')
    for (let at = 0; at < open.length + 12; at++) await page.keyboard.press('ArrowDown')
    await expect(card(last)).toBeFocused()
    await expect(card(last)).toBeInViewport()
    await page.keyboard.press('Enter')
    const drawer = page.getByRole('dialog')
    await expect(drawer).toContainText(`#${last}`)
    await page.keyboard.press('j')
    await page.keyboard.press('Escape')
    await expect(drawer).toBeHidden()
    await expect(card(last)).toBeFocused()

    const total = String(points.length + 12)
    const told = (count: number) =>
      page.getByRole('status').filter({ hasText: t('points:shown_other', { count: String(count), total }) })
    await expect(told(points.length + 12)).toBeVisible()
    await choose(page, t('points:filter.category'), t('review:category.gate'))
    const gates = points.filter(({ category }) => category === 'gate')
    await expect(told(gates.length)).toBeVisible()
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('k')
    await expect(card(gates[0]!.number)).toBeFocused()
    await end(visitor)
  })
}
