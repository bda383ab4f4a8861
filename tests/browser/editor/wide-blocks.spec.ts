import { expect, test, type Page } from '@playwright/test'
import { close, openAs, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'
import { axeOn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'
import { createDocument, createPerson, join } from '../../helpers/people.ts'

const found = async (page: Page) => {
  const { violations } = await axeOn(page).withRules('scrollable-region-focusable').analyze()
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)
}

test('a wide table is scrolled by keys by who reads it, and written in as ever by who writes, each in a language of their own', async ({
  browser,
  baseURL,
}) => {
  const t = wordsOf('zh-CN')
  const owner = await createPerson(baseURL!, 'Anna Berg')
  const guest = await createPerson(baseURL!, '李伟', 'zh-CN')
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'blank',
  })
  await join(owner, guest, projectId, 'manufacture', 'viewer')
  const phone = { viewport: { width: 390, height: 700 } }
  const anna = await openAs(browser, owner, documentId, phone)
  const saved = anna.page.getByRole('status').filter({ hasText: wordsOf('en')('sync:state.saved') })
  await textOf(anna.page).click()
  const cells = Array.from({ length: 8 }, (_, at) => `<td><p>cell ${at}</p></td>`).join('')
  await paste(anna.page, 'text/html', `<p>above</p><table><tr>${cells}</tr></table><p>below</p>`)
  await expect(saved).toBeVisible()
  const table = anna.page.locator('.tableWrapper')
  await expect(table).toHaveAttribute('contenteditable', 'true')
  expect(await found(anna.page)).toEqual([])
  await textOf(anna.page).getByText('cell 0').click()
  await press(anna.page, 'End')
  await anna.page.keyboard.type('!')
  await expect(textOf(anna.page)).toBeFocused()
  for (let times = 0; times < 7; times++) await press(anna.page, 'Tab')
  await expect(textOf(anna.page).getByText('cell 7')).toBeInViewport()
  await expect(saved).toBeVisible()

  const li = await openAs(browser, guest, documentId, { locale: 'zh-CN', ...phone })
  const read = li.page.getByRole('group', { name: t('editor:wideTable') })
  await expect(read).toContainText('cell 0!')
  expect(await found(li.page)).toEqual([])
  await read.focus()
  await press(li.page, 'ArrowRight')
  await expect.poll(() => read.evaluate((one) => one.scrollLeft)).toBeGreaterThan(0)
  // where it has room it is no stop of Tab's
  await li.page.setViewportSize({ width: 1600, height: 700 })
  await expect(read).toHaveCount(0)
  await close(anna, li)
})
