import { expect, test, type Browser, type Locator, type Page } from '@playwright/test'
import { createPerson, createDocument, join, type Person } from '../../helpers/people.ts'
import { selectWords } from '../../helpers/browser/select-words.ts'
import { signedIn } from '../../helpers/browser/visitor.ts'

/** A browser in which `person` is signed in, at a document. */
async function open(browser: Browser, person: Person, documentId: string, locale = 'en'): Promise<Page> {
  const context = await browser.newContext({ locale, viewport: { width: 1360, height: 850 } })
  const page = await context.newPage()
  await signedIn(page, person)
  await page.goto(`${person.url}/documents/${documentId}`)
  await expect(page.locator('.ProseMirror h2').first()).toBeVisible()
  return page
}

const marks = (page: Page): Locator => page.locator('.ProseMirror .thread-mark:not(.thread-mark-draft)')

test('a reviewer comments without the right to write; both see it, answer it, settle it', async ({
  browser,
}) => {
  const url = process.env.COUNTERSIGN_URL!
  const owner = await createPerson(url, 'Lin Yue', 'en')
  const reviewer = await createPerson(url, '王师傅', 'zh-CN')
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'spec',
  })
  await join(owner, reviewer, projectId, 'manufacture', 'reviewer')
  const [writing, reading] = [
    await open(browser, owner, documentId),
    await open(browser, reviewer, documentId, 'zh-CN'),
  ]
  const heading = (await reading.locator('.ProseMirror h2').nth(1).textContent())!

  // the reviewer's browser speaks Chinese, and its text cannot be written
  await expect(reading.locator('.ProseMirror')).toHaveAttribute('contenteditable', 'false')
  await selectWords(reading, heading)
  await reading.getByRole('button', { name: '提意见' }).click()
  await reading.getByLabel('意见内容').fill('壁厚 1.8 mm 会缩水，建议 2.5 mm。')
  await reading.getByText('必须改').click()
  await reading.getByRole('button', { name: '发送' }).click()

  const card = writing.getByRole('article', { name: 'Point 1' })
  await expect(card).toContainText('壁厚 1.8 mm 会缩水')
  await expect(card).toContainText('王师傅')
  await expect(marks(writing)).toHaveText(heading)
  await expect(marks(reading)).toHaveText(heading)

  // the mark follows its text while the owner writes before it
  await writing.locator('.ProseMirror h2').first().click()
  await writing.keyboard.press('Home')
  await writing.keyboard.type('New ')
  await writing.keyboard.press('Enter')
  await expect(writing.locator('.ProseMirror h2').first()).toHaveText('New ')
  await expect(marks(reading)).toHaveText(heading)

  // pressing the mark opens the point; a reply arrives at the other side
  await marks(writing).click()
  await writing.getByLabel('Your reply').fill('Agreed, 2.5 mm it is.')
  await writing.getByRole('button', { name: 'Reply', exact: true }).click()
  await expect(reading.getByText('Agreed, 2.5 mm it is.').or(reading.getByText('1 条回复'))).toBeVisible()

  // who raised it settles it, and nobody of the other side
  await expect(card.getByRole('button', { name: 'Settle' })).toHaveCount(0)
  await marks(reading).click()
  await reading.getByRole('button', { name: '了结' }).click()
  await expect(reading.getByText('王师傅 已了结')).toBeVisible()
  await expect(card).toContainText('Settled by 王师傅')
  await writing.context().close()
  await reading.context().close()
})

test('a removed passage says so and comes back with an undo', async ({ browser }) => {
  const url = process.env.COUNTERSIGN_URL!
  const owner = await createPerson(url, 'Lin Yue', 'en')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'spec' })
  const page = await open(browser, owner, documentId)
  const heading = (await page.locator('.ProseMirror h2').nth(1).textContent())!
  await selectWords(page, heading)
  await page.keyboard.press('ControlOrMeta+Alt+KeyM')
  await page.getByLabel('Your comment').fill('Is this complete?')
  await page.keyboard.press('ControlOrMeta+Enter')
  await expect(marks(page)).toHaveText(heading)

  await selectWords(page, heading)
  await page.keyboard.press('Delete')
  await expect(page.getByText('The text was removed')).toBeVisible()
  await expect(marks(page)).toHaveCount(0)
  await page.keyboard.press('ControlOrMeta+z')
  await expect(marks(page)).toHaveText(heading)
  await expect(page.getByText('The text was removed')).toHaveCount(0)
  await page.context().close()
})

test('a comment written while the network is away is sent once when it is back', async ({ browser }) => {
  const url = process.env.COUNTERSIGN_URL!
  const owner = await createPerson(url, 'Lin Yue', 'en')
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'spec',
  })
  const page = await open(browser, owner, documentId)
  await selectWords(page, (await page.locator('.ProseMirror h2').nth(1).textContent())!)
  await page.getByRole('button', { name: 'Comment' }).click()
  await page.getByLabel('Your comment').fill('Written in the workshop.')
  await page.context().setOffline(true)
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('Not sent yet: it waits on this device for the network.')).toBeVisible()
  await expect(page.getByText('Sending…')).toHaveCount(0)
  await page.context().setOffline(false)
  await expect(page.getByRole('article', { name: 'Point 1' })).toContainText('Written in the workshop.')
  const { threads } = await owner.get<{ threads: unknown[] }>(`/api/projects/${projectId}/threads`)
  expect(threads).toHaveLength(1)
  await page.context().close()
})

test('a version is looked at and restored, and the other sees it live', async ({ browser }) => {
  const url = process.env.COUNTERSIGN_URL!
  const owner = await createPerson(url, '林月', 'zh-CN')
  const reviewer = await createPerson(url, 'Wang', 'en')
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: '台灯',
    template: 'spec',
  })
  await join(owner, reviewer, projectId, 'manufacture', 'reviewer')
  const [writing, reading] = [
    await open(browser, owner, documentId, 'zh-CN'),
    await open(browser, reviewer, documentId),
  ]
  await writing.getByRole('tab', { name: '版本' }).click()
  await writing.getByLabel('版本名称').fill('发给工厂')
  await writing.getByRole('button', { name: '保存版本' }).click()
  await writing.locator('.ProseMirror h2').first().click()
  await writing.keyboard.press('End')
  await writing.keyboard.type(' plus')
  await expect(reading.locator('.ProseMirror h2').first()).toHaveText(/ plus$/)

  await writing.getByRole('button', { name: /查看版本 1/ }).click()
  await expect(writing.getByText('只读')).toBeVisible()
  await expect(writing.locator('.ProseMirror:visible h2').first()).not.toHaveText(/ plus$/)
  await writing.getByRole('button', { name: '恢复', exact: true }).click()
  await writing.getByRole('dialog').getByRole('button', { name: '恢复', exact: true }).click()
  await expect(reading.locator('.ProseMirror h2').first()).not.toHaveText(/ plus$/)
  await expect(writing.getByText('恢复版本 1 之前')).toBeVisible()
  await writing.context().close()
  await reading.context().close()
})
