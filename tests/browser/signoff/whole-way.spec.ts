import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Browser, type Locator, type Page } from '@playwright/test'
import { newId } from '../../../server/db/columns.ts'
import type { Role } from '../../../shared/permissions.ts'
import { gateRooms } from '../../helpers/browser/held-replies.ts'
import { runVerify, unpack } from '../../helpers/browser/package-check.ts'
import { press, selectWords } from '../../helpers/browser/select-words.ts'
import {
  createAccount,
  expectUsable,
  openVisitor,
  password,
  signedIn,
  type Visitor,
} from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'
import { createDocument as makeDocument, createPerson, join as bringIn } from '../../helpers/people.ts'

const english = wordsOf('en')
const chinese = wordsOf('zh-CN')

const text = (page: Page): Locator => page.locator('.ProseMirror:visible').first()
const marks = (page: Page): Locator => page.locator('.ProseMirror .thread-mark:not(.thread-mark-draft)')

const saveState = (at: Page): Locator => at.getByRole('banner').getByRole('status')

/** Fails on what the consoles said beyond what Chromium itself notes, and closes both. */
async function leave(visitors: Visitor[], ownNotes = /^$/): Promise<string[]> {
  const complaints = visitors.flatMap((visitor) => visitor.complaints)
  expect(complaints.filter((complaint) => !ownNotes.test(complaint))).toEqual([])
  for (const { page } of visitors) await page.context().close()
  return complaints
}

/** Anna, who reads Chinese, and 李伟, who reads English: they have a spec that she wrote, open in both browsers. */
async function openSpec(browser: Browser, role: Role) {
  const t = chinese
  const base = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
  const owner = await createPerson(base, 'Anna Berg', 'zh-CN')
  const maker = await createPerson(base, '李伟', 'en')
  const spec = { kind: 'spec' as const, title: 'DZ-27 spec' }
  const { projectId, documentId } = await makeDocument(owner, spec)
  await bringIn(owner, maker, projectId, 'manufacture', role)
  const anna = await openVisitor(browser, 'zh-CN', 1440)
  const li = await openVisitor(browser, 'en', 1440)
  const wordsOn = (at: Page) => (at === li.page ? english : chinese)
  for (const [{ page }, person] of [[anna, owner] as const, [li, maker] as const]) {
    await signedIn(page, person)
    await page.goto(`/documents/${documentId}`)
    await expect(saveState(page)).toHaveText(wordsOn(page)('sync:state.saved'))
  }
  await text(anna.page).click()
  await anna.page.keyboard.type('## Housing 灯体')
  await anna.page.keyboard.press('Enter')
  await anna.page.keyboard.type('Wall 1.8 mm, ADC12')
  await anna.page.keyboard.press('Enter')
  await anna.page.keyboard.type('Away')
  await expect(text(li.page)).toContainText('Away')
  await expect(saveState(anna.page)).toHaveText(t('sync:state.saved'))
  return { wordsOn, anna, li, maker, projectId, documentAddress: anna.page.url() }
}

test('from two new accounts, one in each language, to a text that both write, and that outlives a lost network', async ({
  browser,
}) => {
  const t = english
  const anna = await openVisitor(browser, 'en', 1440)
  const li = await openVisitor(browser, 'zh-CN', 1440)
  const wordsOn = (at: Page) => (at === li.page ? chinese : english)
  const { page } = anna
  const gate = await gateRooms(li.page)
  const expectSaved = (at: Page) => expect(saveState(at)).toHaveText(wordsOn(at)('sync:state.saved'))
  let documentAddress = ''

  await test.step('two accounts, a project, a brief and a spec, and a link that brings the factory in', async () => {
    await page.goto('/create-account')
    await createAccount(page, 'en', 'Anna Berg')
    await page.getByRole('button', { name: t('projects:new.title') }).click()
    await page.getByRole('textbox', { name: t('projects:new.name') }).fill('大足台灯 DZ-27')
    await page.getByRole('button', { name: t('projects:new.create') }).click()
    await expect(page.getByRole('heading', { level: 1, name: '大足台灯 DZ-27' })).toBeVisible()

    await createDocument('brief', 'template')
    await expect(text(page).locator('h2').first()).toBeVisible()
    await page.getByRole('link', { name: '大足台灯 DZ-27' }).first().click()
    await page.getByRole('button', { name: t('projects:invite.action'), exact: true }).click()
    await page.getByRole('radio', { name: t('ui:role.editor'), exact: true }).check()
    await page.getByRole('button', { name: t('projects:invite.makeLink') }).click()
    const link = await page.getByTestId('invite-link').innerText()
    await page.getByRole('button', { name: t('ui:done') }).click()
    await createDocument('spec', 'blank')
    await expect(text(page)).toHaveText('')
    documentAddress = page.url()

    await li.page.goto(link)
    await expect(li.page.getByText(chinese('ui:side.manufacture'))).toBeVisible()
    await createAccount(li.page, 'zh-CN', '李伟')
    await expect(li.page.getByRole('heading', { level: 1, name: '大足台灯 DZ-27' })).toBeVisible()
    await li.page.getByRole('link', { name: 'DZ-27 spec' }).click()
    await expectSaved(li.page)
  })

  async function createDocument(kind: 'brief' | 'spec', start: 'template' | 'blank') {
    const action = page.getByRole('button', { name: t('projects:documents.new') })
    await action.first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(t(`projects:kind.${kind}`), { exact: true }).click()
    await dialog.getByRole('textbox', { name: t('projects:documents.name') }).fill(`DZ-27 ${kind}`)
    await dialog.getByRole('radio', { name: t(`projects:documents.${start}`) }).check()
    await dialog.getByRole('button', { name: t('projects:documents.create') }).click()
    await expect(page).toHaveURL(/\/documents\//)
  }

  await test.step('both write at once and see each other; “Saved” waits for the server', async () => {
    await expect(text(page), 'a new document has the caret').toBeFocused()
    await page.keyboard.type('## Housing')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Wall 1.8 mm')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Colour')
    await expect(text(li.page)).toContainText('Colour')
    await text(page).locator('p', { hasText: 'Wall' }).click()
    await press(page, 'End')
    const line = (at: Page) => text(at).locator('p', { hasText: 'Colour' })
    await line(li.page).click()
    await press(li.page, 'End')
    await expect(line(page).locator('.others-caret'), 'the caret of 李伟').toBeVisible()
    await Promise.all([page.keyboard.type(', ADC12'), li.page.keyboard.type(' 哑光黑')])
    for (const at of [page, li.page]) {
      await expect(text(at).locator('p')).toHaveText(['Wall 1.8 mm, ADC12', /^Colour 哑光黑/])
      await expectSaved(at)
    }
    await expect(page.locator('.others-caret-name')).toHaveAttribute('data-name', '李伟')
    await expect(li.page.locator('.others-caret-name')).toHaveAttribute('data-name', 'Anna Berg')
    await expect(page.getByRole('group', { name: t('ui:peopleHere_other', { count: '2' }) })).toBeVisible()

    gate.close()
    await li.page.keyboard.press('Enter')
    await li.page.keyboard.type('表面喷涂')
    await expect(text(page), 'the server has it and passes it on').toContainText('表面喷涂')
    await expect(saveState(li.page), 'but has not told its writer').toHaveText(chinese('sync:state.saving'))
    gate.open()
    await expectSaved(li.page)
  })

  await test.step('what is written offline survives a closed tab and merges', async () => {
    const context = page.context()
    await context.setOffline(true)
    await expect(saveState(page)).toHaveText(t('sync:reconnecting'))
    await press(page, 'Control+End')
    await page.keyboard.press('Enter')
    await page.keyboard.type('Away')
    await expect(saveState(page)).toContainText(t('sync:state.offline_other', { count: '5' }))
    await press(li.page, 'Control+Home')
    await press(li.page, 'End')
    await li.page.keyboard.type(' 灯体')
    await page.close()
    await context.setOffline(false)
    anna.page = await context.newPage()
    anna.page.on('console', (message) => {
      if (message.type() === 'error') anna.complaints.push(message.text())
    })
    await anna.page.goto(documentAddress)
    for (const at of [anna.page, li.page]) {
      await expect(text(at)).toContainText('Away')
      await expect(text(at).locator('h2')).toHaveText('Housing 灯体')
    }
    await expectSaved(anna.page)
  })

  await leave([anna, li], /ERR_INTERNET_DISCONNECTED/)
})

test('a point of a reviewer is settled, and a version comes back, for both, one in each language', async ({
  browser,
}) => {
  const { wordsOn, anna, li } = await openSpec(browser, 'editor')
  const expectSaved = (at: Page) => expect(saveState(at)).toHaveText(wordsOn(at)('sync:state.saved'))
  const t = chinese
  const project = (at: Page) => at.getByRole('link', { name: 'Dazu lamp' }).first()

  await test.step('as a reviewer the other may no longer write, and raises a point', async () => {
    const owner = anna.page
    await project(owner).click()
    await owner.getByRole('button', { name: /李伟/ }).click()
    await owner.getByRole('menuitem', { name: t('ui:role.reviewer') }).click()
    await expect(text(li.page)).toHaveAttribute('contenteditable', 'false')
    await owner.getByRole('link', { name: 'DZ-27 spec' }).click()
    await expectSaved(owner)

    await selectWords(li.page, '1.8 mm')
    await li.page
      .getByRole('button', { name: english('review:comment') })
      .first()
      .click()
    await li.page.getByLabel(english('review:compose.body')).fill('1.8 mm 压铸会缩水，请改为 2.5 mm。')
    await li.page.getByText(english('review:severity.must')).click()
    await li.page.getByRole('button', { name: english('review:compose.send') }).click()
    for (const at of [owner, li.page]) await expect(marks(at)).toHaveText('1.8 mm')
    const card = owner.getByRole('article', { name: t('review:number', { number: '1' }) })
    await expect(card).toContainText('压铸会缩水')
    await expect(card).toContainText('李伟')

    await text(owner).locator('h2').click()
    await press(owner, 'Home')
    await owner.keyboard.type('Part 1: ')
    await press(owner, 'End')
    await owner.keyboard.press('Enter')
    await owner.keyboard.type('Base plate')
    await expect(text(li.page)).toContainText('Base plate')
    for (const at of [owner, li.page]) await expect(marks(at)).toHaveText('1.8 mm')

    await marks(owner).click()
    await owner.getByLabel(t('review:reply.body')).fill('Agreed.')
    await owner.getByRole('button', { name: t('review:reply.send'), exact: true }).click()
    const theirs = li.page.getByRole('article', { name: english('review:number', { number: '1' }) })
    await marks(li.page).click()
    await expect(theirs).toContainText('Agreed.')
    // who raised a point settles it, not the other side
    await expect(card.getByRole('button', { name: t('review:settle'), exact: true })).toHaveCount(0)
    await theirs.getByRole('button', { name: english('review:settle'), exact: true }).click()
    for (const [seen, its] of [[card, t] as const, [theirs, english] as const]) {
      await expect(seen).toContainText(its('review:closedBy.settled', { name: '李伟' }))
    }
  })

  await test.step('a version is kept, looked at and restored, and the other sees it live', async () => {
    const owner = anna.page
    await owner.getByRole('tab', { name: t('history:versions') }).click()
    await owner.getByLabel(t('history:nameLabel')).fill('发给工厂')
    await owner.getByRole('button', { name: t('history:keep') }).click()
    await expect(owner.getByRole('button', { name: /发给工厂/ })).toBeVisible()
    await text(owner).locator('p').last().click()
    await press(owner, 'End')
    await owner.keyboard.type(' and back')
    await expect(text(li.page)).toContainText('Away and back')
    await owner.getByRole('button', { name: /发给工厂/ }).click()
    await expect(owner.getByText(t('history:shown', { number: '1', name: '发给工厂' }))).toBeVisible()
    await expect(text(owner)).not.toContainText('and back')
    await owner.getByRole('button', { name: t('history:restore'), exact: true }).click()
    await owner
      .getByRole('dialog')
      .getByRole('button', { name: t('history:restore'), exact: true })
      .click()
    await expect(text(li.page)).not.toContainText('and back')
    await expect(text(li.page)).toContainText('Away')
    await expectSaved(owner)
  })

  await leave([anna, li])
})

test('a revision that both sign, one in each language, to a package that openssl verifies', async ({
  browser,
}, info) => {
  const { wordsOn, anna, li, maker, projectId, documentAddress } = await openSpec(browser, 'reviewer')
  const expectSaved = (at: Page) => expect(saveState(at)).toHaveText(wordsOn(at)('sync:state.saved'))
  const t = chinese
  const threads = `/api/projects/${projectId}/threads`
  const point = {
    anchor: { type: 'project' },
    body: '1.8 mm 压铸会缩水，请改为 2.5 mm。',
    severity: 'must',
  }
  const { thread } = await maker.post<{ thread: { id: string } }>(threads, {
    id: newId(),
    commentId: newId(),
    ...point,
  })
  expect((await maker.ask('PATCH', `${threads}/${thread.id}`, { state: 'settled' })).status).toBe(200)

  await test.step('revision A is put forward and signed by both; a wrong password signs nothing', async () => {
    for (const at of [anna.page, li.page]) {
      await at.getByRole('link', { name: wordsOn(at)('editor:page.sign'), exact: true }).click()
    }
    await anna.page.getByRole('button', { name: t('signoff:putForward.action', { letter: 'A' }) }).click()
    await anna.page.getByRole('button', { name: t('signoff:putForward.submit'), exact: true }).click()
    for (const at of [anna.page, li.page]) {
      const its = wordsOn(at)
      await at.getByRole('button', { name: its('signoff:sign.action', { letter: 'A' }) }).click()
      await at.getByLabel(its('signoff:sign.password'), { exact: true }).fill('not my password')
      await at.getByRole('button', { name: its('signoff:sign.submit'), exact: true }).click()
      await expect(at.getByText(its('errors:wrong_password'))).toBeVisible()
      await at.getByLabel(its('signoff:sign.password'), { exact: true }).fill(password)
      await at.getByRole('button', { name: its('signoff:sign.submit'), exact: true }).click()
      await expect(at.getByRole('dialog')).toBeHidden()
    }
    for (const at of [anna.page, li.page]) {
      await expect(at.getByRole('img', { name: wordsOn(at)('signoff:seal.both') }).first()).toBeVisible()
      await expectUsable(at)
    }
  })

  await test.step('a later edit does not touch what was signed', async () => {
    const owner = anna.page
    await owner.goto(documentAddress)
    await text(owner).locator('p').last().click()
    await press(owner, 'End')
    await owner.keyboard.type(' afterwards')
    await expectSaved(owner)
    await owner.getByRole('link', { name: t('editor:page.sign'), exact: true }).click()
    await owner.getByRole('tab', { name: 'DZ-27 spec' }).click()
    await expect(owner.getByRole('main')).toContainText('ADC12')
    await expect(owner.getByRole('main')).not.toContainText('afterwards')
  })

  await test.step('PDF, Markdown, and a package that openssl verifies until a byte is changed', async () => {
    const pdf = await download('pdf')
    const printed = execFileSync('pdftotext', [pdf, '-'], { encoding: 'utf8' })
    for (const words of ['ADC12', '李伟', 'Anna Berg']) expect(printed).toContain(words)
    expect(printed).not.toContain('afterwards')
    const markdown = readFileSync(await download('markdown'), 'utf8')
    expect(markdown).toContain('# Housing 灯体')
    expect(markdown).not.toContain('afterwards')

    const place = info.outputPath('unpacked')
    unpack(await download('package'), place)
    const checked = runVerify(place)
    expect(checked.stderr).toBe('')
    expect(checked.status).toBe(0)
    expect(checked.stdout).toMatch(/^VERDICT: OK/m)
    const record = join(place, 'record.json')
    const bytes = readFileSync(record)
    bytes[bytes.indexOf('ADC12')]! ^= 1
    writeFileSync(record, bytes)
    expect(runVerify(place).status).not.toBe(0)
  })

  async function download(what: 'pdf' | 'markdown' | 'package'): Promise<string> {
    const downloading = anna.page.waitForEvent('download')
    await anna.page.getByRole('link', { name: t(`signoff:download.${what}`), exact: true }).click()
    const file = info.outputPath(what)
    await (await downloading).saveAs(file)
    return file
  }

  // the two passwords that were refused
  expect(await leave([anna, li], /status of 403/)).toHaveLength(2)
})
