import { readdir, readFile } from 'node:fs/promises'
import { join as joinPath } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { newId } from '../../../server/db/columns.ts'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson, join, type Person } from '../../helpers/people.ts'
import { until } from '../../helpers/until.ts'
import {
  begin,
  cardOf,
  chinese,
  comeIn,
  english,
  lines,
  makeGuestLink,
  meet,
  part,
  title,
} from '../../helpers/browser/three-people.ts'
import { expectUsable, openVisitor, signedIn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const url = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
const bell = (page: Page) => page.getByRole('banner').getByRole('button', { name: /^(Notices|通知)/ })

/** The token of the way out in the mail that somebody was sent; without a mail server it lies in the outbox. */
const tokenFor = ({ user }: Person) =>
  until('a mail', async () => {
    const folder = joinPath(process.env.COUNTERSIGN_DATA_DIR!, 'outbox')
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'))
    const mails = await Promise.all(names.map((name) => readFile(joinPath(folder, name), 'utf8')))
    const mail = mails.find((one) => one.includes(user.email))
    return mail && /\/unsubscribe\?token=([\w-]{32})>/.exec(mail)?.[1]
  })

test('the bell says who named me and leads to the point; its document is marked until then; all is read at once', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.editor
  const maker = meeting.reviewer.page
  await page.goto(`/projects/${meeting.projectId}`)
  await expect(bell(page)).toHaveAccessibleName(english('notify:bell'))

  await begin(maker, 'zh-CN', lines[1]!, '')
  const field = maker.getByRole('textbox', { name: chinese('review:compose.body') })
  await field.pressSequentially('请确认 @Lin')
  await maker.getByRole('option', { name: 'Lin Yue' }).click()
  await maker.getByRole('button', { name: chinese('review:compose.send') }).click()

  const dot = page.getByRole('img', { name: english('notify:unreadHere_one', { count: '1' }) })
  await expect(dot).toBeVisible()
  await expect(bell(page)).toHaveAccessibleName(english('notify:bellUnread_one', { count: '1' }))
  await bell(page).click()
  const list = page.getByRole('region', { name: english('notify:bell') })
  const notice = list.getByRole('link')
  await expect(notice).toContainText(english('notify:what.mention', { name: '王师傅', number: '1' }))
  await expect(notice).toContainText(title)
  await expectUsable(page)
  await notice.click()
  await expect(page).toHaveURL(new RegExp(`/documents/${meeting.documentId}\\?.*thread=`))
  await expect(cardOf(page, 'en', 1)).toContainText('请确认 @Lin Yue')
  await expect(bell(page)).toHaveAccessibleName(english('notify:bell'))

  await page.goto(`/projects/${meeting.projectId}`)
  await expect(page.getByRole('link', { name: title })).toBeVisible()
  await expect(dot).toHaveCount(0)
  for (const word of ['一', '二']) {
    const anchor = { type: 'project' }
    const raised = { id: newId(), commentId: newId(), anchor, body: word }
    await meeting.reviewer.person.post(`/api/projects/${meeting.projectId}/threads`, raised)
  }
  await expect(bell(page)).toHaveAccessibleName(english('notify:bellUnread_other', { count: '2' }))
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectUsable(page)
  await bell(page).click()
  await list.getByRole('button', { name: english('notify:readAll') }).click()
  await expect(bell(page)).toHaveAccessibleName(english('notify:bell'))
  await expect(list.getByRole('img', { name: english('notify:unread') })).toHaveCount(0)
  await part(meeting)
})

test('a guest is offered by @ in their document and hears of it, and is not offered on the whole project', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page } = meeting.editor
  const guest = await comeIn(browser, await makeGuestLink(meeting.editor, '模具厂'), '陈工')
  const field = page.getByRole('textbox', { name: english('review:compose.body') })
  const offered = (name: string) => page.getByRole('option', { name })
  await begin(page, 'en', lines[1]!, '')
  await field.pressSequentially('@陈')
  await offered('陈工').click()
  await page.getByRole('button', { name: english('review:compose.send') }).click()
  await expect(cardOf(page, 'en', 1)).toContainText('@陈工')
  await expect(bell(guest.page)).toHaveAccessibleName(chinese('notify:bellUnread_other', { count: '1' }))

  await page.getByRole('button', { name: english('review:raiseOnProject') }).click()
  await field.pressSequentially('@')
  await expect(offered('王师傅')).toBeVisible()
  await expect(offered('陈工')).toHaveCount(0)
  await part(meeting, guest)
})

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: how often one is mailed is kept, and the link in a mail ends it signed out`, async ({
    browser,
  }) => {
    const owner = await createPerson(url(), 'Lin Yue')
    const reader = await createPerson(url(), '王师傅', locale)
    const { projectId } = await createDocument(owner)
    await join(owner, reader, projectId, 'manufacture', 'reviewer')
    const must = { anchor: { type: 'project' }, body: 'Thin', severity: 'must' }
    await owner.post(`/api/projects/${projectId}/threads`, { id: newId(), commentId: newId(), ...must })

    const here = await openVisitor(browser, locale)
    await signedIn(here.page, reader)
    await here.page.goto('/settings')
    const choices = here.page.getByRole('radiogroup', { name: t('notify:mail.title') })
    await expect(choices.getByRole('radio', { name: t('notify:mail.choice.immediate') })).toBeChecked()
    const kept = here.page.waitForResponse((reply) => reply.request().method() === 'PUT')
    await choices.getByText(t('notify:mail.choice.digest')).click()
    expect((await kept).status()).toBe(200)
    await here.page.reload()
    await expect(choices.getByRole('radio', { name: t('notify:mail.choice.digest') })).toBeChecked()
    await expect(here.page.getByText(t('notify:mail.hint.digest'))).toBeVisible()

    const away = await openVisitor(browser, locale, 390)
    await away.page.goto(`/unsubscribe?token=${await tokenFor(reader)}`)
    await expect(away.page.getByRole('heading', { name: t('notify:mail.unsubscribe') })).toBeVisible()
    await expectUsable(away.page)
    await away.page.getByRole('button', { name: t('notify:mail.unsubscribeDo') }).click()
    await expect(away.page.getByRole('heading', { name: t('notify:mail.unsubscribed') })).toBeVisible()
    await here.page.reload()
    await expect(choices.getByRole('radio', { name: t('notify:mail.choice.off') })).toBeChecked()
    expect([...here.complaints, ...away.complaints]).toEqual([])

    await away.page.goto('/unsubscribe?token=somebody')
    await away.page.getByRole('button', { name: t('notify:mail.unsubscribeDo') }).click()
    await expect(away.page.getByRole('alert')).toHaveText(t('errors:unsubscribe_invalid'))
    await here.page.context().close()
    await away.page.context().close()
  })

  test(`${locale}: an owner adds a webhook, not within a network nor unsigned, and sees how a message went`, async ({
    browser,
  }) => {
    const owner = await createPerson(url(), 'Lin Yue', locale)
    const { projectId } = await createDocument(owner)
    const { page, complaints } = await openVisitor(browser, locale)
    await signedIn(page, owner)
    await page.goto(`/projects/${projectId}`)
    const section = page.getByRole('region', { name: t('notify:webhook.title') })
    await expect(section).toContainText(t('notify:mail.notSent'))
    await section.getByRole('button', { name: t('notify:webhook.add') }).click()
    const dialog = page.getByRole('dialog')
    const save = dialog.getByRole('button', { name: t('notify:webhook.save') })
    const address = dialog.getByRole('textbox', { name: t('notify:webhook.url') })
    await dialog.getByRole('combobox', { name: t('notify:webhook.kindLabel') }).click()
    await page.getByRole('option', { name: t('notify:webhook.kind.json') }).click()
    await address.fill('http://127.0.0.1/')
    await expect(dialog).toContainText(t('notify:webhook.secretHint.json'))
    await expect(save).toBeDisabled()
    await dialog.getByLabel(t('notify:webhook.secret')).fill('our-key')
    await save.click()
    await expect(address).toHaveAccessibleDescription(t('errors:webhook_address'))

    // no name ends in .invalid, so that nobody is sent anything
    await address.fill('https://robot.invalid/news?key=hidden')
    await expect(page.getByText(t('errors:webhook_address'))).toHaveCount(0)
    await save.click()
    await expect(dialog).toHaveCount(0)
    const row = section.getByRole('listitem').filter({ hasText: 'robot.invalid' })
    await expect(row).not.toContainText('hidden')
    await row.getByRole('button', { name: t('notify:webhook.try') }).click()
    const log = row.getByRole('list', { name: t('notify:webhook.log') })
    await expect(log).toContainText(t('notify:webhook.problem.unreachable'))
    await expectUsable(page)
    await row
      .getByRole('button', {
        name: t('notify:webhook.removeOne', { kind: t('notify:webhook.kind.json'), host: 'robot.invalid' }),
      })
      .click()
    await expect(row).toHaveCount(0)
    expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([])
    await page.context().close()
  })
}
