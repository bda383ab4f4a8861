import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chromium, expect, type Page } from '@playwright/test'
import sharp from 'sharp'
import type { Side } from '../../shared/permissions.ts'
import { createPerson, join as bringIn, type Person } from '../helpers/people.ts'
import { findChromium } from './chromium.ts'
import startServer from './start-server.ts'

// Takes the picture in the README anew: `npx tsx tests/browser/take-picture.ts`. Two people at the sample's spec.

const picture = join(import.meta.dirname, 'screenshots/editor.png')
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
  const point = threads.find(({ number }) => number === 3)!
  const theirs = await open(guest, `/documents/${spec.id}`)
  const ours = await open(owner, `/documents/${spec.id}?thread=${point.id}`)
  const mark = ours.locator('.ProseMirror .thread-mark').first()
  await mark.evaluate((element) => element.scrollIntoView({ block: 'center' }))
  // the other's caret, in the passage above the marked one
  await theirs.locator('.ProseMirror .thread-mark').first().scrollIntoViewIfNeeded()
  await theirs.locator('.ProseMirror h2', { hasText: '3 Casting' }).click()
  await theirs.keyboard.press('End')
  await expect(ours.locator('.others-caret-name')).toHaveAttribute('data-name', '陈国强')
  await expect(ours.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible()
  await ours.mouse.move(120, 800)
  mkdirSync(dirname(picture), { recursive: true })
  await sharp(await ours.screenshot({ animations: 'disabled' }))
    .png({ palette: true, quality: 90, effort: 10 })
    .toFile(picture)

  async function open(person: Person, path: string): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en' })
    const [name, value] = person.cookie.split('=', 2) as [string, string]
    await context.addCookies([{ name, value, url }])
    const page = await context.newPage()
    await page.goto(url + path)
    await expect(page.locator('.ProseMirror h2').first()).toBeVisible()
    return page
  }
} finally {
  await browser.close()
  await stop()
}
