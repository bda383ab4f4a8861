import { expect, test, type Browser, type Page } from '@playwright/test'
import { locales, type Locale } from '../../../shared/accounts.ts'
import { createDocument, createPerson, join, type Person } from '../../helpers/people.ts'
import { makeDataDir, startApp, steadyPort } from '../../helpers/process/app-process.ts'
import { openVisitor, password, signedIn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const text = (page: Page) => page.locator('.ProseMirror')
const saveState = (page: Page) => page.getByRole('banner').getByRole('status')

/** A browser in which `person` is signed in and reads `locale`, at a document whose text is there and saved. */
async function open(browser: Browser, locale: Locale, person: Person, documentId: string): Promise<Page> {
  const { page } = await openVisitor(browser, locale)
  await signedIn(page, person)
  await page.goto(`${person.url}/documents/${documentId}`)
  await expect(text(page)).toBeVisible()
  await expect(saveState(page)).toHaveText(wordsOf(locale)('sync:state.saved'))
  return page
}

const hereAndNow = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: an invitation that is wrong, expired or used, a taken address and an unknown document say so in words`, async ({
    browser,
  }) => {
    const url = hereAndNow()
    const owner = await createPerson(url, 'Lin Yue', locale)
    const guest = await createPerson(url, '李伟', locale)
    const { id } = await owner.post<{ id: string }>('/api/projects', { name: 'DZ-27' })
    const invitation = { side: 'manufacture', role: 'editor' }
    const { token } = await owner.post<{ token: string }>(`/api/projects/${id}/invites`, invitation)
    await guest.post('/api/invites/accept', { token })

    const { page } = await openVisitor(browser, locale)
    await page.goto(`/invite#${token}`)
    await expect(page.getByRole('alert')).toHaveText(t('errors:invite_used'))
    // as a chat program makes it of a link, and as a mail cuts one
    await page.goto(`/invite%23${token}%E3%80%82`)
    await expect(page.getByRole('alert')).toHaveText(t('errors:invite_used'))
    await page.goto(`/invite#${token.slice(0, 30)}`)
    await expect(page.getByRole('alert')).toHaveText(t('ui:linkCut'))
    await page.goto(`/invite#${'nothing-of-ours-'.repeat(3).slice(0, 43)}`)
    await expect(page.getByRole('alert')).toHaveText(t('errors:invite_invalid'))

    // an invitation lives for a day at least: what the server says of an expired one is said to the page here
    const fresh = await owner.post<{ token: string }>(`/api/projects/${id}/invites`, invitation)
    await page.route('**/api/invites/look', (route) =>
      route.fulfill({
        status: 410,
        json: { error: { code: 'invite_expired', params: {}, requestId: 'test' } },
      }),
    )
    await page.goto('/create-account')
    await page.goto(`/invite#${fresh.token}`)
    await expect(page.getByRole('alert')).toHaveText(t('errors:invite_expired'))

    await page.goto('/create-account')
    await page.getByRole('textbox', { name: t('accounts:name'), exact: true }).fill('Somebody')
    await page
      .getByRole('textbox', { name: t('accounts:email'), exact: true })
      .fill(guest.user.email.toUpperCase())
    await page.getByRole('textbox', { name: t('accounts:password'), exact: true }).fill(password)
    await page.getByRole('button', { name: t('accounts:createAccount') }).click()
    await expect(page.getByText(t('errors:email_taken'))).toBeVisible()

    await signedIn(page, guest)
    await page.goto('/documents/AAAAAAAAAAAAAAAAAAAAAA')
    await expect(page.getByRole('alert')).toContainText(t('errors:not_found'))
    await page.context().close()
  })

  test(`${locale}: a picture of 200 MB, a renamed file and a dropped text are refused in words, and the text stays`, async ({
    browser,
  }) => {
    const owner = await createPerson(hereAndNow(), 'Lin Yue', locale)
    const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
    const page = await open(browser, locale, owner, documentId)
    await text(page).click()
    await page.keyboard.type('Housing')
    const give = (kind: 'paste' | 'drop', name: string, type: string, bytes: number) =>
      text(page).evaluate(
        (element, file) => {
          const data = new DataTransfer()
          data.items.add(new File([new Uint8Array(file.bytes)], file.name, { type: file.type }))
          const { left, top } = element.querySelector('p')!.getBoundingClientRect()
          const common = { bubbles: true, cancelable: true }
          const event =
            file.kind === 'paste'
              ? new ClipboardEvent('paste', { ...common, clipboardData: data })
              : new DragEvent('drop', { ...common, dataTransfer: data, clientX: left + 2, clientY: top + 2 })
          element.dispatchEvent(event)
          // what nobody took, the browser opens in place of the page
          return event.defaultPrevented
        },
        { kind, name, type, bytes },
      )
    await give('paste', 'photo.png', 'image/png', 200 * 1_048_576)
    await expect(page.getByText(t('errors:file_too_large'))).toBeVisible()
    await give('paste', 'notes.png', 'image/png', 300)
    await expect(page.getByText(t('errors:file_type_mismatch'))).toBeVisible()
    expect(await give('drop', 'notes.txt', 'text/plain', 300), 'the page stays').toBe(true)
    await expect(page.getByText(t('errors:file_type_unsupported'))).toBeVisible()
    await expect(text(page)).toHaveText('Housing')
    await expect(text(page).locator('img')).toHaveCount(0)
    await page.context().close()
  })

  test(`${locale}: who is removed while writing reads why, and keeps the words on this device`, async ({
    browser,
  }) => {
    const owner = await createPerson(hereAndNow(), 'Lin Yue', locale)
    const guest = await createPerson(hereAndNow(), '李伟', locale)
    const { projectId, documentId } = await createDocument(owner, {
      kind: 'spec',
      title: 'Lamp',
      template: 'blank',
    })
    await join(owner, guest, projectId, 'manufacture', 'editor')
    const page = await open(browser, locale, guest, documentId)
    await text(page).click()
    await page.keyboard.type('Read by all. ')
    await expect(saveState(page)).toHaveText(t('sync:state.saved'))
    await page.context().setOffline(true)
    await expect(saveState(page)).toHaveText(t('sync:reconnecting'))
    await page.keyboard.type('Mine')
    await owner.ask('DELETE', `/api/projects/${projectId}/members/${guest.user.id}`)
    await page.context().setOffline(false)
    await expect(page.getByRole('alert').filter({ hasText: t('errors:not_found') })).toBeVisible()
    // their own words alone: the document is not open to them any more
    await expect(text(page)).toHaveCount(0)
    const kept = page.getByRole('region', { name: t('sync:left.title') })
    await expect(kept.locator('pre')).toHaveText('Mine')
    await expect(kept.getByRole('button', { name: t('sync:left.download') })).toBeVisible()
    await page.context().close()
  })
}

test('a removed member with an open editor reads so at once', async ({ browser }) => {
  const t = wordsOf('en')
  const owner = await createPerson(hereAndNow(), 'Lin Yue')
  const guest = await createPerson(hereAndNow(), '李伟')
  const { projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'spec',
  })
  await join(owner, guest, projectId, 'manufacture', 'editor')
  const page = await open(browser, 'en', guest, documentId)
  await owner.ask('DELETE', `/api/projects/${projectId}/members/${guest.user.id}`)
  await expect(page.getByText(t('errors:access_ended')).first()).toBeVisible()
  await page.context().close()
})

test('a server that is killed while somebody writes loses nothing, and nothing is called saved meanwhile', async ({
  browser,
}) => {
  test.setTimeout(120_000)
  const t = wordsOf('zh-CN')
  const dataDir = makeDataDir()
  const first = startApp({ PORT: steadyPort, DATA_DIR: dataDir })
  const url = (await first.ready()).replace(/\/$/, '')
  const owner = await createPerson(url, '林月', 'zh-CN')
  const { documentId } = await createDocument(owner, { kind: 'spec', title: '台灯', template: 'blank' })
  const page = await open(browser, 'zh-CN', owner, documentId)
  await text(page).click()
  const lines = Array.from({ length: 40 }, (_, at) => `第${at}条;`).join('')
  const typing = page.keyboard.type(lines, { delay: 25 })
  await expect(text(page)).toContainText('第9条;')
  await first.end('SIGKILL')
  await typing
  await expect(saveState(page)).toHaveText(/^离线：\d+ 处修改已存于本机$/)

  const second = startApp({ PORT: steadyPort, DATA_DIR: dataDir })
  await second.ready()
  await expect(saveState(page)).toHaveText(t('sync:state.saved'), { timeout: 20_000 })
  await expect(text(page)).toHaveText(lines)
  const again = await open(browser, 'zh-CN', owner, documentId)
  await expect(text(again)).toHaveText(lines)
  await page.context().close()
  await again.context().close()
  await second.end('SIGTERM')
})
