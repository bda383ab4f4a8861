import { eq, max } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { documents, documentBases, documentUpdates } from '../../../server/history/tables.ts'
import type { RunningServer } from '../../../server/open-server.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { createPerson, openRoom, type Person } from '../../helpers/people.ts'
import { startServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'
import { hostileChanges } from '../../helpers/rooms/hostile-content.ts'
import { nest, poisonedBy, wrongIn } from '../../helpers/rooms/poisoned.ts'

/** Documents that a hostile editor wrote before all that people send was checked, and what others do with them today. */

let server: RunningServer
let owner: Person
beforeAll(async () => {
  server = await startServer()
  owner = await createPerson(server.url, 'Lin Yue')
})
afterAll(() => server.close())

/** Everything that the gate refuses, in one text, with nesting of 3,000 levels and a run of 100,000 characters. */
function poisonedUpdates(): Uint8Array[] {
  const deep = new Y.Doc()
  nest(deep, 3_000, 'innermost words')
  const long = new Y.Doc()
  const block = new Y.XmlElement('paragraph')
  long.getXmlFragment(textField).push([block])
  block.push([new Y.XmlText('x'.repeat(100_000))])
  return [deep, long, ...hostileChanges.map(([, change]) => poisonedBy(change))].map((doc) =>
    Y.encodeStateAsUpdate(doc),
  )
}

/** Made once: types that a change puts in cannot be put in again. */
const poison = poisonedUpdates()

/** A project with a document that holds all of it in its log. */
async function oldProject(): Promise<{ projectId: string; documentId: string }> {
  const { id: projectId } = await owner.post<{ id: string }>('/api/projects', { name: 'Lamp' })
  const { id: documentId } = await owner.post<{ id: string }>(`/api/projects/${projectId}/documents`, {
    kind: 'brief',
    title: 'Old',
  })
  const { database } = server
  const [last] = await database
    .select({ seq: max(documentUpdates.seq) })
    .from(documentUpdates)
    .where(eq(documentUpdates.documentId, documentId))
  await database.insert(documentUpdates).values(
    poison.map((update, index) => ({
      documentId,
      seq: last!.seq! + index + 1,
      userId: owner.user.id,
      update: Buffer.from(update),
    })),
  )
  await database.update(documents).set({ contentCheck: 0 }).where(eq(documents.id, documentId))
  return { projectId, documentId }
}

const committed = async (documentId: string): Promise<Y.Doc> => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await server.rooms.read(documentId))
  return doc
}

test('it is opened, searched, kept as a version, written in and folded', async () => {
  const { projectId, documentId } = await oldProject()
  const { provider, doc } = openRoom(owner, documentId)
  await until('the document to open', () => provider.synced)
  expect(wrongIn(doc)).toEqual([])
  const path = `/api/projects/${projectId}`
  const finds = async (words: string) =>
    (await owner.get<{ resources: unknown[] }>(`${path}/search?q=${words}`)).resources.length
  expect(await finds('innermost')).toBe(1)
  const block = new Y.XmlElement('paragraph')
  block.insert(0, [new Y.XmlText('handwritten')])
  doc.getXmlFragment(textField).push([block])
  await until('the edit to be kept', async () => (await finds('handwritten')) === 1)
  provider.destroy()
  const versions = `/api/documents/${documentId}/versions`
  const { version } = await owner.post<{ version: { id: string } }>(versions, { name: 'now' })
  expect(JSON.stringify(await owner.get(`${versions}/${version.id}`))).toContain('innermost words')
  await until('the log to be folded', async () => {
    const bases = await server.database.select().from(documentBases)
    return bases.some((base) => base.documentId === documentId)
  })
})

test('it is searched and put forward where nobody has opened it', async () => {
  const { projectId, documentId } = await oldProject()
  const path = `/api/projects/${projectId}`
  const { obstacles } = await owner.get<{ obstacles: { lossy: unknown[] } }>(`${path}/obstacles`)
  expect(obstacles.lossy).toEqual([])
  const put = await owner.ask('POST', `${path}/revisions`, { description: '' })
  expect(put.status, JSON.stringify(put.body)).toBe(201)
  expect(wrongIn(await committed(documentId))).toEqual([])
})
