import { expect, test, type Locator, type Page } from '@playwright/test'
import { close, openForTwo, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'

interface Drag {
  name: string
  html: string
  /** The block that is dragged, and in which the other types meanwhile. */
  block: string
  /** What stands in the text below it after the drop, as words in their order. */
  after: RegExp
  take(page: Page, block: Locator): Promise<void>
}

/** Presses the grip beside a block. */
async function takeGrip(page: Page, block: Locator): Promise<void> {
  await block.hover({ position: { x: 5, y: 5 } })
  const grip = page.getByRole('button', { name: 'Move or change this block' })
  await expect(grip).toBeVisible()
  const [its, box] = [(await block.boundingBox())!, (await grip.boundingBox())!]
  expect(Math.abs(its.y - box.y)).toBeLessThan(40)
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
}

/** Selects all words of a block, and presses on them. */
async function takeWords(page: Page, block: Locator): Promise<void> {
  await block.click({ clickCount: 3, position: { x: 10, y: 8 } })
  const box = (await block.boundingBox())!
  await page.mouse.move(box.x + 20, box.y + 8)
  await page.mouse.down()
}

const drags: Drag[] = [
  {
    name: 'a paragraph by its grip',
    html: '<p>alpha block</p>',
    block: 'p',
    take: takeGrip,
    after: /^gammaalpha block[a-z]+end$/,
  },
  {
    name: 'a list by its grip',
    html: '<ul><li>alpha block</li></ul>',
    block: 'li',
    take: takeGrip,
    after: /^gammaalpha block[a-z]+end$/,
  },
  {
    name: 'a table by its grip',
    html: '<table><tr><td>alpha block</td><td>B</td></tr></table>',
    block: 'td',
    take: takeGrip,
    after: /^gammaalpha block[a-z]+Bend$/,
  },
  {
    name: 'the selected words of a paragraph',
    html: '<p>alpha block</p>',
    block: 'p',
    take: takeWords,
    after: /^gamma?alpha block[a-z]+(a)?end$/,
  },
]

for (const { name, html, block, take, after } of drags) {
  test(`what somebody types in ${name} while another drags it moves with it, and so does the caret`, async ({
    browser,
  }) => {
    const { anna, li } = await openForTwo(browser)
    await textOf(anna.page).click()
    await paste(anna.page, 'text/html', `${html}<p>gamma</p><p>end</p>`)
    const dragged = textOf(anna.page).locator(block).first()
    await textOf(li.page).getByText('alpha block').click()
    await press(li.page, 'End')
    await take(anna.page, dragged)
    const to = async (far: number) => {
      // measured anew: the tools of what is dragged come, and push the text down
      const target = (await textOf(anna.page).getByText('gamma', { exact: true }).boundingBox())!
      await anna.page.mouse.move(target.x + target.width / 3, target.y + (target.height - 2) * far, {
        steps: 3,
      })
    }
    for (const far of [0.3, 0.6]) await to(far)
    const typed = 'qwrtzuiopsdfghj'
    await li.page.keyboard.type(typed, { delay: 20 })
    await expect(textOf(anna.page).getByText(`alpha block${typed}`)).toBeVisible()
    for (const far of [0.6, 0.8, 1]) await to(far)
    await anna.page.mouse.up()
    await expect(textOf(anna.page)).toHaveText(after)
    await expect(textOf(li.page)).toHaveText(after)
    await li.page.keyboard.type('y')
    await expect(textOf(anna.page).getByText(`alpha block${typed}y`)).toHaveCount(1)
    await close(anna, li)
  })
}
