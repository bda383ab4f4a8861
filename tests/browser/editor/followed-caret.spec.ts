import { expect, test, type Page } from '@playwright/test'
import { close, openForTwo, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { blockOf, goTo, press } from '../../helpers/browser/select-words.ts'

/** What the other does in the paragraph `words`, where the caret stands behind `left`. */
const acts: Record<string, (page: Page) => Promise<void>> = {
  Enter: (page) => press(page, 'Enter'),
  'a heading': (page) => press(page, 'Control+Alt+3'),
  'a list': (page) => press(page, 'Control+Shift+8'),
  'a task list': (page) => press(page, 'Control+Shift+9'),
  'a quote': (page) => press(page, 'Control+Shift+b'),
  'Backspace at the beginning': async (page) => {
    await press(page, 'Home')
    await press(page, 'Backspace')
  },
}
const table = '<table><tr><td>Part</td><td>12</td></tr></table>'

for (const next of ['a paragraph', 'a table'])
  test(`letters stay with those they were typed behind, whatever another makes of the paragraph before ${next}`, async ({
    browser,
  }) => {
    test.slow()
    const { anna, li } = await openForTwo(browser)
    await textOf(anna.page).click()
    await anna.page.keyboard.type('first')
    for (const name of Object.keys(acts)) {
      await press(anna.page, 'Enter')
      await anna.page.keyboard.type(`${name.replaceAll(' ', '')} left right`)
      await press(anna.page, 'Enter')
      if (next === 'a table') await paste(anna.page, 'text/html', table)
      else await anna.page.keyboard.type('between')
    }
    for (const [name, act] of Object.entries(acts)) {
      const words = name.replaceAll(' ', '')
      await goTo(anna.page, words, words.length + 5)
      await expect(blockOf(li.page, words)).toBeVisible()
      await goTo(li.page, words, words.length + 9)
      const before = await textOf(anna.page).innerHTML()
      await act(anna.page)
      await expect.poll(() => textOf(anna.page).innerHTML()).not.toBe(before)
      await expect.poll(() => shape(li.page)).toEqual(await shape(anna.page))
      await li.page.keyboard.insertText('字母')
      await expect(textOf(anna.page), name).toContainText('rig字母ht')
      await expect(textOf(li.page), name).toContainText('rig字母ht')
      await press(li.page, 'Backspace')
      await press(li.page, 'Backspace')
      await expect(textOf(anna.page)).not.toContainText('字母')
    }
    await close(anna, li)
  })

/** The blocks and words, without what is drawn into them. */
const shape = (page: Page) =>
  textOf(page).evaluate((text) => {
    const lines: string[] = []
    for (const part of text.querySelectorAll('p, h1, h2, h3, h4, li, td, blockquote')) {
      const copy = part.cloneNode(true) as HTMLElement
      copy.querySelectorAll('.others-caret, input').forEach((drawn) => drawn.remove())
      lines.push(`${part.tagName} ${copy.textContent.trim()}`)
    }
    return lines
  })
