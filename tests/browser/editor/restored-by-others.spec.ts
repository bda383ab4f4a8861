import { expect, test } from '@playwright/test'
import { close, expectSaved, openAs, textOf } from '../../helpers/browser/editor-people.ts'
import { press } from '../../helpers/browser/select-words.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'
import { createDocument, createPerson, join } from '../../helpers/people.ts'

const english = wordsOf('en')
const chinese = wordsOf('zh-CN')

test('who is writing while another restores a version is told who did, and opens the one version that holds all that stood before', async ({
  browser,
  baseURL,
}) => {
  const owner = await createPerson(baseURL!, 'Anna Berg')
  const guest = await createPerson(baseURL!, '李伟', 'zh-CN')
  const { projectId, documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp' })
  await join(owner, guest, projectId, 'manufacture', 'editor')
  const anna = await openAs(browser, owner, documentId)
  const li = await openAs(browser, guest, documentId)
  await textOf(anna.page).click()
  await anna.page.keyboard.type('As it was sent')
  await expectSaved(anna.page)
  await owner.post(`/api/documents/${documentId}/versions`, { name: 'Sent' })
  await anna.page.getByRole('tab', { name: english('history:versions') }).click()
  await anna.page
    .getByRole('button', { name: english('history:look', { number: '1', name: 'Sent' }) })
    .click()

  await textOf(li.page).getByText('As it was sent').click()
  await press(li.page, 'End')
  let isWriting = true
  const writing = (async () => {
    for (let word = 1; isWriting; word++) await li.page.keyboard.type(` w${word}`, { delay: 15 })
  })()
  await expect(textOf(li.page)).toContainText('w3')
  const restore = { name: english('history:restore'), exact: true }
  await anna.page.getByRole('button', restore).click()
  await anna.page.getByRole('dialog').getByRole('button', restore).click()
  const told = chinese('history:restoredBy', { person: 'Anna Berg', number: '1', name: 'Sent', kept: '2' })
  await expect(li.page.getByText(told)).toBeVisible()
  isWriting = false
  await writing

  await expect(anna.page.getByText(english('history:restored', { number: '1' }))).toBeVisible()
  await expect(anna.page.getByText('Anna Berg restored')).toHaveCount(0)
  const { versions } = await owner.get<{ versions: { name: string }[] }>(
    `/api/documents/${documentId}/versions`,
  )
  expect(versions.map(({ name }) => name)).toEqual(['Before restoring version 1', 'Sent'])
  await li.page.getByRole('button', { name: chinese('history:open', { number: '2' }) }).click()
  await expect(
    li.page.getByText(chinese('history:shown', { number: '2', name: 'Before restoring version 1' })),
  ).toBeVisible()
  await expect(li.page.getByText(told)).toHaveCount(0)
  await expect(textOf(li.page).filter({ visible: true })).toContainText('As it was sent w1 w2 w3')
  await close(anna, li)
})

for (const isReloaded of [false, true]) {
  test(`who was away at a restore is told when they are back, ${isReloaded ? 'by a reload' : 'in the same page'}, and not again`, async ({
    browser,
    baseURL,
  }) => {
    const owner = await createPerson(baseURL!, 'Anna Berg')
    const guest = await createPerson(baseURL!, '李伟', 'zh-CN')
    const { projectId, documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp' })
    await join(owner, guest, projectId, 'manufacture', 'editor')
    const anna = await openAs(browser, owner, documentId)
    await textOf(anna.page).click()
    await anna.page.keyboard.type('As it was sent')
    await expectSaved(anna.page)
    const versions = `/api/documents/${documentId}/versions`
    const { version } = await owner.post<{ version: { id: string } }>(versions, { name: 'Sent' })
    await anna.page.keyboard.type(', and more')
    await expectSaved(anna.page)
    const li = await openAs(browser, guest, documentId)
    await expect(textOf(li.page)).toContainText('As it was sent, and more')
    const saved = li.page.getByRole('status').filter({ hasText: chinese('sync:state.saved') })
    await expect(saved).toBeVisible()
    const address = li.page.url()
    if (isReloaded) await li.page.goto('/')
    else await li.page.context().setOffline(true)
    if (!isReloaded) await expect(saved).toBeHidden()
    await owner.ask('POST', `${versions}/${version.id}/restore`)
    await expect(textOf(anna.page)).not.toContainText('and more')
    if (isReloaded) await li.page.goto(address)
    else await li.page.context().setOffline(false)
    const told = chinese('history:restoredBy', { person: 'Anna Berg', number: '1', name: 'Sent', kept: '2' })
    await expect(li.page.getByText(told)).toBeVisible()
    await li.page.getByRole('button', { name: chinese('history:open', { number: '2' }) }).click()
    await expect(textOf(li.page).filter({ visible: true })).toContainText('As it was sent, and more')

    await li.page.goto(address)
    await expect(saved).toBeVisible()
    await expect(li.page.getByText(told)).toHaveCount(0)
    await expect(anna.page.getByText('Anna Berg restored')).toHaveCount(0)
    li.complaints.splice(0)
    await close(anna, li)
  })
}
