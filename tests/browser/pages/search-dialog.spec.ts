import { expect, test } from '@playwright/test'
import sharp from 'sharp'
import { locales } from '../../../shared/accounts.ts'
import { close, openBlank, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'
import { axeOn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: the search says that nothing matches, chooses the first hit, and leads to it past a picture that comes late`, async ({
    browser,
  }) => {
    const writer = await openBlank(browser, locale)
    const { page } = writer
    const photo = await sharp({ create: { width: 900, height: 1400, channels: 3, background: '#8a5a2b' } })
      .png()
      .toBuffer()
    await textOf(page).click()
    await paste(
      page,
      'text/html',
      `<p>above</p><p><img src="data:image/png;base64,${photo.toString('base64')}"></p>`,
    )
    await expect(textOf(page).locator('img[src]')).toHaveCount(1)
    await press(page, 'Control+End')
    await press(page, 'Enter')
    await page.keyboard.type('Screw M6 of steel')
    await expect(page.getByRole('status').filter({ hasText: t('sync:state.saved') })).toBeVisible()
    await page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' }).click()

    const field = page.getByRole('dialog').getByRole('textbox', { name: t('ui:palette.placeholder') })
    await press(page, 'Control+KeyK')
    await expect(field).toBeFocused()
    await page.keyboard.type('zzqqxx')
    await expect(page.getByRole('dialog').getByText(t('ui:palette.nothing'))).toBeVisible()
    await field.fill('Ｍ６')
    const hit = page.getByRole('dialog').getByRole('button').filter({ hasText: 'Screw M6' })
    await expect(hit).toHaveAttribute('data-selected', 'true')
    // the chosen one is read as well as the others
    const { violations } = await axeOn(page).include('[data-palette]').analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    await press(page, 'Enter')
    await expect(page).toHaveURL(/find=M6/)
    const found = textOf(page).locator('.find-and-replace-result-current')
    await expect(found).toBeInViewport()
    // and stays so while the page goes on loading
    await page.waitForLoadState('networkidle')
    await expect(found).toBeInViewport()
    await close(writer)
  })
}
