import { expect, test, type Page } from '@playwright/test'
import { cardOf, chinese, english, meet, part, propose } from '../../helpers/browser/three-people.ts'
import { expectSaved, written } from '../../helpers/browser/editor-people.ts'

/** Resolves when the card of a point is gone and what follows it stands in its place, with when it went (ms of the epoch). */
const goneAt = (page: Page, number: number): Promise<number> =>
  page.evaluate(
    (name) =>
      new Promise<number>((resolve) => {
        const look = () => {
          if (document.querySelector(`article[aria-label="${name}"]`)) return requestAnimationFrame(look)
          const at = Date.now()
          return requestAnimationFrame(() => requestAnimationFrame(() => resolve(at)))
        }
        look()
      }),
    english('review:number', { number: String(number) }),
  )

test('a press on Accept as another takes that proposal back accepts nothing; later it accepts what is there', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { editor, reviewer } = meeting
  const { page } = editor
  const words = ['1.8 mm', '喷砂', '3 mm', 'cast iron', '1.5 m']
  for (const [index, one] of words.entries()) {
    await propose(reviewer.page, one, `other ${index + 1}`)
    await expect(cardOf(page, 'en', index + 1)).toBeVisible()
  }
  await expectSaved(page)
  const before = await written(page)
  const acceptOf = (number: number) =>
    cardOf(page, 'en', number).getByRole('button', { name: english('proposals:accept'), exact: true })
  // a machine that needs longer than a person for the press tries it with the next one
  let isSoon = false
  let next = 1
  for (; !isSoon; next++) {
    expect(next).toBeLessThan(words.length)
    await acceptOf(next).hover()
    const theirs = cardOf(reviewer.page, 'zh-CN', next)
    await theirs.getByRole('button').first().click()
    const gone = goneAt(page, next)
    await theirs.getByRole('button', { name: chinese('proposals:withdraw'), exact: true }).click()
    const at = await gone
    await page.mouse.down()
    await page.mouse.up()
    isSoon = Date.now() - at < 300
    if (!isSoon) await expect(acceptOf(next + 1)).toHaveCount(0)
  }
  await expectSaved(page)
  expect(await written(page)).toBe(before)
  // as long as somebody needs to see it
  const seenAt = Date.now()
  await expect.poll(() => Date.now() - seenAt).toBeGreaterThan(500)
  await acceptOf(next).click()
  await expect.poll(() => written(page)).toContain(`other ${next}`)
  await part(meeting)
})
