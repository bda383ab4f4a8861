import { expect, test, type Browser, type BrowserContext } from '@playwright/test'
import * as Y from 'yjs'
import { createDocument, createPerson, type Person } from '../../helpers/people.ts'
import { expectKeptApart, expectSaved, openAs, paste, textOf } from '../../helpers/browser/editor-people.ts'
import { poisoned, poisons } from '../../helpers/web/poisoned-documents.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { messageType, syncStep } from '../../../shared/wire/protocol.ts'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

const base = () => process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
let anna: Person
test.beforeAll(async () => void (anna = await createPerson(base(), 'Anna Berg')))

/** A room that holds an old poisoned text: it answers as the server would, and notes what it is told. */
async function serveInstead(context: BrowserContext, documentId: string, doc: Y.Doc): Promise<Uint8Array[]> {
  const told: Uint8Array[] = []
  await context.route(`**/api/documents/${documentId}/text`, (route) =>
    route.fulfill({ body: Buffer.from(Y.encodeStateAsUpdate(doc)) }),
  )
  await context.routeWebSocket(new RegExp(`/api/rooms/${documentId}`), (socket) => {
    const say = (step: number, bytes: Uint8Array) => {
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, messageType.sync)
      encoding.writeVarUint(encoder, step)
      encoding.writeVarUint8Array(encoder, bytes)
      socket.send(Buffer.from(encoding.toUint8Array(encoder)))
    }
    let counted = 0
    socket.onMessage((message) => {
      const decoder = decoding.createDecoder(new Uint8Array(message as Buffer))
      if (decoding.readVarUint(decoder) !== messageType.sync) return
      if (decoding.readVarUint(decoder) === syncStep.step1)
        return say(syncStep.step2, Y.encodeStateAsUpdate(doc))
      told.push(decoding.readVarUint8Array(decoder))
      const encoder = encoding.createEncoder()
      encoding.writeVarUint(encoder, messageType.saved)
      encoding.writeVarUint(encoder, ++counted)
      socket.send(Buffer.from(encoding.toUint8Array(encoder)))
    })
    say(syncStep.step2, Y.encodeStateAsUpdate(doc))
    say(syncStep.step1, Y.encodeStateVector(doc))
  })
  return told
}

/** All poisons in one document. */
function allPoisons(): Y.Doc {
  const all = new Y.Doc()
  for (const name of Object.keys(poisons)) {
    const blocks = poisoned(name).getXmlFragment(textField).toArray() as Y.XmlElement[]
    all.getXmlFragment(textField).push(blocks.map((block) => block.clone()))
  }
  return all
}

test('security 42: a document poisoned before opens, is written in, and keeps everything that stood in it', async ({
  browser,
}) => {
  const { documentId } = await createDocument(anna, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const doc = allPoisons()
  const context = await browser.newContext()
  const told = await serveInstead(context, documentId, doc)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(String(error)))
  const [name, value] = anna.cookie.split('=', 2) as [string, string]
  await context.addCookies([{ name, value, url: anna.url }])
  await page.goto(`/documents/${documentId}`)
  await expect(textOf(page).getByText('first').first()).toBeVisible()
  await expectSaved(page)
  const before = Y.encodeStateAsUpdate(doc)
  for (const update of told) Y.applyUpdate(doc, update)
  expect(Buffer.from(Y.encodeStateAsUpdate(doc)).equals(Buffer.from(before)), 'opening wrote').toBe(true)

  await textOf(page).getByText('first').first().click()
  await page.keyboard.press('End')
  await page.keyboard.type(' and mine')
  await expect.poll(() => told.map((update) => update.length).length).toBeGreaterThan(1)
  await expectSaved(page)
  let deleted = 0
  doc.on('afterTransaction', (transaction: Y.Transaction) => (deleted += transaction.deleteSet.clients.size))
  for (const update of told) Y.applyUpdate(doc, update)
  expect(deleted, 'deleted what stood there').toBe(0)
  expect((doc.getXmlFragment(textField).get(0) as Y.XmlElement).toString()).toContain('first and mine')
  expect(errors).toEqual([])
  await context.close()
})

/** A new, empty document, open and saved. */
async function openLamp(browser: Browser) {
  const { documentId } = await createDocument(anna, { kind: 'spec', title: 'Lamp', template: 'blank' })
  const { page } = await openAs(browser, anna, documentId)
  await expectSaved(page)
  return { page, documentId }
}

test('two tabs, one offline: its words are counted until they are saved, closed or not; what is refused is kept apart', async ({
  browser,
}) => {
  const { page, documentId } = await openLamp(browser)
  const context = page.context()
  const other = await context.newPage()
  await other.goto(`/documents/${documentId}`)
  await expectSaved(other)
  await context.setOffline(true)
  await textOf(page).click()
  await expect(page.getByText('Offline: reconnecting…')).toBeVisible()
  await page.keyboard.type('abc')
  await expect(page.getByText(/3 changes kept/)).toBeVisible()
  await expect(other.getByText(/3 changes kept/)).toBeVisible()
  await page.close()
  await context.setOffline(false)
  await expectSaved(other)
  await expect(textOf(other)).toContainText('abc')

  await textOf(other).click()
  // no browser breaks so long a run of characters, so the server takes none
  await other.keyboard.insertText(`too long ${'x'.repeat(defaultLimits.runCharacters + 1)}`)
  await expect(other.getByText('Your last changes were not taken.')).toBeVisible()
  await expect(other.locator('pre')).toContainText('too long')
  await expectKeptApart(other)
  await expect(textOf(other)).not.toContainText('too long')
  await other.reload()
  await expect(other.locator('pre')).toContainText('too long')
  await other.getByRole('button', { name: 'Throw these words away' }).click()
  await other.getByRole('dialog').getByRole('button', { name: 'Throw these words away' }).click()
  await expect(other.locator('pre')).toHaveCount(0)
  await expectSaved(other)
  await context.close()
})

test('a paste that is refused: one writes on where one was, and what is kept apart is what was not taken', async ({
  browser,
}) => {
  const { page } = await openLamp(browser)
  await textOf(page).click()
  await page.keyboard.type('Wall 3 mm')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Taken before')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('End')
  await expectSaved(page)
  // the local storage is full, so the words are kept elsewhere
  await page.evaluate(() => {
    const plain = Storage.prototype.setItem
    Storage.prototype.setItem = function (key, value) {
      if (key.includes('recovered')) throw new DOMException('full', 'QuotaExceededError')
      plain.call(this, key, value)
    }
  })
  await page.keyboard.insertText(` too long ${'x'.repeat(defaultLimits.runCharacters + 1)}`)
  await expect(page.locator('pre')).toHaveText(/^\s*too long x+$/)
  await expectKeptApart(page)
  await expect(textOf(page)).toBeFocused()
  await page.keyboard.type(' thick')
  await expect(textOf(page).locator('p').first()).toHaveText('Wall 3 mm thick')
  await expectKeptApart(page)
  await page.reload()
  await expect(textOf(page).locator('p').first()).toHaveText('Wall 3 mm thick')
  await expect(page.locator('pre')).toHaveText(/^\s*too long x+$/)
  await page.context().close()
})

test('a paste over a limit is refused in words before it is put in, and what is selected stays', async ({
  browser,
}) => {
  const { page } = await openLamp(browser)
  await textOf(page).click()
  await page.keyboard.type('Wall')
  await page.keyboard.press('Control+a')
  await paste(page, 'text/plain', `over ${'x'.repeat(600_000)}`)
  await expect(page.getByText('A passage without spaces or line breaks is too long')).toBeVisible()
  await paste(page, 'text/plain', 'many words '.repeat(100_000))
  await expect(page.getByText('This change is too large to be taken at once.')).toBeVisible()
  await expect(textOf(page)).toHaveText('Wall')
  await expectSaved(page)
  await page.context().close()
})
