import { expect, test, type Page } from '@playwright/test'
import { messageType } from '../../../shared/wire/protocol.ts'
import { close, expectSaved, openForTwo, textOf } from '../../helpers/browser/editor-people.ts'
import { blockOf, goTo, press } from '../../helpers/browser/select-words.ts'
import { english } from '../../helpers/browser/three-people.ts'

/** What another does in the paragraph in which somebody composes. */
const acts: Record<string, (page: Page) => Promise<void>> = {
  parts: (page) => press(page, 'Enter'),
  heads: (page) => press(page, 'Control+Alt+3'),
  lists: (page) => press(page, 'Control+Shift+8'),
  ticks: (page) => press(page, 'Control+Shift+9'),
  quotes: (page) => press(page, 'Control+Shift+b'),
  joins: async (page) => {
    await press(page, 'Home')
    await press(page, 'Backspace')
  },
  types: (page) => page.keyboard.type('MORE'),
}

test('a composition goes on whatever another makes of its paragraph, and ends in the text once, at its place', async ({
  browser,
}) => {
  test.slow()
  const { anna, li } = await openForTwo(browser)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('first')
  for (const name of Object.keys(acts)) {
    await press(anna.page, 'Enter')
    await anna.page.keyboard.type(`${name} left right`)
    await press(anna.page, 'Enter')
    await anna.page.keyboard.type('between')
  }
  await li.page.evaluate(() => {
    const counted = { ends: 0 }
    Object.assign(window, { counted })
    document.addEventListener('compositionend', () => counted.ends++, true)
  })
  const ends = () => li.page.evaluate(() => (window as unknown as { counted: { ends: number } }).counted.ends)
  const ime = await li.page.context().newCDPSession(li.page)
  const compose = (text: string) =>
    ime.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
  /** Changes of the text that came to 李伟's page. */
  let heard = 0
  ime.on('Network.webSocketFrameReceived', ({ response }) => {
    if (Buffer.from(response.payloadData, 'base64')[0] === messageType.sync) heard++
  })
  await ime.send('Network.enable')
  let expected = 0
  for (const [name, act] of Object.entries(acts)) {
    await goTo(anna.page, name, name.length + 3)
    await expect(blockOf(li.page, name)).toContainText('right')
    await goTo(li.page, name, name.length + 9)
    await compose('z')
    await compose('zi')
    await expect(textOf(anna.page)).toContainText('rigziht')
    const before = await textOf(anna.page).innerHTML()
    const heardBefore = heard
    await act(anna.page)
    await expect.poll(() => textOf(anna.page).innerHTML()).not.toBe(before)
    await expectSaved(anna.page)
    await expect.poll(() => heard).toBeGreaterThan(heardBefore)
    expect(await ends(), name).toBe(expected)
    await compose('zi m')
    await compose('zi mu')
    await ime.send('Input.insertText', { text: '字母' })
    expected++
    await expect.poll(ends).toBe(expected)
    for (const { page } of [anna, li]) {
      await expect(textOf(page), name).toContainText('rig字母ht')
      await expect(textOf(page), name).not.toContainText('zi')
    }
    await li.page.keyboard.type('!')
    await expect(textOf(anna.page), name).toContainText('rig字母!ht')
    for (const _ of '字母!') await press(li.page, 'Backspace')
    await expect(textOf(anna.page)).not.toContainText('字')
    await expect(textOf(anna.page)).toContainText('right')
  }
  await expect(textOf(anna.page)).toContainText('MORE')
  await expect(li.page.getByText(english('sync:recovered.removed'))).toHaveCount(0)
  await close(anna, li)
})
