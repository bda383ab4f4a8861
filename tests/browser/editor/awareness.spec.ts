import { expect, test } from '@playwright/test'
import { createPerson, join, openRoom, createDocument } from '../../helpers/people.ts'
import { close, expectSaved, openAs, textOf, written } from '../../helpers/browser/editor-people.ts'

const base = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
const at = (client: number, clock: number) => ({ item: { client, clock }, assoc: 0 })

/** What an editor with another client may show of itself; some of it the server lets through. */
const states: Record<string, unknown>[] = [
  { cursor: {} },
  { cursor: { anchor: at(1, 1), head: at(1, 1) } },
  { cursor: { anchor: at(4_294_967_295, 4_294_967_295), head: at(4_294_967_295, 0) } },
  { cursor: { anchor: at(2 ** 53, 2 ** 60), head: at(-1, 0.5) } },
  {
    cursor: {
      anchor: { type: { client: 7, clock: 7 }, tname: null, item: null, assoc: -1 },
      head: { tname: 'default', assoc: 0 },
    },
  },
  { cursor: { anchor: { tname: 'another', assoc: 0 }, head: { tname: 'another', assoc: 0 } } },
  { cursor: 'x'.repeat(5_000), user: { id: [], name: { toString: 1 }, color: 'url(//x)' } },
  { cursor: null, ySync: {}, toString: null },
]

test('whatever an editor shows of itself, two others write on, nothing is lost, and their consoles are clean', async ({
  browser,
}) => {
  const [owner, other, third] = [
    await createPerson(base(), 'Anna Berg'),
    await createPerson(base(), '李伟'),
    await createPerson(base(), 'Eve'),
  ]
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'blank',
  })
  await join(owner, other, projectId, 'manufacture', 'editor')
  await join(owner, third, projectId, 'design', 'editor')
  const anna = await openAs(browser, owner, documentId)
  const li = await openAs(browser, other, documentId)
  await expectSaved(anna.page)
  const { provider } = openRoom(third, documentId)
  await expect.poll(() => provider.synced).toBe(true)

  await textOf(anna.page).click()
  await anna.page.keyboard.type('A:')
  await anna.page.keyboard.press('Enter')
  await anna.page.keyboard.type('L:')
  await expect(textOf(li.page)).toContainText('L:')
  await anna.page.keyboard.press('ArrowUp')
  await anna.page.keyboard.press('End')
  await textOf(li.page).locator('p').last().click()
  await li.page.keyboard.press('End')
  for (const [turn, state] of states.entries()) {
    provider.awareness.setLocalState(state)
    await anna.page.keyboard.type(` a${turn}`)
    await li.page.keyboard.type(` l${turn}`)
    await expect(textOf(li.page)).toContainText(` a${turn}`)
    await expect(textOf(anna.page)).toContainText(` l${turn}`)
  }
  const words = (who: string) => states.map((_, turn) => ` ${who}${turn}`).join('')
  for (const { page } of [anna, li]) {
    await expectSaved(page)
    expect(await written(page)).toBe(`A:${words('a')}L:${words('l')}`)
  }
  // and each still sees where the other writes
  await expect(anna.page.locator('.others-caret-name[data-name="李伟"]')).toHaveCount(1)
  provider.destroy()
  await close(anna, li)
})
