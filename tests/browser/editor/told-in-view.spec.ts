import { expect, test } from '@playwright/test'
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
    await page.keyboard.type('my last words '.repeat(60))
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
