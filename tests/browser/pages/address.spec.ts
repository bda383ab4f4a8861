import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { openMailServer } from '../../helpers/notify/mail-server.ts'
import { until } from '../../helpers/until.ts'
import { createAccount, expectUsable, openVisitor, password } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

/** A server of its own, as the others send no mail. */
// in one worker: they share a server of their own
test.describe.configure({ mode: 'default' })

let mail: Awaited<ReturnType<typeof openMailServer>>
let server: ChildProcess
let dataDir: string, url: string
test.beforeAll(async () => {
  mail = await openMailServer()
  dataDir = mkdtempSync(join(tmpdir(), 'countersign-mail-'))
  server = spawn(process.execPath, ['dist/server/main.js'], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, LANG: 'C', LC_ALL: 'C', PORT: '0', DATA_DIR: dataDir, SMTP_URL: mail.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let said = ''
  server.stdout!.on('data', (chunk: Buffer) => (said += chunk.toString()))
  url = await until('the server to say its address', () => /http:\/\/\S+/.exec(said)?.[0], 60)
})
test.afterAll(async () => {
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  server.kill('SIGTERM')
  await ended
  await mail.close()
  rmSync(dataDir, { recursive: true, force: true })
})

for (const locale of ['en', 'zh-CN'] as const) {
  const t = wordsOf(locale)

  test(`${locale}: an address is confirmed by the link in its mail, on a device where nobody is signed in`, async ({
    browser,
  }) => {
    const { page, complaints } = await openVisitor(browser, locale)
    await page.goto(`${url}/create-account`)
    const email = await createAccount(page, locale, 'Lin Yue')
    const bar = page.getByRole('complementary', { name: t('accounts:address.title') })
    await expect(bar).toContainText(t('accounts:address.asked', { email }))
    await expectUsable(page)
    await page.goto(`${url}/settings`)
    await expect(page.getByRole('status').filter({ hasText: email })).toContainText(
      t('accounts:address.asked', { email }),
    )
    await expectUsable(page)

    const sent = await until('the mail', () => mail.to(email)[0])
    const link = /http\S+\/confirm-email#\S+/.exec(sent.text)![0]
    const phone = await openVisitor(browser, locale, 390)
    await phone.page.goto(link)
    await expect(phone.page.getByText(t('accounts:address.lead', { email }))).toBeVisible()
    await expectUsable(phone.page)
    await phone.page.getByRole('textbox', { name: t('accounts:password'), exact: true }).fill('not this one')
    await phone.page.getByRole('button', { name: t('accounts:address.confirm'), exact: true }).click()
    await expect(phone.page.getByRole('alert')).toHaveText(t('errors:wrong_credentials'))
    await phone.page.getByRole('textbox', { name: t('accounts:password'), exact: true }).fill(password)
    await phone.page.getByRole('button', { name: t('accounts:address.confirm'), exact: true }).click()
    await expect(phone.page.getByRole('status').filter({ hasText: email })).toHaveText(
      t('accounts:address.confirmed', { email }),
    )

    await page.reload()
    await expect(page.getByRole('status').filter({ hasText: email })).toHaveText(
      t('accounts:address.confirmed', { email }),
    )
    await expect(bar).toHaveCount(0)
    await page.goto(link)
    await expect(page.getByRole('alert')).toHaveText(t('errors:confirmation_used'))
    expect(complaints.filter((text) => !text.includes('status of 410'))).toEqual([])
  })
}
