import { expect, test, type Page } from '@playwright/test'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { openAs, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { phone } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const url = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
const t = wordsOf('en')
const withKeyboard = { width: 390, height: 480 }

async function openLamp(browser: Parameters<typeof openAs>[0], options: Parameters<typeof openAs>[3]) {
  const owner = await createPerson(url(), 'Lin Yue', 'en')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const { page } = await openAs(browser, owner, documentId, options)
  await textOf(page).click()
  return page
}

for (const [where, options, windows] of [
  ['at a desk', { viewport: { width: 1280, height: 800 } }, [{ width: 1280, height: 800 }]],
  ['on a phone', phone, [phone.viewport, withKeyboard]],
] as const) {
  test(`${where} each hit that is gone to is in view, from the field, by button and after it was replaced`, async ({
    browser,
  }) => {
    const page = await openLamp(browser, options)
    const lines = Array.from({ length: 90 }, (_, i) => `<p>${i % 15 === 14 ? 'ADC12 ' : ''}Line ${i}</p>`)
    await paste(page, 'text/html', lines.join(''))
    await expect(textOf(page)).toContainText('Line 89')
    for (const window of windows) {
      await page.setViewportSize(window)
      await page.keyboard.press('Control+f')
      const bar = page.getByRole('search')
      const field = bar.getByRole('textbox', { name: t('editor:find.term') })
      await field.fill('')
      await field.fill('ADC12')
      const at = async (hit: number, count: number) => {
        await expect(bar.getByRole('status')).toHaveText(
          t('editor:find.at', { at: String(hit), count: String(count) }),
        )
        await expect.poll(() => isHitSeen(page), `hit ${hit} of ${count}`).toBe(true)
      }
      const count = windows.indexOf(window as never) === 0 ? 6 : 5
      await at(1, count)
      for (let hit = 2; hit <= count; hit++) {
        await field.press('Enter')
        await at(hit, count)
      }
      await bar.getByRole('button', { name: t('editor:find.next') }).click()
      await at(1, count)
      await bar.getByRole('button', { name: t('editor:find.previous') }).click()
      await at(count, count)
      await bar.getByRole('button', { name: t('editor:find.next') }).click()
      await bar.getByRole('button', { name: t('editor:find.replace'), exact: true }).click()
      await at(1, count - 1)
      await field.press('Escape')
    }
    await page.context().close()
  })
}

test('on a phone the line that is written in a cell is above the tools, however many rows they take', async ({
  browser,
}) => {
  const page = await openLamp(browser, phone)
  await paste(page, 'text/html', '<table><tr><td>Wall</td><td>1.8 mm</td></tr></table>')
  for (const window of [phone.viewport, withKeyboard]) {
    await page.setViewportSize(window)
    await textOf(page).locator('td').first().click()
    for (let line = 0; line < 25; line++) {
      await page.keyboard.type('3 mm')
      await page.keyboard.press('Enter')
      await page.keyboard.type('x')
      await expect
        .poll(() => caretToTools(page), 'px between the line and the tools')
        .toBeGreaterThanOrEqual(0)
    }
  }
  await page.context().close()
})

/** Whether the hit that is marked is in the window, and nothing stands over it. */
const isHitSeen = (page: Page) =>
  page.evaluate(() => {
    const hit = document.querySelector('.find-and-replace-result-current')
    if (!hit) return false
    const { left, top, width, height } = hit.getBoundingClientRect()
    return [top + 1, top + height - 1].every((y) => {
      const met = document.elementFromPoint(left + width / 2, y)
      return met !== null && hit.contains(met)
    })
  })

const caretToTools = (page: Page) =>
  page.evaluate(() => {
    const { top } = document.querySelector('[data-editable]')!.getBoundingClientRect()
    return top - getSelection()!.getRangeAt(0).getBoundingClientRect().bottom
  })
