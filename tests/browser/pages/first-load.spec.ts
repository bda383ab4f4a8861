import { spawnSync } from 'node:child_process'
import { expect, test, type Page } from '@playwright/test'
import { createDocument, createPerson } from '../../helpers/people.ts'
import { openVisitor, signedIn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')

test('who signs in loads no editor, and the words of their language only', async ({ browser }) => {
  const { page, complaints } = await openVisitor(browser, 'zh-CN')
  const asked = addressesOf(page)
  await page.goto(url)
  await expect(page.getByRole('button', { name: wordsOf('zh-CN')('accounts:signIn') })).toBeVisible()
  expect(asked.filter((address) => address.includes('/assets/chinese-'))).toHaveLength(1)
  expect(
    asked.filter((address) => /\/assets\/(writing|review|katex|code-grammars|english)-/.test(address)),
  ).toEqual([])
  expect(complaints).toEqual([])
  await page.context().close()
})

test('12.26: a Chinese document on a system that has a Chinese face loads none of ours', async ({
  browser,
}) => {
  const owner = await createPerson(url, '李伟', 'zh-CN')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: '外壳规格书', template: 'spec' })
  const { page, complaints } = await openVisitor(browser, 'zh-CN')
  await signedIn(page, owner)
  const asked = addressesOf(page)
  await page.goto(`/documents/${documentId}`)
  await expect(page.locator('.ProseMirror')).toContainText('总高')
  await page.evaluate(() => document.fonts.ready)
  const served = asked.filter((address) => address.includes('noto-sans-sc'))
  // on a machine without one, ours is what they are drawn with
  const own = spawnSync('fc-list', [':lang=zh-cn', 'family'], { encoding: 'utf8' }).stdout ?? ''
  if (/Noto Sans CJK SC|Source Han Sans SC|PingFang SC/.test(own)) expect(served).toEqual([])
  else expect(served.length).toBeGreaterThan(0)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a document opens one room and asks once for everything, and for grammars and KaTeX where they are needed', async ({
  browser,
}) => {
  const owner = await createPerson(url, 'Lin Yue', 'en')
  const { documentId: id } = await createDocument(owner, { kind: 'spec', title: 'Housing' })
  const { page, complaints } = await openVisitor(browser, 'en')
  await signedIn(page, owner)
  const asked = addressesOf(page)
  let sockets = 0
  page.on('websocket', () => sockets++)
  // opened once and not reloaded: what an earlier load asks for late would be counted too
  await page.goto(`/documents/${id}`, { waitUntil: 'commit' })
  const text = page.getByRole('textbox', { name: wordsOf('en')('editor:text') })
  // looked for with every frame: a second later what was said meanwhile is asked for
  await page.waitForFunction(() => document.querySelector('.ProseMirror'), null, { polling: 'raf' })
  const late = /\/assets\/(katex|code-grammars|MathForm)-[^/]*\.js/
  expect(asked.filter((address) => late.test(address))).toEqual([])
  const once = [
    '/api/accounts/me',
    `/api/documents/${id}`,
    `/api/documents/${id}/text`,
    `/api/resources/${id}/threads`,
  ]
  const timesAsked = () => once.map((path) => asked.filter((address) => address === url + path).length)
  // the text is drawn before its room is entered: what is on its way by then is waited for
  await expect.poll(() => [...timesAsked(), sockets]).toEqual([1, 1, 1, 1, 1])

  await expect(text).toBeVisible()
  await text.click()
  await page.keyboard.type('```javascript ')
  await page.keyboard.type('const wall = 2.5')
  await expect(text.locator('pre .hljs-keyword')).toHaveText('const')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.type('$$x^2$$')
  await expect(text.locator('.katex').first()).toBeVisible()
  expect(asked.some((address) => late.test(address))).toBe(true)
  expect(sockets).toBe(1)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('the text is shown before its room is entered, and comes through the room when HTTP does not give it', async ({
  browser,
}) => {
  const owner = await createPerson(url, 'Lin Yue', 'en')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'spec' })
  const { page } = await openVisitor(browser, 'en')
  await signedIn(page, owner)
  await page.routeWebSocket(/\/api\/rooms\//, () => {})
  const text = page.getByRole('textbox', { name: wordsOf('en')('editor:text') })
  await page.goto(`/documents/${documentId}`)
  await expect(text.locator('h2').first()).toBeVisible()
  await expect(page.getByText(wordsOf('en')('sync:state.saved'), { exact: true })).toHaveCount(0)
  const shown = await text.textContent()
  await page.context().close()

  const { page: other } = await openVisitor(browser, 'en')
  await signedIn(other, owner)
  await other.route('**/text', (route) => route.abort())
  await other.goto(`/documents/${documentId}`)
  await expect(other.getByText(wordsOf('en')('sync:state.saved'), { exact: true })).toBeVisible()
  await expect(other.getByRole('textbox', { name: wordsOf('en')('editor:text') })).toHaveText(shown!)
  await other.context().close()
})

test('nothing that the content security policy forbids is tried', async ({ browser }) => {
  const owner = await createPerson(url, 'Lin Yue', 'en')
  const { documentId } = await createDocument(owner)
  const { page } = await openVisitor(browser, 'en')
  await signedIn(page, owner)
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      // oxlint-disable-next-line no-console -- what the test hears
      console.debug('forbidden', violatedDirective, blockedURI),
    )
  })
  const tried: string[] = []
  page.on('console', (message) => {
    if (message.text().startsWith('forbidden')) tried.push(message.text())
  })
  await page.goto(`/documents/${documentId}`)
  await expect(page.getByText(wordsOf('en')('sync:state.saved'), { exact: true })).toBeVisible()
  expect(tried).toEqual([])
  await page.context().close()
})

function addressesOf(page: Page): string[] {
  const addresses: string[] = []
  page.on('request', (request) => addresses.push(request.url()))
  return addresses
}
