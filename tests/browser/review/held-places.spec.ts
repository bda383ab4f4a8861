import { expect, test, type Locator, type Page } from '@playwright/test'
import { newId } from '../../../server/db/columns.ts'
import type { Thread } from '../../../shared/review.ts'
import { createDocument, createPerson, join, type Person } from '../../helpers/people.ts'
import { close, openAs, textOf } from '../../helpers/browser/editor-people.ts'
import { cardOf, english as t } from '../../helpers/browser/three-people.ts'
import { phone } from '../../helpers/browser/visitor.ts'

interface Act {
  /** As the point stands before. */
  first: Thread['state']
  /** What another does with it. */
  does: { state: Thread['state'] } | { says: string }
  /** What shows that it is drawn. */
  shows(card: Locator): Locator
}

const mayAnswer = (card: Locator) => card.getByRole('button', { name: t('review:answer'), exact: true })

const acts: Record<string, Act> = {
  answers: {
    first: 'open',
    does: { state: 'answered' },
    shows: (card) => card.getByText(t('review:state.answered'), { exact: true }),
  },
  'opens what is answered': { first: 'answered', does: { state: 'open' }, shows: mayAnswer },
  settles: {
    first: 'open',
    does: { state: 'settled' },
    shows: (card) => card.getByText(t('review:closedBy.settled', { name: '王师傅' })),
  },
  'opens what is settled': { first: 'settled', does: { state: 'open' }, shows: mayAnswer },
  replies: {
    first: 'open',
    does: { says: '缩水率按 0.6% 计算。' },
    shows: (card) => card.getByText('缩水率按 0.6% 计算。'),
  },
}

/** How many points there are, and with which of them something is done. */
const lists = {
  'the only point': { count: 1, number: 1 },
  'a point amidst many': { count: 10, number: 5 },
  'the last point of many': { count: 10, number: 10 },
}

/** Two people of one server. */
async function meet() {
  const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
  const owner = await createPerson(url, 'Lin Yue')
  const maker = await createPerson(url, '王师傅', 'zh-CN')
  return { owner, maker }
}

/** A document of the owner's, with points that the other has raised. */
async function raise({ owner, maker }: { owner: Person; maker: Person }, count: number) {
  const { projectId, documentId } = await createDocument(owner)
  await join(owner, maker, projectId, 'manufacture', 'reviewer')
  const threads = `/api/projects/${projectId}/threads`
  const ids = Array.from({ length: count }, () => newId())
  for (const id of ids) {
    const said = { commentId: newId(), body: '会缩水。' }
    await maker.post(threads, { id, ...said, anchor: { type: 'project' }, severity: 'must' })
  }
  return { documentId, threads, ids }
}

const topOf = async (element: Locator) => (await element.boundingBox())!.y
const listOf = (page: Page) => page.locator(':has(> [role=feed])')

for (const isPhone of [false, true]) {
  const device = isPhone ? 'on a phone' : 'with a mouse'
  const press = (target: Locator) => (isPhone ? target.tap() : target.click())
  for (const [where, { count, number }] of Object.entries(lists)) {
    test(`${device}: what sends a reply stays under the hand while another changes the point: ${where}`, async ({
      browser,
    }) => {
      const people = await meet()
      const { owner, maker } = people
      const first = await raise(people, 1)
      const writer = await openAs(browser, owner, first.documentId, { locale: 'en', ...(isPhone && phone) })
      const { page } = writer
      for (const [name, act] of Object.entries(acts)) {
        const { documentId, threads, ids } = await raise(people, count)
        const id = ids[number - 1]!
        const thread = `${threads}/${id}`
        if (act.first !== 'open') await maker.ask('PATCH', thread, { state: act.first })
        await page.goto(`/documents/${documentId}`)
        await expect(textOf(page)).toBeAttached()
        if (isPhone) await press(page.getByRole('button', { name: t('review:points') }))
        await press(page.getByText(`${t('review:filter.all')} ${count}`, { exact: true }))
        const card = cardOf(page, 'en', number)
        if (number === count) await listOf(page).evaluate((list) => list.scrollBy(0, list.scrollHeight))
        await press(card.getByRole('button').first())
        const field = card.getByRole('textbox', { name: t('review:reply.body') })
        await press(field)
        await page.keyboard.type('0.6% is fine.')
        const send = card.getByRole('button', { name: t('review:reply.send'), exact: true })
        if (isPhone) await send.scrollIntoViewIfNeeded()
        else await send.hover()
        const before = (await send.boundingBox())!

        if ('says' in act.does) await maker.post(`${thread}/comments`, { id: newId(), body: act.does.says })
        else expect((await maker.ask('PATCH', thread, act.does)).status).toBe(200)
        await expect(act.shows(card)).toHaveCount(1)
        expect.soft(Math.abs((await topOf(send)) - before.y), name).toBeLessThanOrEqual(1)

        const [x, y] = [before.x + before.width / 2, before.y + before.height / 2]
        if (isPhone) await page.touchscreen.tap(x, y)
        else {
          await page.mouse.down()
          await page.mouse.up()
        }
        await expect(field, name).toHaveText('')
        const says = async () =>
          (await owner.get<{ threads: Thread[] }>(threads)).threads
            .find((one) => one.id === id)!
            .comments.map(({ body }) => body)
        await expect.poll(says).toContain('0.6% is fine.')
      }
      await close(writer)
    })
  }
}

test('a button that the mouse is on stays under it in a list that does not scroll, which goes back when it is left', async ({
  browser,
}) => {
  const people = await meet()
  const { documentId, threads, ids } = await raise(people, 1)
  const writer = await openAs(browser, people.owner, documentId, { locale: 'en' })
  const { page } = writer
  const text = textOf(page).first()
  const list = listOf(page)
  const card = cardOf(page, 'en', 1)
  const head = card.getByRole('button').first()
  await head.click()
  await text.click()
  const top = await topOf(head)
  const decline = card.getByRole('button', { name: t('review:decline'), exact: true })
  await decline.hover()
  const before = await topOf(decline)

  await people.maker.post(`${threads}/${ids[0]}/comments`, { id: newId(), body: '缩水率按 0.6% 计算。' })
  await expect(card).toContainText('缩水率按 0.6% 计算。')
  expect(Math.abs((await topOf(decline)) - before)).toBeLessThanOrEqual(1)
  expect(await topOf(head)).toBeLessThan(top - 20)
  await text.hover()
  await expect.poll(() => topOf(head)).toBe(top)
  expect(await list.evaluate((element) => element.scrollHeight - element.clientHeight)).toBe(0)
  await close(writer)
})

test('who opens another point sees the list close up behind the one before', async ({ browser }) => {
  const people = await meet()
  const { documentId, threads, ids } = await raise(people, 2)
  const writer = await openAs(browser, people.owner, documentId, { locale: 'en' })
  const { page } = writer
  const [first, second] = [cardOf(page, 'en', 1), cardOf(page, 'en', 2)]
  const top = await topOf(listOf(page))
  await first.getByRole('button').first().click()
  await first.getByRole('textbox', { name: t('review:reply.body') }).click()
  await page.keyboard.type('0.6% is fine.')
  await people.maker.ask('PATCH', `${threads}/${ids[0]}`, { state: 'settled' })
  await expect.poll(() => topOf(first)).toBeGreaterThan(top + 20)
  await second.getByRole('button').first().click()
  await expect(second.getByRole('textbox', { name: t('review:reply.body') })).toBeVisible()
  await expect.poll(() => topOf(page.getByRole('feed'))).toBe(top)
  await expect.poll(() => topOf(second)).toBe(top)
  await close(writer)
})
