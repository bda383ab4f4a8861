import { expect, test } from '@playwright/test'
import { sendHostileUpdates, writeUpdate } from '../../helpers/rooms/hostile-editor.ts'
import { honestText, missingFile } from '../../helpers/rooms/hostile-updates.ts'
import { createDocument, createPerson, join } from '../../helpers/people.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { close, expectSaved, openAs, textOf } from '../../helpers/browser/editor-people.ts'

const documents = Number(process.env.FUZZ_PAGES ?? 20)
// chosen once: a worker reads this file again, and inherits the environment
process.env.FUZZ_SEED ??= String(Math.floor(Math.random() * 2 ** 32))
const seed = Number(process.env.FUZZ_SEED)

test(`${documents} documents that a hostile editor had a hand in open, are written on and saved (FUZZ_SEED=${seed})`, async ({
  browser,
}) => {
  test.setTimeout(60_000 + documents * 20_000)
  const url = process.env.COUNTERSIGN_URL!.replace(/\/$/, '')
  const owner = await createPerson(url, 'Lin Yue')
  const sender = await createPerson(url, 'Mallory')
  let writer: Awaited<ReturnType<typeof openAs>> | null = null
  for (let count = 0; count < documents; count++) {
    const random = seededRandom(seed + count)
    const { projectId, documentId } = await createDocument(owner)
    await join(owner, sender, projectId, 'manufacture', 'editor')
    await writeUpdate(owner, documentId, honestText(random))
    const sent = await sendHostileUpdates(random, sender, documentId, 4)
    await test.step(`FUZZ_PAGES=1 FUZZ_SEED=${seed + count}: ${sent.join('; ')}`, async () => {
      if (writer) await writer.page.goto(`/documents/${documentId}`)
      else writer = await openAs(browser, owner, documentId)
      const { page, complaints } = writer
      await expect(textOf(page)).toBeVisible()
      await expectSaved(page)
      // a click may land on a column's border
      await textOf(page).focus()
      await page.keyboard.press('Control+End')
      await page.keyboard.press('Enter')
      await page.keyboard.type(`By hand ${count}.`)
      await expect(textOf(page)).toContainText(`By hand ${count}.`)
      await expectSaved(page)
      await page.reload()
      await expect(textOf(page)).toContainText(`By hand ${count}.`)
      // the gate takes a picture by its form: one that is nowhere is asked for in vain, and the console says so
      expect(complaints.filter((one) => !one.endsWith(`/files/${missingFile}`))).toEqual([])
      complaints.length = 0
    })
  }
  if (writer) await close(writer)
})
