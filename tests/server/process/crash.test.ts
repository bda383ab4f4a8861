import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { notedPostmaster } from '../../../server/db/postmaster.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { createDocument, createPerson, join as invite, openRoom, type Person } from '../../helpers/people.ts'
import { until } from '../../helpers/until.ts'
import { makeDataDir, startApp, type AppProcess } from './app-process.ts'
import { Typist } from './typist.ts'

const kills = 20
/** In every so manyth crash the database dies with the app. */
const databaseDies = 5

const dataDir = makeDataDir()
let app: AppProcess
afterAll(async () => {
  await app.end('SIGTERM')
  rmSync(dataDir, { recursive: true, force: true })
})

async function readText(reader: Person, documentId: string): Promise<string> {
  const { doc, provider } = openRoom(reader, documentId)
  await until('the text after the crash', () => provider.synced)
  provider.destroy()
  return doc.getXmlFragment(textField).toString()
}

test(`rule 3: ${kills} times kill -9 while three type, and every acknowledged word is there after it, once`, async () => {
  app = startApp({ DATA_DIR: dataDir, PORT: '0' })
  const url = await app.ready()
  const owner = await createPerson(url, 'Lin Yue')
  const { projectId, documentId } = await createDocument(owner)
  const people = [owner, await createPerson(url, 'Zhao Min'), await createPerson(url, 'Anna')]
  await invite(owner, people[1]!, projectId, 'manufacture', 'editor')
  await invite(owner, people[2]!, projectId, 'design', 'editor')
  const typists = ['a', 'b', 'c'].map((name) => new Typist(name))

  for (let kill = 1; kill <= kills; kill++) {
    const before = typists.map((typist) => typist.acknowledged)
    await Promise.all(typists.map((typist, index) => typist.join(people[index]!, documentId)))
    await until('everybody to have new words acknowledged', () =>
      typists.every((typist, index) => typist.acknowledged > before[index]!),
    )
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 300))
    if (kill % databaseDies === 0) {
      process.kill(notedPostmaster(join(dataDir, 'postgres/cluster'))!, 'SIGKILL')
    }
    await app.end('SIGKILL')
    app = startApp({ DATA_DIR: dataDir, PORT: new URL(url).port })
    await app.ready()
    // nobody who still holds the words is back yet: what is read is what the server kept
    const text = await readText(owner, documentId)
    for (const typist of typists) {
      const lost = Array.from({ length: typist.acknowledged }, (_, index) => typist.word(index + 1)).filter(
        (word) => !text.includes(word),
      )
      expect(lost, `acknowledged words of ${typist.name} lost in crash ${kill}`).toEqual([])
    }
  }

  await Promise.all(typists.map((typist, index) => typist.join(people[index]!, documentId)))
  await Promise.all(typists.map((typist) => typist.finish()))
  const text = await readText(owner, documentId)
  for (const typist of typists) {
    const words = Array.from({ length: typist.typed }, (_, index) => typist.word(index + 1))
    expect(text.split(words.join('')).length, `${typist.name}'s words, each once and in order`).toBe(2)
  }
  expect(Math.min(...typists.map((typist) => typist.typed))).toBeGreaterThan(kills)
}, 300_000)
