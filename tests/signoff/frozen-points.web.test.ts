import { readFileSync } from 'node:fs'
import { createInstance, type Resource } from 'i18next'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { I18nextProvider } from 'react-i18next'
import { beforeAll, expect, test } from 'vitest'
import type { Thread } from '../../shared/review.ts'
import { revisionMarkdown } from '../../server/export/markdown/revision-markdown.ts'
import { threadData } from '../../server/export/print/print-data.ts'
import { FrozenThread } from '../../web/signoff/FrozenThread.tsx'
import { lampRecord, lampRevision } from '../helpers/signoff/lamp-revision.ts'

/** What one signs is told as one reads it in print: the page of a revision tells a proposal as one. */

const i18n = createInstance()
beforeAll(async () => {
  const catalogue = (locale: string, feature: string): unknown =>
    JSON.parse(readFileSync(`shared/locales/${locale}/${feature}.json`, 'utf8'))
  const features = ['signoff', 'export', 'proposals', 'review', 'ui']
  const of = (locale: string) =>
    Object.fromEntries(features.map((feature) => [feature, catalogue(locale, feature)]))
  await i18n.init({
    lng: 'en',
    resources: { en: of('en'), 'zh-CN': of('zh-CN') } as Resource,
    interpolation: { escapeValue: false },
  })
})

const [like] = lampRecord.threads
const { author: zhou, closedBy } = like!
const lin = closedBy!
const titles = new Map([['d-spec', 'Spec']])

/** Zhou's proposal without a reason, which stands as `more` says. */
const proposal = (more: Partial<Thread> = {}): Thread => ({
  ...like!,
  kind: 'proposal',
  severity: 'should',
  replacement: [{ type: 'text', text: '2.8 mm' }],
  anchor: { type: 'node', documentId: 'd-spec', node: '', nodeType: 'cell', quote: '2.5 mm' },
  comments: [{ ...like!.comments[0]!, body: '2.8 mm' }],
  state: 'open',
  closedBy: null,
  closedAt: null,
  closedReason: null,
  ...more,
})
const closed = { state: 'settled', closedAt: '2026-11-19T02:00:00.000Z' } as const
const accepted = proposal({ ...closed, accepted: true, closedBy: lin })
const withdrawn = proposal({ ...closed, closedBy: zhou })
const declined = proposal({
  ...closed,
  state: 'declined',
  closedBy: lin,
  closedReason: 'The tool is cut.',
})

async function shownIn(locale: string, thread: Thread): Promise<string> {
  await i18n.changeLanguage(locale)
  const point = createElement(FrozenThread, { thread, titles, isQuoteChanged: false })
  // oxlint-disable-next-line react/no-children-prop -- a test has no JSX
  const page = createElement(I18nextProvider, { i18n, children: point })
  return renderToStaticMarkup(page)
    .replace(/<\/?(?:span|strong|b|wbr)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, '\n')
}
const timesOf = (text: string, words: string) => text.split(words).length - 1

test('a proposal says that it is one, whose, and what it puts in place of what, once', async () => {
  const english = await shownIn('en', proposal())
  expect(english).toContain(`#1 Open · Should · Proposal by ${zhou.name} · On Spec`)
  expect(english).toMatch(/2\.5 mm\n+Proposed instead: 2\.8 mm/)
  expect(timesOf(english, '2.8 mm')).toBe(1)
  const chinese = await shownIn('zh-CN', proposal())
  expect(chinese).toContain(`#1 待处理 · 建议改 · ${zhou.name} 的修改建议 · 针对 Spec`)
  expect(chinese).toMatch(/2\.5 mm\n+建议改为：2\.8 mm/)
  expect(await shownIn('en', proposal({ replacement: [], comments: [] }))).toContain(
    'Proposed instead: (to be removed)',
  )
})

test('who accepted, declined or withdrew it stands there, and why', async () => {
  expect(await shownIn('en', accepted)).toMatch(new RegExp(`#1 Accepted[^]*Accepted by ${lin.name}, .*2026`))
  expect(await shownIn('en', withdrawn)).toMatch(
    new RegExp(`#1 Withdrawn[^]*Withdrawn by ${zhou.name}, .*2026`),
  )
  expect(await shownIn('en', declined)).toMatch(
    new RegExp(`#1 Declined[^]*Declined by ${lin.name}, .*2026[^]*The tool is cut\\.`),
  )
  expect(await shownIn('zh-CN', accepted)).toMatch(new RegExp(`#1 已采纳[^]*已采纳：${lin.name}，`))
  expect(await shownIn('zh-CN', withdrawn)).toMatch(new RegExp(`#1 已撤回[^]*已撤回：${zhou.name}，`))
})

test.each([
  ['en', `Proposal by ${zhou.name}`, 'Proposed instead: 2.8 mm', `Withdrawn by ${zhou.name}`],
  ['zh-CN', `${zhou.name} 的修改建议`, '建议改为：2.8 mm', `已撤回：${zhou.name}`],
] as const)('print and Markdown tell the same in %s', (locale, whose, instead, by) => {
  const data = threadData(withdrawn, titles, locale, false)
  expect(data.facts).toContain(whose)
  expect(data.proposed).toBe(instead)
  expect(data.comments.map(({ name, body }) => [name, body])).toEqual([[zhou.name, '']])
  expect(data.closed).toContain(by)
  const key = { publicKeySha256: '0'.repeat(64), sign: () => new Uint8Array(64) }
  const record = { ...lampRecord, threads: [withdrawn] }
  const markdown = revisionMarkdown(lampRevision(key, record), locale).replaceAll('\\', '')
  for (const words of [whose, instead, by]) expect(timesOf(markdown, words)).toBe(1)
  expect(timesOf(markdown, '2.8 mm')).toBe(1)
})
