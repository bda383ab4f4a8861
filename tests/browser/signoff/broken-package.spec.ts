import { createHash } from 'node:crypto'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import { openSignedProject } from '../../helpers/browser/signed-project.ts'
import { expectUsable } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: a package that is gone from the disk is told to an open page, and that it is back`, async ({
    browser,
  }) => {
    test.setTimeout(120_000)
    const { owner, maker, projectId, path, revisionId } = await openSignedProject(browser, locale)
    const { page } = owner
    await page.goto(`/projects/${projectId}/sign`)
    await expect(page.getByRole('img', { name: t('signoff:seal.both') }).first()).toBeVisible()
    await expect(page.getByRole('link', { name: t('signoff:download.package') })).toBeVisible()

    const get = (address: string) => maker.page.context().request.get(address)
    const download = () => get(`${path}/revisions/${revisionId}/package.zip`)
    const sha256 = createHash('sha256')
      .update(await (await download()).body())
      .digest('hex')
    const folder = join(process.env.COUNTERSIGN_DATA_DIR!, 'files', sha256.slice(0, 2), sha256.slice(2, 4))
    const file = join(folder, sha256)
    renameSync(file, `${file}-away`)
    // somebody else wants it, which this page hears of
    expect((await download()).status()).toBe(409)
    const alert = page.getByRole('alert').filter({ hasText: t('signoff:broken.title', { letter: 'A' }) })
    await expect(alert).toContainText(t('signoff:flaw.package_file_missing'))
    await expect(alert).toContainText(t('signoff:broken.doPackage'))
    await expect(page.getByRole('img', { name: t('signoff:broken.seal') }).first()).toBeVisible()
    await expect(page.getByRole('navigation').getByText(t('signoff:broken.state'))).toBeVisible()
    await expect(page.getByRole('link', { name: t('signoff:download.package') })).toHaveCount(0)
    await expectUsable(page)

    renameSync(`${file}-away`, file)
    await expect
      .poll(async () => (await (await get(`${path}/revisions`)).json()).revisions[0].integrity)
      .toBe('ok')
    await expect(alert).toHaveCount(0)
    await expect(page.getByRole('img', { name: t('signoff:seal.both') }).first()).toBeVisible()
    await expect(page.getByRole('link', { name: t('signoff:download.package') })).toBeVisible()
    expect(owner.complaints).toEqual([])
  })
}
