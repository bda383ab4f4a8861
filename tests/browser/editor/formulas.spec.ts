import { expect, test } from '@playwright/test'
import * as Y from 'yjs'
import { createDocument, createPerson, openRoom } from '../../helpers/people.ts'
import { close, expectSaved, openAs, textOf } from '../../helpers/browser/editor-people.ts'

const base = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
const fraction = '\\frac{a_1^2}{\\sqrt{b_3}}'

test('a text of hundreds of long formulas is there at once and can be written in; each is drawn when it comes near', async ({
  browser,
}) => {
  const owner = await createPerson(base(), 'Anna Berg')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const { provider, doc } = openRoom(owner, documentId)
  await expect.poll(() => provider.synced).toBe(true)
  const formulas = [
    fraction.repeat(40),
    `\\def\\a{${'x'.repeat(3_000)}}${'\\a'.repeat(150)}`,
    fraction.repeat(190),
  ]
  for (let part = 0; part < 4; part++) {
    doc.transact(() => {
      const blocks = Array.from({ length: 150 }, (_, at) => {
        const block = new Y.XmlElement('blockMath')
        block.setAttribute('latex', formulas[at % formulas.length]!)
        return block
      })
      doc.getXmlFragment('default').push(blocks)
    })
  }
  const last = new Y.XmlElement('blockMath')
  last.setAttribute('latex', 'E = m c^2')
  doc.getXmlFragment('default').push([last])

  const anna = await openAs(browser, owner, documentId)
  const text = textOf(anna.page)
  await expect(text.locator('.katex').first()).toBeVisible()
  await text.locator('p').first().click()
  await anna.page.keyboard.type('wall of 1 mm')
  await expectSaved(anna.page)
  expect(doc.getXmlFragment('default').toString()).toContain('wall of 1 mm')
  // most of them are not drawn yet, and what names its parts anew never is
  expect(await text.locator('.katex').count()).toBeLessThan(200)
  // what is drawn above it moves it away once more
  await expect
    .poll(async () => {
      await text.locator('[data-latex="E = m c^2"]').scrollIntoViewIfNeeded()
      return text.locator('[data-latex="E = m c^2"] .katex').count()
    })
    .toBe(1)
  provider.destroy()
  await close(anna)
})
