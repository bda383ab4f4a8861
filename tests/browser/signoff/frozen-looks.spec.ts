import { expect, test, type Browser } from '@playwright/test'
import { close, expectSaved, openAs, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'
import { createDocument, createPerson, join } from '../../helpers/people.ts'

const english = wordsOf('en')

/** A document of Anna's that a manufacturer reviews, with her in it. */
async function lampOf(browser: Browser, baseURL: string) {
  const owner = await createPerson(baseURL, 'Anna Berg')
  const maker = await createPerson(baseURL, '李伟')
  const { projectId, documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp' })
  await join(owner, maker, projectId, 'manufacture', 'reviewer')
  return { owner, projectId, anna: await openAs(browser, owner, documentId) }
}

/** How far a box stands from the middle of the first line of its words (px), and how wide tables are of their text. */
const looksOf = (text: Element) => {
  const box = text.querySelector('li input')!.getBoundingClientRect()
  const words = document.createRange()
  words.selectNodeContents(text.querySelector('li input')!.closest('li')!.querySelector('p')!)
  const line = words.getClientRects()[0]!
  const table = text.querySelector('table')!
  const cells = [...table.querySelectorAll('tr:first-child > *')]
  return {
    apart: Math.abs(box.y + box.height / 2 - (line.y + line.height / 2)),
    wide: table.getBoundingClientRect().width / text.getBoundingClientRect().width,
    columns: cells.map((cell) => cell.getBoundingClientRect().width / table.getBoundingClientRect().width),
  }
}

test('what is frozen looks as it was written: boxes beside their words, and tables as wide', async ({
  browser,
  baseURL,
}) => {
  const { owner, projectId, anna } = await lampOf(browser, baseURL!)
  const { page } = anna
  await textOf(page).click()
  await paste(
    page,
    'text/html',
    '<table><tr><th>Part</th><th>mm</th><th>Made of</th></tr><tr><td>Wall</td><td>2.8</td><td>a long word or two of aluminium</td></tr></table>',
  )
  await page.keyboard.type('[ ] check the draft angle')
  await expect(textOf(page).getByRole('checkbox')).toBeVisible()
  await expectSaved(page)
  const written = await textOf(page).evaluate(looksOf)
  await owner.post(`/api/projects/${projectId}/revisions`, { description: '' })
  await page.goto(`/projects/${projectId}/sign`)
  const frozen = page.getByRole('tabpanel').filter({ hasText: 'check the draft angle' })
  await expect(frozen.locator('table')).toBeVisible()
  const shown = await frozen.locator('div:has(> ul)').first().evaluate(looksOf)
  expect(shown.apart).toBeLessThan(6)
  expect(shown.wide).toBeCloseTo(1, 1)
  shown.columns.forEach((share, at) => expect(share).toBeCloseTo(written.columns[at]!, 1))
  await close(anna)
})

test('who makes a link or puts forward by keyboard goes on in the dialog, and where they were when it is closed', async ({
  browser,
  baseURL,
}) => {
  const { projectId, anna } = await lampOf(browser, baseURL!)
  const { page } = anna
  const hasFocus = () => page.evaluate(() => document.activeElement !== document.body)
  await page.goto(`/projects/${projectId}`)
  const invite = page.getByRole('button', { name: english('projects:invite.action'), exact: true })
  await invite.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: english('projects:invite.makeLink'), exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('invite-link')).toBeVisible()
  await expect.poll(() => dialog.evaluate((one) => one.contains(document.activeElement))).toBe(true)
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(invite).toBeFocused()

  await page.goto(`/projects/${projectId}/sign`)
  await page.getByRole('button', { name: english('signoff:putForward.action', { letter: 'A' }) }).focus()
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: english('signoff:putForward.submit'), exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect.poll(hasFocus).toBe(true)
  await close(anna)
})
