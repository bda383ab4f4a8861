import { expect, test } from '@playwright/test'
import { close, openForTwo, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'

const table = (rows: string[]) =>
  `<table>${rows.map((row) => `<tr><td>${row}1</td><td>${row}2</td></tr>`).join('')}</table>`

test('Shift with arrows goes across tables as a whole, downwards and upwards, and what was selected stays selected', async ({
  browser,
}) => {
  const { anna, li } = await openForTwo(browser)
  const { page } = anna
  const text = textOf(page)
  const selected = () => page.evaluate(() => getSelection()!.toString().replace(/\s+/g, ' ').trim())
  await text.click()
  await paste(page, 'text/html', `<p>above</p>${table(['a', 'b'])}${table(['c'])}<p>below</p><p>last</p>`)
  await expect(text.locator('table')).toHaveCount(2)
  await text.getByText('above', { exact: true }).click()
  await press(page, 'Home')
  await press(page, 'Shift+ArrowDown')
  await expect.poll(selected).toBe('above a1 a2 b1 b2 c1 c2')
  await press(page, 'Shift+ArrowDown')
  await expect.poll(selected).toMatch(/^above a1 a2 b1 b2 c1 c2 below$/)
  // and back
  await press(page, 'Shift+ArrowUp')
  await press(page, 'Shift+ArrowUp')
  await expect.poll(selected).toMatch(/^(above)?$/)

  await text.getByText('below', { exact: true }).click()
  await press(page, 'End')
  await press(page, 'Shift+ArrowUp')
  await expect.poll(selected).toBe('a1 a2 b1 b2 c1 c2 below')
  await press(page, 'Shift+Home')
  await expect.poll(selected).toBe('above a1 a2 b1 b2 c1 c2 below')

  // cells that are selected stay at the edge of their table
  await text.getByText('a1', { exact: true }).click()
  for (let times = 0; times < 4; times++) await press(page, 'Shift+ArrowDown')
  await expect(text.locator('.selectedCell')).toHaveText(['a1', 'b1'])
  await close(anna, li)
})
