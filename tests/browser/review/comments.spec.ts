import { expect, test, type Browser, type Page } from '@playwright/test'
import sharp from 'sharp'
import { defaultLimits } from '../../../shared/limits.ts'
import type { Thread } from '../../../shared/review.ts'
import { createDocument, createPerson, join, type Person } from '../../helpers/people.ts'
import { axeOn, signedIn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

interface Device {
  locale?: 'en' | 'zh-CN'
  phone?: boolean
  /** Before anything is asked for. */
  prepare?(page: Page): Promise<unknown>
}

/** A browser in which `person` is signed in, at a document. */
async function open(
  browser: Browser,
  person: Person,
  documentId: string,
  device: Device = {},
): Promise<Page> {
  const { locale = 'en', phone = false } = device
  const context = await browser.newContext({
    locale,
    viewport: phone ? { width: 390, height: 800 } : { width: 1360, height: 850 },
    hasTouch: phone,
    isMobile: phone,
  })
  const page = await context.newPage()
  await signedIn(page, person)
  await device.prepare?.(page)
  await page.goto(`${person.url}/documents/${documentId}`)
  await expect(page.locator('.ProseMirror h2').first()).toBeVisible()
  return page
}

async function twoPeople() {
  const url = process.env.COUNTERSIGN_URL!
  const owner = await createPerson(url, 'Lin Yue', 'en')
  const maker = await createPerson(url, '王师傅', 'zh-CN')
  const made = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'spec' })
  await join(owner, maker, made.projectId, 'manufacture', 'reviewer')
  return { owner, maker, ...made }
}

test('on a phone in Chinese: a photo and a name in a private comment, published as a review that the other sees', async ({
  browser,
}) => {
  const { owner, maker, documentId } = await twoPeople()
  const t = wordsOf('zh-CN')
  const phone = await open(browser, maker, documentId, { locale: 'zh-CN', phone: true })
  const desk = await open(browser, owner, documentId)
  await phone.getByRole('button', { name: t('review:points') }).click()
  await phone.getByRole('button', { name: t('review:raiseOnProject') }).click()
  const field = phone.getByRole('textbox', { name: t('review:compose.body') })
  await field.click()
  await field.pressSequentially('请看这里 @Lin')
  await phone.getByRole('option', { name: /Lin Yue/ }).click()
  const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#8a5a2b' } })
    .jpeg()
    .toBuffer()
  await phone
    .locator('input[capture]')
    .setInputFiles({ name: '缩水.jpg', mimeType: 'image/jpeg', buffer: photo })
  await expect(field.locator('img')).toBeVisible()
  const { violations } = await axeOn(phone).include('form').analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
  const overflow = await phone.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  expect(overflow, 'pixels wider than the window').toBeLessThanOrEqual(0)
  await phone.screenshot({ path: 'test-results/comments-phone-compose.png' })
  await phone.getByRole('button', { name: t('review:compose.keep') }).click()

  await expect(phone.getByRole('article', { name: t('review:draft') })).toContainText('@Lin Yue')
  await expect(phone.getByText('1 条草稿')).toBeVisible()
  await expect(desk.getByText('No points yet')).toBeVisible()

  await phone.getByRole('button', { name: t('review:publish.action') }).click()
  const dialog = phone.getByRole('dialog')
  await expect(dialog.getByRole('button', { name: t('ui:close') })).toBeVisible()
  await dialog.getByLabel(t('review:decision.changes')).check()
  await dialog.getByLabel(t('review:publish.summary')).fill('壁厚要改,其余可以。')
  await phone.screenshot({ path: 'test-results/comments-phone-publish.png' })
  await dialog.getByRole('button', { name: t('review:publish.submit'), exact: true }).click()

  const card = desk.getByRole('article', { name: 'Point 1' })
  await expect(card).toContainText('请看这里 @Lin Yue')
  await expect(card.locator('img')).toHaveJSProperty('naturalWidth', 64)
  await expect(desk.getByRole('region', { name: 'Reviews' })).toContainText('Changes needed')
  await desk.screenshot({ path: 'test-results/comments-review.png' })
  await phone.context().close()
  await desk.context().close()
})

test('a comment on a whole cell: edited, its earlier words shown, and withdrawn', async ({ browser }) => {
  const { owner, maker, documentId } = await twoPeople()
  const page = await open(browser, owner, documentId)
  const reading = await open(browser, maker, documentId, { locale: 'zh-CN' })
  const cell = page.locator('.ProseMirror td').first()
  await cell.scrollIntoViewIfNeeded()
  await cell.locator('p').first().selectText()
  await page.getByRole('button', { name: 'On the whole block or cell' }).click()
  await page.getByLabel('Your comment').fill('Is this the gross weight?')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(reading.locator('.ProseMirror td.thread-node')).toHaveCount(1)
  await page.screenshot({ path: 'test-results/comments-cell.png' })

  const card = page.getByRole('article', { name: 'Point 1' })
  await card.getByRole('button').first().click()
  await card.getByRole('button', { name: 'Your comment: what to do with it' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  await page.getByLabel('Your changed comment').fill('Is this the net weight?')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(card).toContainText('Is this the net weight?')
  await card.getByRole('button', { name: 'edited' }).click()
  await expect(page.getByText('Is this the gross weight?')).toBeVisible()
  await page.keyboard.press('Escape')

  await card.getByRole('button', { name: 'Your comment: what to do with it' }).click()
  await page.getByRole('menuitem', { name: 'Withdraw' }).click()
  await expect(card).toContainText('Withdrawn by its author')
  await expect(reading.getByText('作者已撤回')).toBeVisible()
  await expect(reading.getByText('net weight')).toHaveCount(0)
  await page.context().close()
  await reading.context().close()
})

test('an unsent comment survives a closed tab and is posted once', async ({ browser }) => {
  const { owner, projectId, documentId } = await twoPeople()
  const page = await open(browser, owner, documentId)
  const context = page.context()
  await context.route('**/api/projects/*/threads', (route) => route.abort())
  await page.getByRole('button', { name: 'Point on the whole project' }).click()
  await page.getByLabel('Your comment').fill('Written in the cellar.')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect(page.getByText('Not sent yet')).toBeVisible()
  await page.close()
  await context.unroute('**/api/projects/*/threads')

  const again = await context.newPage()
  await again.goto(`${owner.url}/documents/${documentId}`)
  await expect(again.getByRole('article', { name: 'Point 1' })).toContainText('Written in the cellar.')
  await again.reload()
  await expect(again.getByRole('article', { name: 'Point 1' })).toContainText('Written in the cellar.')
  const { threads } = await owner.get<{ threads: Thread[] }>(`/api/projects/${projectId}/threads`)
  expect(threads).toHaveLength(1)
  await context.close()
})

test('a first comment that is being written stays when the points, none so far, cannot be asked for anew', async ({
  browser,
}) => {
  const { maker, documentId } = await twoPeople()
  const t = wordsOf('zh-CN')
  // the first answer comes; what is asked a moment after the opening does not, nor what is repeated of it
  let asked = 0
  const page = await open(browser, maker, documentId, {
    locale: 'zh-CN',
    prepare: (it) =>
      it.route('**/threads', (route) =>
        ++asked === 1 ? route.continue() : route.abort('internetdisconnected'),
      ),
  })
  await page.getByRole('button', { name: t('review:raiseOnProject') }).click()
  const field = page.getByRole('textbox', { name: t('review:compose.body') })
  await field.fill('缩水在这里。')
  await expect.poll(() => asked).toBe(4)
  await field.pressSequentially('请加厚。')
  await expect(field).toHaveText('缩水在这里。请加厚。')
  await page.context().close()
})

test('on a phone without a network: a photo and words wait, survive a reload, and are sent once, with the photo', async ({
  browser,
}) => {
  const { owner, maker, projectId, documentId } = await twoPeople()
  const t = wordsOf('zh-CN')
  const phone = await open(browser, maker, documentId, { locale: 'zh-CN', phone: true })
  const context = phone.context()
  await phone.getByRole('button', { name: t('review:points') }).click()
  await phone.getByRole('button', { name: t('review:raiseOnProject') }).click()
  await context.setOffline(true)
  const field = phone.getByRole('textbox', { name: t('review:compose.body') })
  await field.fill('缩水在这里。')
  const photo = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#8a5a2b' } })
    .jpeg()
    .toBuffer()
  const give = (name: string, buffer: Buffer) =>
    phone.locator('input[capture]').setInputFiles({ name, mimeType: 'image/jpeg', buffer })
  await give('太大.jpg', Buffer.alloc(defaultLimits.fileBytes + 1))
  await expect(phone.getByText(t('errors:file_too_large'))).toBeVisible()
  await give('缩水.jpg', photo)
  await expect(phone.getByText(t('review:compose.pictureWaits'))).toBeVisible()
  await expect(field.locator('img')).toHaveJSProperty('naturalWidth', 64)
  await phone.getByRole('button', { name: t('review:compose.send') }).click()
  const sending = phone.getByRole('article').filter({ hasText: t('review:waitsForNetwork') })
  await expect(sending.locator('img')).toHaveJSProperty('naturalWidth', 64)

  // the page comes back before its pictures can be sent: they are shown from this device, and nothing is sent yet
  await phone.close()
  await context.setOffline(false)
  await context.route('**/api/projects/*/files', (route) => route.abort())
  const again = await context.newPage()
  await again.goto(`${owner.url}/documents/${documentId}`)
  await again.getByRole('button', { name: t('review:points') }).click()
  const waiting = again.getByRole('article').filter({ hasText: '缩水在这里。' })
  await expect(waiting.locator('img')).toHaveJSProperty('naturalWidth', 64)
  const read = async () =>
    (await owner.get<{ threads: Thread[] }>(`/api/projects/${projectId}/threads`)).threads
  expect(await read()).toEqual([])

  await context.unroute('**/api/projects/*/files')
  const card = again.getByRole('article', { name: t('review:number', { number: '1' }) })
  await expect(card).toContainText('缩水在这里。')
  await expect(card.locator('img')).toHaveAttribute('src', /\/files\/[0-9a-f]{64}$/)
  await expect(card.locator('img')).toHaveJSProperty('naturalWidth', 64)
  const left = () =>
    again.evaluate(
      () =>
        new Promise((resolve) => {
          const opening = indexedDB.open('countersign:waiting-pictures')
          opening.addEventListener('success', () => {
            const all = opening.result.transaction('pictures').objectStore('pictures').count()
            all.addEventListener('success', () => resolve(all.result))
          })
        }),
    )
  await expect.poll(left, 'pictures that still wait').toBe(0)
  await again.reload()
  await again.getByRole('button', { name: t('review:points') }).click()
  await expect(card).toBeVisible()
  expect((await read()).map(({ comments }) => comments.length)).toEqual([1])
  expect(await left(), 'pictures that still wait').toBe(0)
  await context.close()
})
