import { expect, test } from '@playwright/test'
import { newId } from '../../../server/db/columns.ts'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { close, openAs } from '../../helpers/browser/editor-people.ts'
import { phone } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const [locale, width, device] of [
  ['en', 1280, {}],
  ['zh-CN', 390, phone],
] as const) {
  const t = wordsOf(locale)

  test(`${locale}, ${width} px: a closed point opens where its words are pressed, and not when they are selected`, async ({
    browser,
  }) => {
    const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
    const owner = await createPerson(url, 'Lin Yue', locale)
    const { projectId, documentId } = await createDocument(owner)
    await owner.post(`/api/projects/${projectId}/threads`, {
      id: newId(),
      commentId: newId(),
      anchor: { type: 'project' },
      body: `外壳壁厚 1.8 mm. ${'The wall is too thin to be cast. '.repeat(20)}`,
      severity: 'must',
    })
    const writer = await openAs(browser, owner, documentId, { locale, ...device })
    const { page } = writer
    const panes = page.getByRole('navigation', { name: t('ui:panes') })
    if (await panes.isVisible()) await panes.getByRole('button', { name: t('review:points') }).click()
    const card = page.getByRole('article', { name: t('review:number', { number: '1' }), exact: true })
    const words = card.getByText('1.8 mm')
    const reply = card.getByRole('textbox', { name: t('review:reply.body') })

    const { x, y } = (await words.boundingBox())!
    await page.mouse.move(x + 4, y + 10)
    await page.mouse.down()
    await page.mouse.move(x + 90, y + 10, { steps: 4 })
    await page.mouse.up()
    expect(await page.evaluate(() => getSelection()!.toString())).not.toBe('')
    await expect(reply).toHaveCount(0)

    await words.click({ position: { x: 120, y: 32 } })
    await expect(reply).toBeVisible()
    // what is open stays so while it is read
    await words.click({ position: { x: 120, y: 32 } })
    await expect(reply).toBeVisible()
    await close(writer)
  })
}
