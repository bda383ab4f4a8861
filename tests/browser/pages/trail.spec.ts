import { expect, test } from '@playwright/test'
import { randomBytes } from 'node:crypto'
import { locales } from '../../../shared/accounts.ts'
import { createDocument, createPerson, join, password } from '../../helpers/people.ts'
import { expectUsable, openVisitor, signedIn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const clientId = () => randomBytes(16).toString('base64url')

for (const locale of locales) {
  const t = wordsOf(locale)

  test(`${locale}: who did what is read on a phone, led to its place, checked and taken away`, async ({
    browser,
  }) => {
    const url = process.env.COUNTERSIGN_URL!
    const owner = await createPerson(url, '林月', locale)
    const maker = await createPerson(url, 'Zhou Zhu', locale)
    const spec = { kind: 'spec', title: '台灯规格书', template: 'spec' } as const
    const { projectId, documentId } = await createDocument(owner, spec)
    const path = `/api/projects/${projectId}`
    await join(owner, maker, projectId, 'manufacture', 'reviewer')
    const id = clientId()
    const thread = { id, commentId: clientId(), anchor: { type: 'project' }, body: '壁厚?', severity: 'must' }
    await maker.post(`${path}/threads`, thread)
    await owner.post(`${path}/threads/${id}/comments`, { id: clientId(), body: '2.5 mm' })
    await maker.ask('PATCH', `${path}/threads/${id}`, { state: 'settled' })
    await owner.ask('PATCH', `${path}/members/${maker.user.id}`, { role: 'editor' })
    await owner.ask('PATCH', `/api/documents/${documentId}`, { title: 'L1' })
    const made = await owner.post<{ revision: { id: string } }>(`${path}/revisions`, { description: '' })
    await owner.post(`${path}/revisions/${made.revision.id}/signatures`, { password })

    const { page, complaints } = await openVisitor(browser, locale, 390)
    await signedIn(page, owner)
    await page.goto(`/projects/${projectId}`)
    await page.getByRole('link', { name: t('trail:go') }).click()
    await expect(page.getByText(t('trail:whole_other', { count: '11' }))).toBeVisible()
    await expectUsable(page)

    const [lin, zhou] = ['林月', 'Zhou Zhu']
    const done: [string, Record<string, string>][] = [
      ['revision.signed', { name: lin, letter: 'A' }],
      ['revision.put_forward', { name: lin, letter: 'A' }],
      ['document.renamed', { name: lin, document: 'L1' }],
      ['member.changed', { name: lin, person: zhou }],
      ['thread.settled', { name: zhou, number: '1' }],
      ['comment.added', { name: lin, number: '1' }],
      ['thread.raised', { name: zhou, number: '1' }],
      ['member.joined', { name: zhou }],
      ['invite.made', { name: lin }],
      ['document.created', { name: lin, document: '台灯规格书' }],
    ]
    const lines = page.getByRole('main').getByRole('listitem')
    const told = done.map(([what, values]) => t(`trail:what.${what}`, values))
    await expect(lines).toContainText([
      ...told,
      t('trail:what.project.created', { name: lin, project: 'Dazu lamp' }),
    ])
    const field = t('trail:field.role')
    const role = { field, from: t('ui:role.reviewer'), to: t('ui:role.editor') }
    await expect(lines.nth(3)).toContainText(t('trail:change', role))
    await expect(page.getByText(t('trail:begin'))).toBeVisible()

    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: t('trail:download') }).click()
    expect((await downloading).suggestedFilename()).toBe('trail.jsonl')

    // what another does stands there without a reload
    const another = { ...thread, id: clientId(), commentId: clientId() }
    await maker.post(`${path}/threads`, another)
    await expect(lines.first()).toContainText(t('trail:what.thread.raised', { name: zhou, number: '2' }))

    // a chain that does not hold is said, with what to do
    const head = { entries: 12, hash: '0'.repeat(64) }
    await page.route('**/trail/check', (route) => route.fulfill({ json: { head, brokenAt: 3 } }))
    await page.getByRole('button', { name: t('trail:checkAgain') }).click()
    await expect(page.getByText(t('trail:broken', { number: '3' }))).toBeVisible()
    await expect(page.getByText(t('trail:brokenText'))).toBeVisible()
    await expectUsable(page)

    await page.getByRole('link', { name: told[4] }).click()
    await expect(page).toHaveURL(new RegExp(`points\\?thread=${id}`))
    expect(complaints).toEqual([])
  })
}

test('a long trail is read page by page; the palette leads to it', async ({ browser }) => {
  const t = wordsOf('en')
  const url = process.env.COUNTERSIGN_URL!
  const owner = await createPerson(url, 'Lin Yue')
  const { id } = await owner.post<{ id: string }>('/api/projects/sample', { locale: 'en' })
  for (let count = 0; count < 70; count++) {
    const said = { id: clientId(), commentId: clientId(), anchor: { type: 'project' }, body: 'Wall?' }
    await owner.post(`/api/projects/${id}/threads`, said)
  }
  const { page, complaints } = await openVisitor(browser, 'en')
  await signedIn(page, owner)
  await page.goto(`/projects/${id}`)
  await expect(page.getByRole('link', { name: t('trail:go') })).toBeVisible()
  await page.keyboard.press('Control+k')
  await page.getByRole('textbox', { name: t('ui:palette.placeholder') }).fill('trail')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/trail$/)
  const lines = page.getByRole('main').getByRole('listitem')
  // the page before has a heading too
  await expect(lines).toHaveCount(54)
  await expectUsable(page)
  await page.getByRole('button', { name: t('trail:more') }).click()
  await expect(lines.last()).toContainText('created the project')
  await expectUsable(page)
  expect(complaints).toEqual([])
})
