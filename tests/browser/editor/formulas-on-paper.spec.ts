import { expect, test } from '@playwright/test'
import * as Y from 'yjs'
import { close, expectSaved, openForTwo, textOf } from '../../helpers/browser/editor-people.ts'
import { openRoom } from '../../helpers/people.ts'

test('a formula far below what was looked at is on paper as a formula, set on a line of its own', async ({
  browser,
}) => {
  const { anna, li, documentId } = await openForTwo(browser)
  const { provider, doc } = openRoom(anna.person, documentId)
  await expect.poll(() => provider.synced).toBe(true)
  const blocks = Array.from({ length: 200 }, (_, at) => {
    const block = new Y.XmlElement('paragraph')
    block.insert(0, [new Y.XmlText(`line ${at}`)])
    return block
  })
  const formula = new Y.XmlElement('blockMath')
  formula.setAttribute('latex', 'Q = \\frac{n}{60}')
  doc.getXmlFragment('default').push([...blocks, formula])
  await expectSaved(anna.page)
  await expect(textOf(anna.page)).toContainText('line 199')
  expect(await textOf(anna.page).locator('.katex').count()).toBe(0)
  const printed = () =>
    anna.page.evaluate(() => {
      dispatchEvent(new Event('beforeprint'))
      return document.querySelectorAll('.ProseMirror .katex-display > .katex').length
    })
  await expect.poll(printed).toBe(1)
  // all of it, also the foot of the fraction
  const cut = await textOf(anna.page)
    .locator('div.tiptap-mathematics-render')
    .evaluate((drawn) => drawn.scrollHeight - drawn.clientHeight)
  expect(cut).toBe(0)
  provider.destroy()
  await close(anna, li)
})
