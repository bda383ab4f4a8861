import { readFileSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { locales } from '../../../shared/accounts.ts'
import type { Phase, Role } from '../../../shared/permissions.ts'
import { createDocument, createPerson, join } from '../../helpers/people.ts'
import { openAs, textOf } from '../../helpers/browser/editor-people.ts'
import { holdRoomDoor } from '../../helpers/browser/held-replies.ts'
import { expectUsable } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const url = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
const saveState = (page: Page) => page.getByRole('banner').getByRole('status')

for (const locale of locales) {
  const t = wordsOf(locale)

  /** 李伟, an editor in Lin Yue's project, with the document open; `role` and `remove` are what she does with him. */
  const meet = async (browser: Parameters<typeof openAs>[0]) => {
    const owner = await createPerson(url(), 'Lin Yue', locale)
    const guest = await createPerson(url(), '李伟', locale)
    const { projectId, documentId } = await createDocument(owner, {
      kind: 'spec',
      title: 'Lamp',
      template: 'blank',
    })
    await join(owner, guest, projectId, 'manufacture', 'editor')
    const { page } = await openAs(browser, guest, documentId, { locale })
    await textOf(page).click()
    await page.keyboard.type('Read by all. ')
    await expect(saveState(page)).toHaveText(t('sync:state.saved'))
    const member = `/api/projects/${projectId}/members/${guest.user.id}`
    return {
      page,
      owner,
      documentId,
      phase: (to: Phase) => owner.ask('PATCH', `/api/projects/${projectId}`, { phase: to }),
      role: (role: Role) => owner.ask('PATCH', member, { role }),
      remove: () => owner.ask('DELETE', member),
      comeBack: () => join(owner, guest, projectId, 'manufacture', 'editor'),
      /** What is written while the network is away, and what the owner does meanwhile. */
      writeOffline: async (words: string, act: () => Promise<unknown>) => {
        await page.context().setOffline(true)
        await expect(saveState(page)).toHaveText(t('sync:reconnecting'))
        await textOf(page).click()
        await page.keyboard.press('End')
        await page.keyboard.type(words)
        await act()
        await page.context().setOffline(false)
      },
    }
  }

  test(`${locale}: who may only read is told so and not offered to sign; made editor again, nothing says that one cannot write`, async ({
    browser,
  }) => {
    const { page, role, remove, writeOffline } = await meet(browser)
    const sign = page.getByRole('banner').getByRole('link', { name: t('editor:page.sign'), exact: true })
    const panel = page.getByRole('alert').filter({ hasText: t('errors:read_only') })
    await expect(sign).toBeVisible()
    await writeOffline('Mine', () => role('viewer'))
    await expect(panel).toBeVisible()
    await expect(panel).not.toContainText(t('sync:canComment'))
    await expect(panel.locator('pre')).toHaveText('Mine')
    await expect(sign).toHaveCount(0)
    await role('reviewer')
    await expect(panel).toContainText(t('sync:canComment'))
    await expect(sign).toBeVisible()
    await role('editor')
    const kept = page.getByRole('alert').filter({ hasText: t('sync:recovered.canWriteNow') })
    await expect(kept.locator('pre')).toHaveText('Mine')
    await expect(panel).toHaveCount(0)
    await page.reload()
    await expect(kept).toBeVisible()
    // nor that one can, once one is removed
    await remove()
    const left = page.getByRole('alert').filter({ hasText: t('sync:recovered.keptOnly') })
    await expect(left.locator('pre')).toHaveText('Mine')
    await page.reload()
    await expect(left.locator('pre')).toHaveText('Mine')
    await expect(page.getByText(t('errors:read_only'))).toHaveCount(0)
    await page.context().close()
  })

  test(`${locale}: who wrote while the project was archived is told that it is, and not to ask for a role they have`, async ({
    browser,
  }) => {
    const { page, owner, documentId, phase, writeOffline } = await meet(browser)
    const archived = t('errors:project_archived')
    const bar = page.getByRole('status').filter({ hasText: archived })
    const panel = page.getByRole('alert').filter({ has: page.locator('pre') })
    await expect(bar).toHaveCount(0)
    await writeOffline('Mine', () => phase('archived'))
    await expect(bar).toBeVisible()
    await expect(panel).toContainText(archived)
    await expect(panel.locator('pre')).toHaveText('Mine')
    await expect(page.getByText(t('errors:read_only'))).toHaveCount(0)
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      await expect(bar).toBeInViewport({ ratio: 1 })
      expect(await bar.evaluate((node) => node.ownerDocument.documentElement.scrollHeight)).toBe(800)
    }
    // whoever opens it then is told the same, its owner too
    const { page: owners } = await openAs(browser, owner, documentId, { locale })
    await expect(owners.getByRole('status').filter({ hasText: archived })).toBeVisible()
    await expect(textOf(owners)).toHaveAttribute('contenteditable', 'false')
    await phase('active')
    for (const each of [page, owners]) {
      await expect(textOf(each)).toHaveAttribute('contenteditable', 'true')
      await expect(each.getByText(archived)).toHaveCount(0)
    }
    await expect(panel).toContainText(t('sync:recovered.canWriteNow'))
    await owners.context().close()
    await page.context().close()
  })

  test(`${locale}: words of somebody who was removed while they waited are reached after a reload, and come when they are let in again`, async ({
    browser,
  }, info) => {
    const { page, remove, comeBack, writeOffline } = await meet(browser)
    await writeOffline('Mine', remove)
    await expect(page.getByRole('alert').filter({ hasText: t('errors:not_found') })).toBeVisible()
    await expect(page.getByRole('banner').getByRole('link', { name: t('editor:page.sign') })).toHaveCount(0)
    // nothing of the document is open any more, but what they wrote themselves is at hand
    await expect(textOf(page)).toHaveCount(0)
    for (let reload = 0; reload < 3; reload++) {
      if (reload > 0) await page.reload()
      const kept = page.getByRole('region', { name: t('sync:left.title') })
      await expect(kept.locator('pre')).toHaveText('Mine')
      await expect(page.getByText('Read by all.')).toHaveCount(0)
      await expectUsableWithin(page)
      const downloading = page.waitForEvent('download')
      await kept.getByRole('button', { name: t('sync:left.download'), exact: true }).click()
      const file = info.outputPath('kept.txt')
      await (await downloading).saveAs(file)
      expect(readFileSync(file, 'utf8').trim()).toBe('Mine')
    }
    await comeBack()
    await page.reload()
    await expect(textOf(page)).toHaveText('Read by all. Mine')
    await expect(saveState(page)).toHaveText(t('sync:state.saved'))
    await page.context().close()
  })
}

test('what is allowed after the page read it and before its room is joined is learned', async ({
  browser,
}) => {
  const t = wordsOf('en')
  const owner = await createPerson(url(), 'Lin Yue', 'en')
  const guest = await createPerson(url(), '李伟', 'en')
  const { projectId, documentId } = await createDocument(owner)
  await join(owner, guest, projectId, 'manufacture', 'viewer')
  const role = (to: Role) =>
    owner.ask('PATCH', `/api/projects/${projectId}/members/${guest.user.id}`, { role: to })
  let door: Awaited<ReturnType<typeof holdRoomDoor>> | undefined
  const { page } = await openAs(browser, guest, documentId, { locale: 'en' }, async (opening) => {
    door = await holdRoomDoor(opening)
    door.hold()
  })
  const sign = page.getByRole('banner').getByRole('link', { name: t('editor:page.sign'), exact: true })
  // the text and the role are here by HTTP, the room is not joined: nobody tells of this
  await expect.poll(() => door!.waited()).toBeGreaterThan(0)
  await expect(sign).toHaveCount(0)
  await role('editor')
  door!.open()
  await expect(sign).toBeVisible()

  // nor of what happens while one room takes another's place: here the one whose words were refused
  await page.keyboard.press('Escape')
  await expect(textOf(page)).toHaveAttribute('contenteditable', 'true')
  await expect(saveState(page)).toHaveText(t('sync:state.saved'))
  const answers: (() => void)[] = []
  await page.route(`**/api/documents/${documentId}`, async (route) => {
    await new Promise<void>((go) => answers.push(go))
    await route.fallback()
  })
  door!.hold()
  await role('viewer')
  await expect(saveState(page)).toHaveText(t('sync:reconnecting'))
  await textOf(page).click()
  await page.keyboard.type('Mine')
  await page.unroute(`**/api/documents/${documentId}`)
  for (const go of answers) go()
  await expect(sign).toHaveCount(0)
  const before = door!.waited()
  door!.admitOne()
  const panel = page.getByRole('alert').filter({ hasText: t('errors:read_only') })
  await expect(panel.locator('pre')).toHaveText('Mine')
  await expect.poll(() => door!.waited()).toBeGreaterThan(before)
  await expect(panel).not.toContainText(t('sync:canComment'))
  await role('reviewer')
  door!.open()
  await expect(panel).toContainText(t('sync:canComment'))
  await expect(sign).toBeVisible()
  await page.context().close()
})

/** At the width of a phone too. */
async function expectUsableWithin(page: Page): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    await expectUsable(page)
  }
}
