import { expect, type Browser, type Locator, type Page } from '@playwright/test'
import type { Locale } from '../../../shared/accounts.ts'
import type { Thread } from '../../../shared/review.ts'
import { createPerson, join, type Person } from '../people.ts'
import { newClientId } from '../../../web/review/queue/client-id.ts'
import { openVisitor, phone, signedIn, type Visitor } from './visitor.ts'
import { wordsOf } from './wording.ts'

export interface Project {
  owner: Person
  /** A reviewer of the factory's side. */
  factory: Person
  projectId: string
  /** By number. */
  points: Thread[]
}

export const isPending = ({ state }: Thread) => state === 'open' || state === 'answered'
export const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** The Chinese sample, whose points stand on passages; two of them late and due, in categories, with an assignee. */
export async function openProject(locale: Locale = 'en'): Promise<Project> {
  const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
  const owner = await createPerson(url, 'Lin Yue', locale)
  const factory = await createPerson(url, '王师傅', 'zh-CN')
  const { id: projectId } = await owner.post<{ id: string }>('/api/projects/sample', { locale: 'zh-CN' })
  await join(owner, factory, projectId, 'manufacture', 'reviewer')
  const path = `/api/projects/${projectId}/threads`
  const read = async () => (await owner.get<{ threads: Thread[] }>(path)).threads
  const [one, two, three] = (await read()).filter(isPending)
  await owner.ask('PATCH', `${path}/${one!.id}`, { category: 'draft', dueOn: day(-3) })
  await owner.ask('PATCH', `${path}/${two!.id}`, {
    category: 'gate',
    assigneeId: owner.user.id,
    dueOn: day(3),
  })
  await owner.ask('PATCH', `${path}/${three!.id}`, { dueOn: day(30) })
  await raise(factory, projectId, '整体重量要控制在 2 kg 以内。')
  await raise(owner, projectId, 'Who makes the packaging?')
  return { owner, factory, projectId, points: await read() }
}

export const raise = (person: Person, projectId: string, body: string) =>
  person.post<{ thread: Thread }>(`/api/projects/${projectId}/threads`, {
    id: newClientId(),
    commentId: newClientId(),
    anchor: { type: 'project' },
    body,
  })

/** Opens the list of points as somebody who is signed in. */
export async function openList(
  browser: Browser,
  person: Person,
  { projectId, search = '' }: { projectId: string; search?: string },
  locale: Locale = 'en',
  onPhone = false,
): Promise<Visitor> {
  const visitor = await openVisitor(browser, locale, 1280, onPhone ? phone : {})
  await signedIn(visitor.page, person)
  await visitor.page.goto(`/projects/${projectId}/points${search}`)
  await expect(visitor.page.getByRole('heading', { level: 1 })).toHaveText(wordsOf(locale)('points:title'))
  return visitor
}

export async function end(...visitors: Visitor[]): Promise<void> {
  for (const { page } of visitors) await page.context().close()
  expect(visitors.flatMap(({ complaints }) => complaints)).toEqual([])
}

export const row = (page: Page, number: number): Locator =>
  page.getByRole('row').filter({ has: page.getByText(`#${number}`, { exact: true }) })

/** The points that the table lists, in its order. */
export const expectListed = (page: Page, threads: Thread[]) =>
  expect(page.getByRole('grid').getByText(/^#\d+$/)).toHaveText(threads.map(({ number }) => `#${number}`))

export async function choose(page: Page, filter: string, option: string): Promise<void> {
  await page.getByRole('search').getByLabel(filter, { exact: true }).first().click()
  await page.getByRole('option', { name: option, exact: true }).click()
}
