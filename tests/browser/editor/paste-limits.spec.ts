import { expect, test, type Page } from '@playwright/test'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, expectSaved, openAs, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { columnsPerTable } from '../../helpers/browser/start-server.ts'

const table = (rows: number, columns: number) =>
  `<table>${`<tr>${'<td>x</td>'.repeat(columns)}</tr>`.repeat(rows)}</table>`

/** Pastes HTML; how long the page stood still for it (ms). */
async function pasteHtml(page: Page, html: string): Promise<number> {
  const began = await page.evaluate(() => performance.now())
  await paste(page, 'text/html', html)
  return (await page.evaluate(() => performance.now())) - began
}

test('a table that is far too large is refused by its source, at once and in words, whatever it is pasted into', async ({
  browser,
}) => {
  const owner = await createPerson(process.env.COUNTERSIGN_URL!.replace(/\/$/, ''), 'Anna Berg')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const anna = await openAs(browser, owner, documentId)
  const { page } = anna
  await textOf(page).click()
  await paste(page, 'text/html', table(2, 2))
  await expect(textOf(page).locator('td')).toHaveCount(4)
  await textOf(page).locator('td').first().click()
  // half a minute when it was parsed first; the bound leaves room for a busy machine
  expect(await pasteHtml(page, table(210, 100))).toBeLessThan(10_000)
  const refused = page.getByText(`A table can have ${columnsPerTable} columns and`)
  await expect(refused).toBeVisible()
  await refused.locator('xpath=ancestor::*[@role="alert"]').getByRole('button').click()
  await expect(refused).toHaveCount(0)
  // the operator's limit, not the default one
  await pasteHtml(page, table(1, columnsPerTable + 1))
  await expect(refused).toBeVisible()
  await expect(textOf(page).locator('td')).toHaveCount(4)
  await textOf(page).locator('td').first().click()
  await page.keyboard.type('goes on')
  await expect(textOf(page)).toContainText('goes on')
  await expectSaved(page)
  await close(anna)
})
