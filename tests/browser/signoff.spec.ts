import { expect, test } from '@playwright/test'
import { locales } from '../../shared/accounts.ts'
import { runVerify, unpack } from './package-check.ts'
import { createAccount, expectUsable, openVisitor, password } from './visitor.ts'
import { wordsOf } from './wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: two people sign a revision, and its package is verified with openssl`, async ({
    browser,
  }, info) => {
    test.setTimeout(120_000)
    const owner = await openVisitor(browser, locale)
    const { page } = owner
    await page.goto('/create-account')
    await createAccount(page, locale, 'Lin Yue')
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

    const maker = await openVisitor(browser, locale, 390)
    await maker.page.goto(`/invite#${token}`)
    await createAccount(maker.page, locale, 'Chen Guo')
    await expect(maker.page.getByRole('heading', { level: 1, name: '大足台灯', exact: true })).toBeVisible()
    await maker.page.goto(`/projects/${projectId}/sign`)
    await expect(maker.page.getByText(t('signoff:empty.member'))).toBeVisible()
    await expectUsable(maker.page)

    await page.goto(`/projects/${projectId}/sign`)
    await page.getByRole('button', { name: t('signoff:putForward.action', { letter: 'A' }) }).click()
    await expectUsable(page)
    await page.getByRole('button', { name: t('signoff:putForward.submit'), exact: true }).click()

    const action = t('signoff:sign.action', { letter: 'A' })
    for (const { page: at } of [owner, maker]) {
      // the maker's page hears of the revision, and of the first signature, without a reload
      await at.getByRole('button', { name: action }).click()
      await at.getByLabel(t('signoff:sign.password'), { exact: true }).fill(password)
      await expectUsable(at)
      await at.getByRole('button', { name: t('signoff:sign.submit'), exact: true }).click()
      await expect(at.getByRole('dialog')).toBeHidden()
    }
    await expect(page.getByRole('img', { name: t('signoff:seal.both') }).first()).toBeVisible()
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
    expect(verified.stdout.match(/Signature Verified Successfully/g)).toHaveLength(3)
    expect([...owner.complaints, ...maker.complaints]).toEqual([])
  })
}
