import { asc, desc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { decodeChunk } from '../../../server/documents/history-chunk.ts'
import { documentHistory, documentUpdates } from '../../../server/documents/tables.ts'
import { newId } from '../../../server/db/columns.ts'
import { captureOf } from '../../../server/history/versions.ts'
import type { RunningServer } from '../../../server/open-server.ts'
import { revisions } from '../../../server/signoff/tables.ts'
import { trailEntries } from '../../../server/trail/tables.ts'
import { textField } from '../../../shared/document/text-field.ts'
import type { RevisionRecord, RevisionSummary } from '../../../shared/signoff.ts'
import type { TrailEntry } from '../../../shared/trail.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../../helpers/people.ts'
import { startServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

/** Texts, points and the trail's position of a revision are of one moment. */

let server: RunningServer
let owner: Person, editor: Person
let projectId: string, documentId: string

beforeAll(async () => {
  server = await startServer()
  ;[owner, editor] = await Promise.all([createPerson(server.url, 'Lin'), createPerson(server.url, 'Zhou')])
  ;({ projectId, documentId } = await createDocument(owner))
  await join(owner, editor, projectId, 'manufacture', 'editor')
})
afterAll(() => server.close())

/** The log of the document up to and with `seq`, what was folded of it too. */
async function replayed(seq: number): Promise<ReturnType<typeof captureOf>['content']> {
  const { database } = server
  const chunks = await database
    .select()
    .from(documentHistory)
    .where(eq(documentHistory.documentId, documentId))
    .orderBy(asc(documentHistory.fromSeq))
  const logged = await database
    .select()
    .from(documentUpdates)
    .where(eq(documentUpdates.documentId, documentId))
  const all = new Map(
    [...chunks.flatMap(({ chunk }) => decodeChunk(chunk)), ...logged].map((row) => [row.seq, row.update]),
  )
  const doc = new Y.Doc()
  for (let at = 1; at <= seq; at++) Y.applyUpdate(doc, all.get(at)!)
  return captureOf(doc).content
}

test('putting forward while ten people type and comment is exact', async () => {
  const path = `/api/projects/${projectId}`
  const rooms = Array.from({ length: 10 }, (_, index) => openRoom(index % 2 ? owner : editor, documentId))
  await Promise.all(
    rooms.map(({ provider }) => until('everybody to be in', () => provider.synced || undefined)),
  )
  let isTyping = true
  const typing = rooms.map(async ({ doc }, index) => {
    for (let count = 0; isTyping; count++) {
      const fragment = doc.getXmlFragment(textField)
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [new Y.XmlText(`${index}.${count}`)])
      fragment.insert(fragment.length, [paragraph])
      // oxlint-disable-next-line no-await-in-loop -- a pace of typing
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })
  const commenting = (async () => {
    while (isTyping) {
      const point = { id: newId(), commentId: newId(), anchor: { type: 'project' }, body: '壁厚?' }
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      await editor.post(`${path}/threads`, { ...point, severity: 'note' })
    }
  })()
  const made: RevisionSummary[] = []
  /** The position up to which the document's text is kept. */
  const keptSeq = async () => {
    const [newest] = await server.database
      .select({ seq: documentUpdates.seq })
      .from(documentUpdates)
      .where(eq(documentUpdates.documentId, documentId))
      .orderBy(desc(documentUpdates.seq))
      .limit(1)
    return newest?.seq ?? 0
  }
  for (let count = 0; count < 4; count++) {
    /* oxlint-disable no-await-in-loop -- one after the other, while the others type */
    const before = await keptSeq()
    await until('something more to be written', async () => (await keptSeq()) > before || undefined)
    const { revision } = await owner.post<{ revision: RevisionSummary }>(`${path}/revisions`, {
      description: '',
    })
    made.push(revision)
    await owner.post(`${path}/revisions/${revision.id}/withdraw`, {})
    /* oxlint-enable no-await-in-loop */
  }
  isTyping = false
  await Promise.all([...typing, commenting])
  for (const { provider } of rooms) provider.destroy()

  const entries = (
    await server.database
      .select()
      .from(trailEntries)
      .where(eq(trailEntries.projectId, projectId))
      .orderBy(asc(trailEntries.seq))
  ).map(({ line }) => JSON.parse(line) as TrailEntry)
  const seqs: number[] = []
  for (const { id } of made) {
    // oxlint-disable-next-line no-await-in-loop -- four
    const [row] = await server.database.select().from(revisions).where(eq(revisions.id, id))
    const record = JSON.parse(row!.record) as RevisionRecord
    const { seq, content } = record.documents[0]!
    seqs.push(seq!)
    // oxlint-disable-next-line no-await-in-loop -- four
    expect(content).toEqual(await replayed(seq!))
    const put = entries.find(
      ({ action, subject }) => action.endsWith('put_forward') && subject.revision?.id === id,
    )
    const stateAt = put!.details.stateAt as number
    const raised = entries.filter((one) => one.seq <= stateAt && one.action === 'thread.raised')
    expect(record.threads.map((thread) => thread.id).toSorted()).toEqual(
      raised.map(({ subject }) => subject.thread!.id).toSorted(),
    )
  }
  // people did type meanwhile
  expect(new Set(seqs).size).toBe(4)
}, 180_000)
