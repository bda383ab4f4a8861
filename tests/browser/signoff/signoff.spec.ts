import { randomBytes } from 'node:crypto'
import { expect, test, type Page } from '@playwright/test'
import { runVerify, unpack } from '../../helpers/browser/package-check.ts'
import { createAccount, expectUsable, openVisitor, password } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const linkTo = (page: Page, threadId: string) => page.locator(`a[href$="points?thread=${threadId}"]`)

/** How a revision shows that was put forward, by an older Countersign, while a point that must be settled was open. */
async function expectBlocked(
  page: Page,
  answer: Promise<{ thread: { id: string } }>,
  why: string,
  action: string,
): Promise<void> {
  const { thread } = await answer
  const frozen = '**/api/projects/*/revisions/*'
  await page.route(frozen, async (route) => {
    const response = await route.fetch()
    await route.fulfill({ response, json: { ...(await response.json()), threads: [thread] } })
  })
  await page.reload()
  await expect(page.getByText(why)).toBeVisible()
  await expect(linkTo(page, thread.id)).toBeVisible()
  await expect(page.getByRole('button', { name: action })).toBeDisabled()
  await expectUsable(page)
  await page.unroute(frozen)
  await page.reload()
}

const t = wordsOf('en')
const chinese = wordsOf('zh-CN')

test('two people sign a revision, one in each language, and its package is verified with openssl', async ({
  browser,
}, info) => {
  test.setTimeout(120_000)
  const owner = await openVisitor(browser, 'en')
  const { page } = owner
  await page.goto('/create-account')
  await createAccount(page, 'en', 'Lin Yue')
  await page.getByRole('button', { name: t('projects:new.title') }).waitFor()
  const api = page.context().request
  const headers = { origin: new URL(page.url()).origin }
  const made = await api.post('/api/projects', { headers, data: { name: '大足台灯' } })
  const { id: projectId } = await made.json()
  const path = `/api/projects/${projectId}`
  const spec = { kind: 'spec', title: '规格书', template: 'spec' }
  expect((await api.post(`${path}/documents`, { headers, data: spec })).status()).toBe(201)
  const invited = await api.post(`${path}/invites`, {
    headers,
    data: { side: 'manufacture', role: 'reviewer' },
  })
  const { token } = await invited.json()

  const maker = await openVisitor(browser, 'zh-CN', 390)
  await maker.page.goto(`/invite#${token}`)
  await createAccount(maker.page, 'zh-CN', 'Chen Guo')
  await expect(maker.page.getByRole('heading', { level: 1, name: '大足台灯', exact: true })).toBeVisible()
  await maker.page.goto(`/projects/${projectId}/sign`)
  await expect(maker.page.getByText(chinese('signoff:empty.member'))).toBeVisible()
  await expectUsable(maker.page)

  // a point that must be settled stands in the way until who raised it settles it
  const [id, commentId] = [randomBytes(16), randomBytes(16)].map((bytes) => bytes.toString('base64url'))
  const thread = { id, commentId, anchor: { type: 'project' }, body: '壁厚太薄', severity: 'must' }
  const theirs = maker.page.context().request
  const raised = await theirs.post(`${path}/threads`, { headers, data: thread })
  expect(raised.status()).toBe(201)
  await page.goto(`/projects/${projectId}/sign`)
  await page.getByRole('button', { name: t('signoff:putForward.action', { letter: 'A' }) }).click()
  const submit = page.getByRole('button', { name: t('signoff:putForward.submit'), exact: true })
  await expect(page.getByText(t('signoff:must.putForward'))).toBeVisible()
  await expect(linkTo(page, id!)).toContainText('#1 壁厚太薄')
  await expect(submit).toBeDisabled()
  await expectUsable(page)
  // what is half written is there again for who looks at the point first, and after a reload
  const changed = page.getByRole('textbox', { name: t('signoff:putForward.description') })
  await changed.fill('壁厚 2.8 mm')
  await linkTo(page, id!).click()
  await expect(page).toHaveURL(/\/points/)
  await expect(changed).toHaveCount(0)
  await page.goBack()
  await page.getByRole('button', { name: t('signoff:putForward.action', { letter: 'A' }) }).click()
  await expect(changed).toHaveValue('壁厚 2.8 mm')
  await page.reload()
  await page.getByRole('button', { name: t('signoff:putForward.action', { letter: 'A' }) }).click()
  await expect(changed).toHaveValue('壁厚 2.8 mm')
  await theirs.patch(`${path}/threads/${id}`, { headers, data: { state: 'settled' } })
  await expect(linkTo(page, id!)).toHaveCount(0)
  await submit.click()

  const action = t('signoff:sign.action', { letter: 'A' })
  await expect(page.getByRole('button', { name: action })).toBeEnabled()
  await expectBlocked(page, raised.json(), t('signoff:must.sign'), action)
  // the project's own page is open meanwhile, and shows how its latest revision stands
  const overview = await page.context().newPage()
  await overview.goto(`/projects/${projectId}`)
  await expect(overview.getByRole('img', { name: t('signoff:seal.none') })).toBeVisible()
  for (const [at, their] of [
    [page, t],
    [maker.page, chinese],
  ] as const) {
    // the maker's page hears of the revision, and of the first signature, without a reload
    await at.getByRole('button', { name: their('signoff:sign.action', { letter: 'A' }) }).click()
    await at.getByLabel(their('signoff:sign.password'), { exact: true }).fill(password)
    await expectUsable(at)
    await at.getByRole('button', { name: their('signoff:sign.submit'), exact: true }).click()
    await expect(at.getByRole('dialog')).toBeHidden()
    // after the first signature the project's page says who has signed and who is awaited
    if (at === page) await expect(overview.getByText(t('signoff:seal.design'))).toBeVisible()
  }
  const told = (state: string) => maker.page.getByText(chinese(`signoff:sign.${state}`, { letter: 'A' }))
  await expect(told('sealing').or(told('sealed'))).toBeVisible()
  await expect(page.getByRole('img', { name: t('signoff:seal.both') }).first()).toBeVisible()
  await expect(overview.getByRole('img', { name: t('signoff:seal.both') })).toBeVisible()
  await expect(overview.getByText(t('signoff:state.signed'))).toBeVisible({ timeout: 60_000 })
  await overview.close()
  await expectUsable(page)
  await expectUsable(maker.page)

  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: t('signoff:download.package') }).click()
  const archive = info.outputPath('package.zip')
  await (await downloading).saveAs(archive)
  const place = info.outputPath('unpacked')
  unpack(archive, place)
  const verified = runVerify(place)
  expect(verified.stderr).toBe('')
  expect(verified.status).toBe(0)
  expect(verified.stdout).toMatch(/^VERDICT: OK/m)
  expect([...owner.complaints, ...maker.complaints]).toEqual([])
})
