import { expect, test, type Locator } from '@playwright/test'
import { expectSaved, openAs, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'
import { createDocument, createPerson, join } from '../../helpers/people.ts'

const english = wordsOf('en')

for (const [device, viewport] of [
  ['a phone', { width: 390, height: 700 }],
  ['a desktop', { width: 1280, height: 700 }],
] as const) {
  test(`on ${device}, what becomes of one's words is told in view, far down a text too, and leaves more than half of it`, async ({
    browser,
    baseURL,
  }) => {
    const owner = await createPerson(baseURL!, 'Anna Berg')
    const guest = await createPerson(baseURL!, '李伟')
    const { projectId, documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp' })
    await join(owner, guest, projectId, 'manufacture', 'editor')
    const { page } = await openAs(browser, guest, documentId, { viewport })
    await textOf(page).click()
    await paste(page, 'text/html', Array.from({ length: 90 }, (_, at) => `<p>line ${at}</p>`).join(''))
    await expectSaved(page)
    await press(page, 'ControlOrMeta+End')
    await page.context().setOffline(true)
    await page.keyboard.insertText('my last words '.repeat(59))
    await page.keyboard.type('my last words ')
    const member = `/api/projects/${projectId}/members/${guest.user.id}`
    await owner.ask('PATCH', member, { role: 'reviewer' })
    await page.context().setOffline(false)
    const told = page.getByRole('alert').filter({ hasText: english('errors:read_only') })
    await expect(told.locator('strong')).toBeInViewport()
    await expect(
      textOf(page).getByText('my last words').or(textOf(page).getByText('line 89')),
    ).toBeInViewport()
    const over = await told.evaluate((alert) => alert.parentElement!.offsetHeight / innerHeight)
    expect(over).toBeLessThanOrEqual(0.41)
    await page.context().close()
  })
}

test('a heading that is gone to, and a passage, stand below the tools and what is told over the text', async ({
  browser,
  baseURL,
}) => {
  const owner = await createPerson(baseURL!, 'Anna Berg')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const { page } = await openAs(browser, owner, documentId, { viewport: { width: 1280, height: 700 } })
  const text = textOf(page)
  await text.click()
  const lines = Array.from({ length: 60 }, (_, at) => `<p>line ${at}</p>`).join('')
  await paste(page, 'text/html', `${lines}<h2>Finish</h2>${lines}`)
  await expectSaved(page)
  const heading = text.getByRole('heading', { name: 'Finish', exact: true })
  const goTo = page
    .getByRole('complementary', { name: english('editor:page.contents') })
    .getByRole('button', { name: 'Finish', exact: true })
  const below = async (above: Locator) => {
    const [upper, lower] = [await above.boundingBox(), await heading.boundingBox()]
    return lower!.y - (upper!.y + upper!.height)
  }
  await press(page, 'ControlOrMeta+Home')
  await goTo.click()
  const tools = page.getByRole('toolbar', { name: english('editor:toolbar'), exact: true })
  await expect.poll(() => below(tools)).toBeGreaterThanOrEqual(0)
  await expect.poll(() => below(tools)).toBeLessThan(40)

  // what is told over it moves the tools down
  await page.evaluate(() => {
    const told = document.createElement('p')
    told.textContent = 'told'
    told.style.cssText = 'height: 120px; margin: 0'
    document.querySelector('[data-overlay-above-text]')!.append(told)
  })
  await press(page, 'ControlOrMeta+Home')
  await goTo.click()
  await expect.poll(() => below(tools)).toBeGreaterThanOrEqual(0)
  await page.context().close()
})
