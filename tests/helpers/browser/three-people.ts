import { expect, type Browser, type Locator, type Page } from '@playwright/test'
import type { Locale } from '../../../shared/accounts.ts'
import { createDocument, createPerson, join } from '../people.ts'
import { close, expectSaved, openAs, textOf, type Writer } from './editor-people.ts'
import { selectWords } from './select-words.ts'
import { openVisitor, phone, type Visitor } from './visitor.ts'
import { wordsOf } from './wording.ts'

export const english = wordsOf('en')
export const chinese = wordsOf('zh-CN')

export const title = '大足台灯规格书'
export const lines = ['外壳壁厚 1.8 mm，表面喷砂。', 'Base plate 3 mm, cast iron.', '电源线长 1.5 m。']

/** Who meets over one document. */
export interface Meeting {
  /** The owner, of the design side, in English. */
  editor: Writer
  /** Of the factory's side, in Chinese. */
  reviewer: Writer
  projectId: string
  documentId: string
}

/** An owner who has written three lines, and a reviewer of the other side who reads them. */
export async function meet(browser: Browser): Promise<Meeting> {
  const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
  const owner = await createPerson(url, 'Lin Yue', 'en')
  const factory = await createPerson(url, '王师傅', 'zh-CN')
  const { projectId, documentId } = await createDocument(owner, { kind: 'spec', title, template: 'blank' })
  await join(owner, factory, projectId, 'manufacture', 'reviewer')
  const editor = await openAs(browser, owner, documentId, { locale: 'en' })
  await textOf(editor.page).click()
  for (const [index, line] of lines.entries()) {
    if (index > 0) await editor.page.keyboard.press('Enter')
    await editor.page.keyboard.type(line)
  }
  await expectSaved(editor.page)
  const reviewer = await openAs(browser, factory, documentId, { locale: 'zh-CN' })
  await expect(textOf(reviewer.page)).toContainText(lines.at(-1)!)
  return { editor, reviewer, projectId, documentId }
}

/** The reviewer proposes other words for some. */
export async function propose(page: Page, words: string, instead: string): Promise<void> {
  await selectWords(page, words)
  await page.getByRole('button', { name: chinese('proposals:propose') }).click()
  await page.getByRole('textbox', { name: chinese('proposals:compose.replacement') }).fill(instead)
  await page.getByRole('button', { name: chinese('proposals:compose.send') }).click()
}

/** The owner makes a link into the document for one guest, and goes back to the document. */
export async function makeGuestLink({ page }: Writer, forWhom: string, role?: 'editor'): Promise<string> {
  await page.getByRole('banner').getByRole('link', { name: 'Dazu lamp' }).click()
  await page.getByRole('button', { name: english('guests:make'), exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: english('guests:for') }).fill(forWhom)
  if (role) await dialog.getByRole('radio', { name: english(`ui:role.${role}`) }).check()
  await expect(dialog.getByRole('checkbox', { name: title })).toBeChecked()
  await dialog.getByRole('button', { name: english('guests:makeLink') }).click()
  const link = await page.getByTestId('guest-link').innerText()
  await dialog.getByRole('button', { name: english('ui:done') }).click()
  await page.getByRole('link', { name: title }).click()
  await expectSaved(page)
  return link
}

/** A guest opens a link on a phone, says a name and opens the document. */
export async function comeIn(browser: Browser, link: string, name: string): Promise<Visitor> {
  const guest = await openVisitor(browser, 'zh-CN', 390, phone)
  const { page } = guest
  await page.goto(link)
  await page.getByRole('textbox', { name: chinese('guests:yourName') }).fill(name)
  await page.getByRole('button', { name: chinese('guests:enter') }).tap()
  await page.getByRole('link', { name: title }).tap()
  await expect(textOf(page)).toContainText(lines.at(-1)!)
  return guest
}

/** Ends the meeting; fails on anything that a console said. A phone notes its first question of who is there itself. */
export async function part({ editor, reviewer }: Meeting, ...guests: Visitor[]): Promise<void> {
  for (const { page } of guests) await page.context().close()
  expect(guests.flatMap(({ complaints }) => complaints)).toEqual([])
  await close(editor, reviewer)
}

const allMarks = '.ProseMirror .thread-mark:not(.thread-mark-draft)'

/** What is marked in the text, by point; somebody's caret may stand in the middle of a mark. */
const marked = async (page: Page): Promise<Map<string, string>> =>
  new Map(
    await page.locator(allMarks).evaluateAll((spans) => {
      const words = new Map<string, string>()
      for (const span of spans as HTMLElement[]) {
        const { thread = '' } = span.dataset
        words.set(thread, (words.get(thread) ?? '') + span.textContent)
      }
      return [...words]
    }),
  )

export const expectMarked = (page: Page, words: string[]) =>
  expect.poll(async () => [...(await marked(page)).values()]).toEqual(words)

/** Opens a point by the mark on its words. */
export async function openByMark(page: Page, words: string): Promise<void> {
  let found: string | undefined
  await expect
    .poll(async () => (found = [...(await marked(page))].find(([, text]) => text === words)?.[0]))
    .toBeTruthy()
  await page.locator(`${allMarks}[data-thread="${found}"]`).first().click()
}

/** A point's card, as its reader's language names it. */
export const cardOf = (page: Page, locale: Locale, number: number): Locator =>
  page.getByRole('article', {
    name: wordsOf(locale)('review:number', { number: String(number) }),
    exact: true,
  })

/** Selects words and writes a comment on them, up to the buttons that send it. */
export async function begin(page: Page, locale: Locale, words: string, comment: string): Promise<void> {
  const t = wordsOf(locale)
  await selectWords(page, words)
  const offered = page.getByRole('toolbar', { name: t('editor:selection') })
  await offered.getByRole('button', { name: t('review:comment') }).click()
  await page.getByRole('textbox', { name: t('review:compose.body') }).fill(comment)
}

export async function raise(page: Page, locale: Locale, words: string, comment: string): Promise<void> {
  await begin(page, locale, words, comment)
  await page.getByRole('button', { name: wordsOf(locale)('review:compose.send') }).click()
}

export async function reply(card: Locator, locale: Locale, words: string): Promise<void> {
  const t = wordsOf(locale)
  await card.getByRole('textbox', { name: t('review:reply.body') }).fill(words)
  await card.getByRole('button', { name: t('review:reply.send'), exact: true }).click()
}
