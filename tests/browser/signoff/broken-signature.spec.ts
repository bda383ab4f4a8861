import { expect, test } from '@playwright/test'
import pg from 'pg'
import { embeddedConnection } from '../../../server/db/embedded-postgres.ts'
import { locales } from '../../../shared/accounts.ts'
import { openPutForward, openSignedProject } from '../../helpers/browser/signed-project.ts'
import { expectUsable } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

/** As somebody who has the whole database: the server's own, as its owner. */
async function inDatabase(statements: string): Promise<void> {
  const client = new pg.Client(embeddedConnection(process.env.COUNTERSIGN_DATA_DIR!))
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: a changed signature is shown as broken, in the list, on the page and in the bell`, async ({
    browser,
  }) => {
    test.setTimeout(120_000)
    const { owner, projectId, revisionId } = await openSignedProject(browser, locale)
    const { page } = owner
    await page.goto(`/projects/${projectId}/sign`)
    await expect(page.getByRole('img', { name: t('signoff:seal.both') }).first()).toBeVisible()
    await expect(page.getByText(t('signoff:signIn.unconfirmed')).first()).toBeVisible()
    await inDatabase(`
      alter table signatures disable trigger user;
      update signatures set name = 'Wang' where revision_id = '${revisionId}' and side = 'manufacture';
      alter table signatures enable trigger user`)
    await page.reload()
    const alert = page.getByRole('alert').filter({ hasText: t('signoff:broken.title', { letter: 'A' }) })
    await expect(alert).toBeVisible()
    await expect(alert).toContainText(t('signoff:flaw.statement_foreign'))
    await expect(page.getByRole('img', { name: t('signoff:broken.seal') }).first()).toBeVisible()
    await expect(page.getByRole('navigation').getByText(t('signoff:broken.state'))).toBeVisible()
    await expect(page.getByText(t('signoff:broken.card')).first()).toBeVisible()
    await expect(page.getByRole('img', { name: t('signoff:seal.both') })).toHaveCount(0)
    await expect(page.getByRole('link', { name: t('signoff:download.package') })).toHaveCount(0)
    await expectUsable(page)
    await page.getByRole('button', { name: new RegExp(`^${t('notify:bell')}`) }).click()
    await expect(page.getByText(t('notify:revisionBroken', { letter: 'A' })).first()).toBeVisible()
    await expectUsable(page)

    // deleted as a whole: told from the trail, and nothing is put forward in its place
    await inDatabase(`
      alter table revisions disable trigger user;
      alter table signatures disable trigger user;
      delete from revisions where id = '${revisionId}';
      alter table revisions enable trigger user;
      alter table signatures enable trigger user`)
    await page.goto(`/projects/${projectId}/sign`)
    await expect(alert).toContainText(t('signoff:flaw.revision_missing'))
    await expect(alert).toContainText(t('signoff:broken.doMissing'))
    await expect(page.getByRole('navigation').getByText(t('signoff:broken.state'))).toBeVisible()
    await expect(page.getByText(t('signoff:broken.content'))).toBeVisible()
    const putForward = t('signoff:putForward.action', { letter: 'B' })
    await expect(page.getByRole('button', { name: putForward, exact: true })).toHaveCount(0)
    await expectUsable(page)
    expect(owner.complaints).toEqual([])
  })

  test(`${locale}: a signature whose signer was removed before the last one no longer counts, and says so`, async ({
    browser,
  }) => {
    const { owner, maker, sign, projectId, path } = await openPutForward(browser, locale)
    const { page } = owner
    await sign(maker)
    await page.goto(`/projects/${projectId}/sign`)
    const action = page.getByRole('button', { name: t('signoff:sign.action', { letter: 'A' }) })
    await expect(action).toBeVisible()
    const request = page.context().request
    const { members } = await (await request.get(path)).json()
    const { userId, name } = members.find((one: { side: string }) => one.side === 'manufacture')
    const headers = { origin: new URL(page.url()).origin }
    expect((await request.delete(`${path}/members/${userId}`, { headers })).status()).toBe(204)
    // the open page is told of it
    await expect(page.getByText(t('errors:signature_lapsed', { name }))).toBeVisible()
    await expect(page.getByText(t('signoff:void'), { exact: true })).toBeVisible()
    await expect(action).toHaveCount(0)
    await expectUsable(page)
    await page.setViewportSize({ width: 390, height: 800 })
    await expectUsable(page)
    await page.screenshot({ path: test.info().outputPath('lapsed.png') })
    await expect(page.getByRole('button', { name: t('signoff:withdraw.action') })).toBeVisible()
  })
}
