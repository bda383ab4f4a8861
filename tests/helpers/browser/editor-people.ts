import { expect, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import { createDocument, createPerson, join, type Person } from '../people.ts'
import type { Locale } from '../../../shared/accounts.ts'
import type { Role } from '../../../shared/permissions.ts'
import { signedIn } from './visitor.ts'

const base = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')

/** Somebody in a browser of their own, with what its console complained of. */
export interface Writer {
  page: Page
  person: Person
  complaints: string[]
}

/** Opens a document in a new context; resolves when its text is there. `prepare` has the page before it is opened. */
export async function openAs(
  browser: Browser,
  person: Person,
  documentId: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<void> = async () => {},
): Promise<Writer> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await signedIn(page, person)
  await prepare(page)
  const complaints: string[] = []
  page.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return
    // how slow the machine is; that each thing is asked for once, first-load.spec.ts holds
    if (message.text().includes('preloaded using link preload but not used')) return
    // what could not be loaded is named by its address alone
    complaints.push(`${message.text()} ${message.location().url}`)
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`/documents/${documentId}`)
  await expect(textOf(page)).toBeVisible()
  return { page, person, complaints }
}

export const textOf = (page: Page) => page.locator('.ProseMirror')

/** The text itself, without what is drawn into it. */
export const written = (page: Page) =>
  textOf(page).evaluate((element) => {
    const copy = element.cloneNode(true) as HTMLElement
    copy.querySelectorAll('.proposal-new, .others-caret').forEach((drawn) => drawn.remove())
    return copy.textContent
  })

/** An empty spec of Lin Yue's, open in the language that she reads. */
export async function openBlank(browser: Browser, locale: Locale): Promise<Writer> {
  const owner = await createPerson(base(), 'Lin Yue', locale)
  const { documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template: 'blank' })
  return openAs(browser, owner, documentId, { locale })
}

/** A document of Anna's, open in her browser and in 李伟's. */
export async function openForTwo(
  browser: Browser,
  { role = 'editor', template = 'blank' }: { role?: Role; template?: string } = {},
) {
  const owner = await createPerson(base(), 'Anna Berg')
  const guest = await createPerson(base(), '李伟')
  const { projectId, documentId } = await createDocument(owner, { kind: 'spec', title: 'Lamp', template })
  await join(owner, guest, projectId, 'manufacture', role)
  const anna = await openAs(browser, owner, documentId)
  const li = await openAs(browser, guest, documentId)
  await expectSaved(anna.page)
  await expectSaved(li.page)
  return { anna, li, documentId }
}

export const expectSaved = (page: Page) =>
  expect(page.getByRole('status').filter({ hasText: /^Saved$/ })).toBeVisible()

/** Waits until all is stored but words of one's own that are kept apart from the text: no tick stands then. */
export const expectKeptApart = (page: Page) =>
  expect(page.getByRole('status').filter({ hasText: /^Words not in the text$/ })).toBeVisible()

/** Lets go of both browsers' contexts and fails on anything their consoles said. */
export async function close(...writers: Writer[]): Promise<void> {
  for (const { page } of writers) await page.context().close()
  expect(writers.flatMap(({ complaints }) => complaints)).toEqual([])
}

/** Pastes a picture as a screenshot is in the clipboard, 320 pixels wide, and after it a file of each of these types. */
export const pastePicture = (page: Page, ...others: { name: string; type: string }[]) =>
  textOf(page).evaluate(async (element, files) => {
    const canvas = document.createElement('canvas')
    canvas.width = 320
    canvas.height = 200
    canvas.getContext('2d')!.fillRect(0, 0, 320, 200)
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
    const data = new DataTransfer()
    data.items.add(new File([blob!], 'lamp.png', { type: 'image/png' }))
    for (const { name, type } of files) data.items.add(new File(['II'], name, { type }))
    element.dispatchEvent(
      new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
    )
  }, others)

/** Pastes as another program's clipboard would. */
export const paste = (page: Page, type: string, content: string) =>
  textOf(page).evaluate(
    (element, given) => {
      const data = new DataTransfer()
      data.setData(given.type, given.content)
      element.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      )
    },
    { type, content },
  )
