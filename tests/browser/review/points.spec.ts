import { statSync } from 'node:fs'
import { expect, test, type Page } from '@playwright/test'
import { resourceOf, type Thread } from '../../../shared/review.ts'
import { newClientId } from '../../../web/review/queue/client-id.ts'
import {
  choose,
  day,
  end,
  expectListed,
  isPending,
  openList,
  openProject,
  raise,
  row,
} from '../../helpers/browser/list-of-points.ts'
import {
  begin,
  cardOf,
  comeIn,
  lines,
  makeGuestLink,
  meet,
  part,
} from '../../helpers/browser/three-people.ts'
import { expectUsable, openVisitor, signedIn } from '../../helpers/browser/visitor.ts'
import { wordsOf } from '../../helpers/browser/wording.ts'

const en = wordsOf('en')
const zh = wordsOf('zh-CN')

test('the list is narrowed by all that points can be told apart by, counted by whose turn it is, and sorted', async ({
  browser,
}) => {
  const { owner, projectId, points } = await openProject()
  const pending = points.filter(isPending)
  const visitor = await openList(browser, owner, { projectId })
  const { page } = visitor
  await expectListed(page, pending)
  await expectUsable(page)

  const specs = points.flatMap(({ anchor }) => resourceOf(anchor) ?? [])
  const { documents } = await owner.get<{ documents: { id: string; title: string }[] }>(
    `/api/projects/${projectId}`,
  )
  const document = documents.find(({ id }) => specs.includes(id))!
  const filters: [string, string, (thread: Thread) => boolean][] = [
    ['filter.severity', en('review:severity.must'), ({ severity }) => severity === 'must'],
    ['filter.category', en('review:category.gate'), ({ category }) => category === 'gate'],
    ['filter.side', en('ui:side.manufacture'), ({ author }) => author.side === 'manufacture'],
    ['filter.assignee', en('points:filter.me'), ({ assignee }) => assignee?.userId === owner.user.id],
    ['filter.due', en('points:filter.late'), ({ dueOn }) => dueOn !== null && dueOn < day(0)],
    ['filter.due', en('points:filter.week'), ({ dueOn }) => dueOn !== null && dueOn <= day(7)],
    ['filter.document', document.title, ({ anchor }) => resourceOf(anchor) === document.id],
    ['filter.document', en('points:wholeProject'), ({ anchor }) => anchor.type === 'project'],
  ]
  for (const [filter, option, fits] of filters) {
    await choose(page, en(`points:${filter}`), option)
    const fitting = pending.filter(fits)
    expect(fitting.length, option).toBeGreaterThan(0)
    expect(fitting.length, option).toBeLessThan(pending.length)
    await expectListed(page, fitting)
    await page
      .getByRole('search')
      .getByRole('button', { name: en('points:filter.clear'), exact: true })
      .click()
    await expectListed(page, pending)
  }
  await choose(page, en('points:filter.state'), en('review:state.settled'))
  await expectListed(
    page,
    points.filter(({ state }) => state === 'settled'),
  )
  await choose(page, en('points:filter.state'), en('points:filter.all'))
  await expectListed(page, points)
  await page
    .getByRole('search')
    .getByRole('button', { name: en('points:filter.clear'), exact: true })
    .click()

  // an answered point waits for those who raised it, an open one for the side that did not speak last
  const lastSide = ({ comments }: Thread) => comments.at(-1)!.author.side
  const isOurs = (thread: Thread) =>
    thread.state === 'answered' ? thread.author.side === 'design' : lastSide(thread) === 'manufacture'
  for (const [turn, fitting] of [
    ['us', pending.filter(isOurs)],
    ['them', pending.filter((thread) => !isOurs(thread))],
  ] as const) {
    const count = page
      .getByRole('group', { name: en('points:counts') })
      .getByRole('button', { name: en(`points:waiting.${turn}`) })
    await expect(count.getByRole('status')).toHaveText(String(fitting.length))
    await count.click()
    await expectListed(page, [...fitting])
    await count.click()
  }

  const header = (name: string) => page.getByRole('columnheader', { name, exact: true })
  const byDue = pending.toSorted((one, other) =>
    (one.dueOn ?? '9999') === (other.dueOn ?? '9999')
      ? one.number - other.number
      : (one.dueOn ?? '9999') < (other.dueOn ?? '9999')
        ? -1
        : 1,
  )
  await header(en('points:column.due')).getByRole('button').click()
  await expectListed(page, byDue)
  await expect(header(en('points:column.due'))).toHaveAttribute('aria-sort', 'ascending')
  await header(en('points:column.point')).getByRole('button').click()
  await header(en('points:column.point')).getByRole('button').click()
  await expectListed(page, pending.toReversed())
  await end(visitor)
})

test('the keys move, take and open; what is taken is assigned at once; the board has a column for each state', async ({
  browser,
}) => {
  const { owner, factory, projectId, points } = await openProject()
  const pending = points.filter(isPending)
  const visitor = await openList(browser, owner, { projectId })
  const { page } = visitor
  await expectListed(page, pending)
  const [first, second, third] = pending.map(({ number }) => number)
  for (const key of ['j', 'x', 'j', 'j', 'k', 'x']) await page.keyboard.press(key)
  for (const number of [first!, second!]) {
    await expect(row(page, number)).toHaveAttribute('aria-selected', 'true')
  }
  await expect(row(page, third!)).toHaveAttribute('aria-selected', 'false')
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog')
  await expect(
    drawer.getByRole('article', { name: en('review:number', { number: String(second) }), exact: true }),
  ).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(drawer).toBeHidden()

  const bar = page.getByRole('toolbar', { name: en('points:bulk.label') })
  await expect(bar).toContainText(en('points:bulk.taken_other', { count: '2' }))
  await expectUsable(page)
  await bar.getByRole('button', { name: en('points:bulk.assign') }).click()
  await page.getByRole('menuitem', { name: /王师傅/ }).click()
  for (const number of [first!, second!]) await expect(row(page, number)).toContainText('王师傅')
  await expect(page.getByRole('menu')).toBeHidden()
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('Escape')
  await expect(bar).toHaveCount(0)
  const { threads } = await owner.get<{ threads: Thread[] }>(`/api/projects/${projectId}/threads`)
  const assigned = threads.filter(({ assignee }) => assignee?.userId === factory.user.id)
  expect(assigned.map(({ number }) => number)).toEqual([first, second])

  await page
    .getByRole('radiogroup', { name: en('points:view.label') })
    .getByText(en('points:view.board'))
    .click()
  for (const state of ['open', 'answered', 'settled', 'declined'] as const) {
    const column = page.getByRole('region', { name: en(`review:state.${state}`), exact: true })
    const count = points.filter((point) => point.state === state).length
    await expect(column.getByRole('status')).toHaveText(String(count))
  }
  await expectUsable(page)
  await page.getByRole('button', { name: new RegExp(`#${first}\\b`) }).click()
  await expect(page.getByRole('dialog')).toContainText(`#${first}`)
  await end(visitor)
})

test('a guest is given points from the list, where they see all that are taken, and the list is narrowed to theirs', async ({
  browser,
}) => {
  const meeting = await meet(browser)
  const { page, person } = meeting.editor
  const guest = await comeIn(browser, await makeGuestLink(meeting.editor, '模具厂'), '陈工')
  await begin(page, 'en', lines[1]!, 'Too thin')
  await page.getByRole('button', { name: en('review:compose.send') }).click()
  await expect(cardOf(page, 'en', 1)).toContainText('Too thin')
  await raise(person, meeting.projectId, 'Which colour?')

  await page.goto(`/projects/${meeting.projectId}/points`)
  const bar = page.getByRole('toolbar', { name: en('points:bulk.label') })
  const given = page.getByRole('menuitem', { name: /陈工/ })
  await expect(row(page, 2)).toBeVisible()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await bar.getByRole('button', { name: en('points:bulk.assign') }).click()
  await given.click()
  await expect(row(page, 1)).toContainText('陈工')
  await expect(page.getByRole('menu')).toBeHidden()
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await expect(bar).toContainText(en('points:bulk.taken_other', { count: '2' }))
  await bar.getByRole('button', { name: en('points:bulk.assign') }).click()
  await expect(page.getByRole('menuitem', { name: /王师傅/ })).toBeVisible()
  await expect(given).toHaveCount(0)
  await page.keyboard.press('Escape')
  await choose(page, en('points:filter.assignee'), '陈工')
  await expect(row(page, 2)).toHaveCount(0)
  await expect(row(page, 1)).toBeVisible()
  await part(meeting, guest)
})

test('a point leads to its place in the document, and so does its copied link in another browser', async ({
  browser,
}) => {
  const { owner, factory, projectId, points } = await openProject()
  const thread = points.findLast(({ anchor, state }) => anchor.type === 'text' && state === 'open')!
  const visitor = await openList(browser, owner, { projectId })
  const { page } = visitor
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await row(page, thread.number).getByRole('button').click()
  await expect(page).toHaveURL(new RegExp(`thread=${thread.id}`))
  await page.getByRole('button', { name: en('points:copyLink') }).click()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  await page.getByRole('link', { name: en('points:toPlace') }).click()
  await expectAtPlace(page, en)

  const other = await openVisitor(browser, 'zh-CN')
  await signedIn(other.page, factory)
  await other.page.goto(link)
  await expectAtPlace(other.page, zh)
  await end(visitor, other)

  async function expectAtPlace(at: Page, t: typeof en): Promise<void> {
    await expect(at).toHaveURL(/\/documents\//)
    const card = at.getByRole('article', {
      name: t('review:number', { number: String(thread.number) }),
      exact: true,
    })
    await expect(card).toBeInViewport()
    await expect(card.getByRole('textbox', { name: t('review:reply.body') })).toBeVisible()
    await expect(at.locator(`.ProseMirror [data-thread="${thread.id}"]`).first()).toBeInViewport()
  }
})

test('two Chinese characters or an English word find points and texts; a point of somebody else arrives by itself', async ({
  browser,
}) => {
  const { owner, factory, projectId, points } = await openProject()
  const visitor = await openList(browser, owner, { projectId, search: '?state=all' })
  const { page } = visitor
  await expectListed(page, points)
  const search = page.getByRole('searchbox', { name: en('points:filter.q') })
  const found = page.getByRole('region', { name: en('points:inDocuments') })
  for (const words of ['预烘', 'dctg']) {
    await page.keyboard.press('/')
    await expect(search).toBeFocused()
    await search.fill(words)
    const having = points.filter(({ anchor, comments }) =>
      [anchor.type === 'project' ? '' : anchor.quote, ...comments.map(({ body }) => body)].some((text) =>
        text.toLowerCase().includes(words),
      ),
    )
    expect(having.length, words).toBeGreaterThan(0)
    expect(having.length, words).toBeLessThan(points.length)
    await expectListed(page, having)
    await expect(found.locator('mark').first()).toHaveText(new RegExp(words, 'i'))
    await search.blur()
  }
  await found.getByRole('link').first().click()
  await expect(page).toHaveURL(/\/documents\/.*find=/)
  await expect(page.locator('.ProseMirror')).toContainText('DCTG')
  await page.goBack()

  await expect(search).toHaveValue('dctg')
  await page
    .getByRole('search')
    .getByRole('button', { name: en('points:filter.clear') })
    .last()
    .click()
  const { thread } = await raise(factory, projectId, '灯头要加抽真空。')
  await expect(row(page, thread.number)).toContainText('灯头要加抽真空。')
  await end(visitor)
})

test('a review that is published while the list is open arrives by itself, new points and replies alike', async ({
  browser,
}) => {
  const { owner, factory, projectId, points } = await openProject()
  const visitor = await openList(browser, owner, { projectId })
  const { page } = visitor
  const known = points.find(isPending)!
  await row(page, known.number).getByRole('button').click()
  const card = page.getByRole('dialog').getByRole('article')
  await expect(card).toBeVisible()

  const path = `/api/projects/${projectId}/threads`
  await factory.post(path, {
    id: newClientId(),
    commentId: newClientId(),
    anchor: { type: 'project' },
    body: '浇口位置待定。',
    draft: true,
  })
  const reply = { id: newClientId(), body: '已按 2.5 mm 开模。', draft: true }
  await factory.post(`${path}/${known.id}/comments`, reply)
  await factory.post(`/api/projects/${projectId}/reviews`, { id: newClientId(), decision: 'comments' })

  await expect(card).toContainText(reply.body)
  await page.keyboard.press('Escape')
  await expect(row(page, points.length + 1)).toContainText('浇口位置待定。')
  await end(visitor)
})

test('the points leave as CSV, Excel and BCF', async ({ browser }, info) => {
  const { factory, projectId } = await openProject()
  const visitor = await openList(browser, factory, { projectId }, 'zh-CN')
  const { page } = visitor
  for (const format of ['csv', 'xlsx', 'bcf'] as const) {
    await page.getByRole('button', { name: zh('points:download.label') }).click()
    const downloading = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: zh(`points:download.${format}`) }).click()
    const download = await downloading
    expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${format}$`))
    const file = info.outputPath(format)
    await download.saveAs(file)
    expect(statSync(file).size).toBeGreaterThan(500)
  }
  await end(visitor)
})

test('on a phone in Chinese: the table, a point and the board are usable', async ({ browser }) => {
  const { factory, projectId, points } = await openProject()
  await factory.post(`/api/projects/${projectId}/threads`, {
    id: newClientId(),
    commentId: newClientId(),
    anchor: { type: 'project' },
    body: '还没想好。',
    draft: true,
  })
  const visitor = await openList(browser, factory, { projectId }, 'zh-CN', true)
  const { page } = visitor
  const thread = points.find(isPending)!
  await expect(row(page, thread.number)).toBeVisible()
  const draft = page.getByRole('row').filter({ hasText: '还没想好。' })
  await expect(draft).toContainText(zh('review:draft'))
  await expect(draft).not.toContainText('#')
  await expectUsable(page)
  await row(page, thread.number).getByRole('button').tap()
  await expect(page.getByRole('dialog')).toContainText(thread.comments[0]!.body)
  await expectUsable(page)
  await page
    .getByRole('dialog')
    .getByRole('button', { name: zh('ui:close') })
    .tap()
  await expect(page.getByRole('dialog')).toBeHidden()
  await page
    .getByRole('radiogroup', { name: zh('points:view.label') })
    .getByText(zh('points:view.board'))
    .tap()
  await expect(page.getByRole('region', { name: zh('review:state.open'), exact: true })).toBeVisible()
  await expectUsable(page)
  await end(visitor)
})
