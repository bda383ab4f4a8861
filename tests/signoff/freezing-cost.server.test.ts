import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { documentUpdates } from '../../server/history/tables.ts'
import {
  findWrittenTask,
  freezeDocument,
  freezeTask,
  type WordsToFind,
} from '../../server/documents/freezing.ts'
import { updatesInPieces } from '../../server/history/logged-pieces.ts'
import { frame } from '../../server/conversions/frames.ts'
import type { Converter } from '../../server/conversions/task.ts'
import type { BareThread } from '../../server/resources/kinds.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => (world = await openWorld()), 60_000)
afterAll(() => world.close())

/** What a session of typing leaves behind its base: a row a letter. */
const rows = 3_000
const proposals = 200

async function typedDocument() {
  const designer = await world.person('Lin')
  const { documentId } = await world.project([designer, 'owner', 'design'])
  const doc = new Y.Doc()
  const logged = await world.database
    .select()
    .from(documentUpdates)
    .where(eq(documentUpdates.documentId, documentId))
    .orderBy(documentUpdates.seq)
  for (const { update } of logged) Y.applyUpdate(doc, update)
  const letters: Buffer[] = []
  const [block, text] = [new Y.XmlElement('paragraph'), new Y.XmlText()]
  doc.on('update', (update: Uint8Array) => letters.push(Buffer.from(update)))
  doc.getXmlFragment('default').push([block])
  block.push([text])
  for (let at = 0; letters.length < rows; at++) text.insert(at, 'x')
  const first = (logged.at(-1)?.seq ?? 0) + 1
  await world.database
    .insert(documentUpdates)
    .values(letters.map((update, at) => ({ documentId, seq: first + at, userId: designer.id, update })))
  return { designer, documentId, doc }
}

/** Accepted proposals of many pages each, whose words are found nowhere. */
const accepted = (documentId: string): BareThread[] =>
  Array.from({ length: proposals }, (_, at) => ({
    id: `thread-${at}`,
    anchor: { type: 'text', documentId, start: 'AA==', end: 'AA==', quote: `gone ${at}` },
    accepted: true,
    replacement: [{ type: 'text', text: 'words of a page '.repeat(200) }],
    closedBy: { userId: 'u', name: 'Lin', side: 'design' },
    closedAt: new Date(0).toISOString(),
    draft: false,
  })) as unknown as BareThread[]

test('a text, the points on it and its history cross to a converter as a few arrays of bytes, the history when its turn has come (issue 10.4)', async () => {
  const { designer, documentId, doc } = await typedDocument()
  const given: [name: string, input: unknown][] = []
  const converter = {
    run: async (task: { name: string }, input: unknown) => {
      given.push([task.name, input])
      if (task.name === findWrittenTask.name) return []
      const nothing = { content: null, size: 0, pictures: [], lossy: [], changedQuotes: [], unwritten: [] }
      return { ...nothing, unsure: threads.map(({ id }) => id) }
    },
  } as unknown as Converter
  const charged: number[] = []
  const { database } = world
  const by = { projectId: 'p', userId: designer.id }
  const charge = async (bytes: number) => void charged.push(bytes)
  const threads = accepted(documentId)
  const freeze = await database.transaction((tx) => freezeDocument(tx, documentId))
  const part = await freeze({ database, converter, by, charge }, threads)
  expect(part.unwritten).toHaveLength(proposals)

  expect(given.map(([name]) => name)).toEqual([freezeTask.name, findWrittenTask.name])
  const [text, read] = [given[0]![1], given[1]![1]]
  // nothing of the history is read before it is let in, and all of it is charged before
  expect(read).toBeTypeOf('function')
  expect(charged).toEqual([expect.any(Number)])
  const history = await (read as () => Promise<WordsToFind>)()
  for (const input of [text, history]) {
    const [, head, ...parts] = frame(input)
    expect(head!.length).toBeLessThan(2_000)
    expect(parts.length).toBeLessThan(20)
  }
  const copy = new Y.Doc()
  for (const { update } of updatesInPieces(history.history.logged)) Y.applyUpdate(copy, update)
  expect(updatesInPieces(history.history.logged).map(({ seq }) => seq)).toEqual(
    Array.from({ length: rows + 1 }, (_, at) => at + 1),
  )
  expect(copy.getXmlFragment('default').toString()).toBe(doc.getXmlFragment('default').toString())
}, 60_000)
