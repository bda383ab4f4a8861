import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, expect, type Page } from '@playwright/test'
import sharp from 'sharp'
import type { Side } from '../../shared/permissions.ts'
import { createPerson, join as bringIn, password, type Person } from '../helpers/people.ts'
import { findChromium } from '../helpers/browser/chromium.ts'
import startServer from '../helpers/browser/start-server.ts'

// Takes the pictures in the README anew: `npx tsx tests/browser/take-pictures.ts`. Two people at the sample's spec, the
// list of its points in Chinese, and a revision that one side has signed.

const pictures = join(import.meta.dirname, 'screenshots')
mkdirSync(pictures, { recursive: true })
const stop = await startServer()
const browser = await chromium.launch({
  executablePath: findChromium(),
  chromiumSandbox: process.getuid?.() !== 0,
  args: ['--disable-gpu'],
})
try {
  const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
  const owner = await createPerson(url, 'Lin Yue')
  const guest = await createPerson(url, '陈国强', 'zh-CN')
  const { id } = await owner.post<{ id: string }>('/api/projects/sample', { locale: 'en' })
  const side: Side = 'manufacture'
  await bringIn(owner, guest, id, side, 'editor')
  const { documents } = await owner.get<{ documents: { id: string; kind: string }[] }>(`/api/projects/${id}`)
  const { threads } = await owner.get<{ threads: { id: string; number: number }[] }>(
    `/api/projects/${id}/threads`,
  )
  const spec = documents.find(({ kind }) => kind === 'spec')!
  const thread = threads.find(({ number }) => number === 3)!
  const theirs = await open(guest, `/documents/${spec.id}`)
  const ours = await open(owner, `/documents/${spec.id}?thread=${thread.id}`)
  await expect(theirs.locator('.ProseMirror h2').first()).toBeVisible()
  const mark = ours.locator('.ProseMirror .thread-mark').first()
  await mark.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  // the other's caret, in the passage above the marked one
  await theirs.locator('.ProseMirror .thread-mark').first().scrollIntoViewIfNeeded()
  await theirs.locator('.ProseMirror h2', { hasText: '3 Casting' }).click()
  await theirs.keyboard.press('End')
  await expect(ours.locator('.others-caret-name')).toHaveAttribute('data-name', '陈国强')
  await expect(ours.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible()
  await ours.mouse.move(120, 800)
  await take(ours, 'editor')

  const chinese = await guest.post<{ id: string }>('/api/projects/sample', { locale: 'zh-CN' })
  const list = await open(guest, `/projects/${chinese.id}/points`)
  await expect(list.getByRole('row').nth(3)).toBeVisible()
  await take(list, 'points')

  const lamp = await owner.post<{ id: string }>('/api/projects', { name: 'Table lamp, Dazu' })
  await bringIn(owner, guest, lamp.id, side, 'reviewer')
  for (const kind of ['brief', 'spec']) {
    await owner.post(`/api/projects/${lamp.id}/documents`, {
      kind,
      title: kind === 'spec' ? 'Specification' : 'Brief',
      template: kind,
    })
  }
  await owner.post(`/api/projects/${lamp.id}/revisions`, { description: 'For the first tool' })
  const theirPage = await open(guest, `/projects/${lamp.id}/sign`)
  await theirPage
    .getByRole('button', { name: /^(Sign revision A|签署)/ })
    .first()
    .click()
  const dialog = theirPage.getByRole('dialog')
  await dialog.locator('input[type=password]').fill(password)
  await dialog.getByRole('button').last().click()
  await expect(dialog).toBeHidden()
  const signing = await open(owner, `/projects/${lamp.id}/sign`)
  await expect(signing.getByText('陈国强').first()).toBeVisible()
  await take(signing, 'signing')

  async function open(person: Person, path: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en' })
    const [name, value] = person.cookie.split('=', 2) as [string, string]
    await context.addCookies([{ name, value, url }])
    const page = await context.newPage()
    await page.goto(url + path)
    return page
  }

  async function take(page: Page, name: string): Promise<void> {
    await sharp(await page.screenshot({ animations: 'disabled' }))
      .png({ palette: true, quality: 90, effort: 10 })
      .toFile(join(pictures, `${name}.png`))
  }
} finally {
  await browser.close()
  await stop()
}
