import { asc, desc, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { decodeChunk } from '../../server/history/chunk.ts'
import { documentHistory, documentUpdates } from '../../server/history/tables.ts'
import { newId } from '../../server/db/columns.ts'
import { captureOf } from '../../server/history/capture.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { revisions } from '../../server/signoff/tables.ts'
import { trailEntries } from '../../server/trail/tables.ts'
import { anchorOf } from '../../shared/anchors/anchors.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import type { RevisionRecord, RevisionSummary } from '../../shared/signoff.ts'
import type { TrailEntry } from '../../shared/trail.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { threadsOf, stateAfter } from '../helpers/signoff/state-of-trail.ts'

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

/**
 * Raises points and does everything that may be done to them, and to the document's title, until `isOver`; each act is
 * in the trail. Nothing that it does keeps a revision from being put forward.
 */
async function discuss(isOver: () => boolean, told: { points: number; rounds: number }): Promise<void> {
  const path = `/api/projects/${projectId}`
  const { provider, doc } = openRoom(owner, documentId)
  await until('the text', () => layOutText(doc.getXmlFragment(textField)).words().bare.length > 0)
  const layout = layOutText(doc.getXmlFragment(textField))
  const words = layout.words()
  const anchor = anchorOf(layout, documentId, { from: words.position(0), to: words.position(3) + 1 })!
  provider.destroy()
  for (let count = 0; !isOver(); count++) {
    const [id, commentId, replyId] = [newId(), newId(), newId()]
    const project = { type: 'project' }
    await editor.post(`${path}/threads`, {
      id,
      commentId,
      anchor: project,
      body: `壁厚 ${count}?`,
      severity: 'note',
    })
    told.points++
    const at = `${path}/threads/${id}`
    await owner.post(`${at}/comments`, { id: replyId, body: `${count} mm` })
    await editor.ask('PATCH', at, { severity: 'should', kind: 'question' })
    await owner.ask('PATCH', at, { category: 'wall', dueOn: '2027-01-01' })
    await owner.ask('PATCH', `${at}/comments/${replyId}`, { body: `${count}.5 mm` })
    await owner.ask('PATCH', `/api/documents/${documentId}`, { title: `Lamp ${count}` })
    await (count % 2
      ? editor.ask('PATCH', at, { state: 'settled' })
      : owner.ask('DELETE', `${at}/comments/${replyId}`))
    const proposal = { id: newId(), commentId: newId(), kind: 'proposal', severity: 'note', body: '好' }
    const replacement = [{ type: 'text', text: 'ADC12' }]
    await editor.post(`${path}/threads`, { ...proposal, anchor, replacement })
    // an accepted one would have to be written, too
    await owner.ask('PATCH', `${path}/threads/${proposal.id}`, { state: 'declined', reason: '模具已开' })
    told.rounds++
  }
}

test('putting forward while ten people type, answer, edit, settle, propose and rename is exact', async () => {
  const path = `/api/projects/${projectId}`
  const rooms = Array.from({ length: 10 }, (_, index) => openRoom(index % 2 ? owner : editor, documentId))
  await Promise.all(
    rooms.map(({ provider }) => until('everybody to be in', () => provider.synced || undefined)),
  )
  let isTyping = true
  const typing = rooms.map(async ({ doc }, index) => {
    const fragment = doc.getXmlFragment(textField)
    let own: Y.XmlElement | null = null
    let text = new Y.XmlText()
    for (let count = 0; isTyping; count++) {
      // each has paragraphs of their own, as people do: all at one place is what has a budget
      if (count % 20 === 0) {
        const next: Y.XmlElement = new Y.XmlElement('paragraph')
        text = new Y.XmlText(`${index}.`)
        next.insert(0, [text])
        fragment.insertAfter(own ?? fragment.get(fragment.length - 1), [next])
        own = next
      }
      text.insert(text.length, `${count % 10}`)
      await new Promise((resolve) => setTimeout(resolve, 40))
    }
  })
  const told = { points: 0, rounds: 0 }
  const discussing = [discuss(() => !isTyping, told), discuss(() => !isTyping, told)]
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
    const [before, threads] = [await keptSeq(), told.points]
    await until('something more to be written', async () => (await keptSeq()) > before, 60)
    await until('another point', () => told.points > threads, 60)
    const { revision } = await owner.post<{ revision: RevisionSummary }>(`${path}/revisions`, {
      description: '',
    })
    made.push(revision)
    await owner.post(`${path}/revisions/${revision.id}/withdraw`, {})
  }
  await until('each act to have been done', () => told.rounds >= 4, 60)
  isTyping = false
  await Promise.all([...typing, ...discussing])
  for (const { provider } of rooms) provider.destroy()

  const entries = (
    await server.database
      .select()
      .from(trailEntries)
      .where(eq(trailEntries.projectId, projectId))
      .orderBy(asc(trailEntries.seq))
  ).map(({ line }) => JSON.parse(line) as TrailEntry)
  const seqs: number[] = []
  const states: unknown[] = []
  for (const { id } of made) {
    const [row] = await server.database.select().from(revisions).where(eq(revisions.id, id))
    const record = JSON.parse(row!.record) as RevisionRecord
    const { seq, content } = record.documents[0]!
    seqs.push(seq!)
    expect(content).toEqual(await replayed(seq!))
    const put = entries.find(
      ({ action, subject }) => action.endsWith('put_forward') && subject.revision?.id === id,
    )
    const stateAt = put!.details.stateAt as number
    const state = stateAfter(entries, stateAt)
    expect(threadsOf(record.threads)).toEqual(state.points)
    expect(Object.fromEntries(record.documents.map((one) => [one.id, one.title]))).toEqual(state.titles)
    states.push(state)
  }
  // an entry more or less is another state: what is compared tells one moment from the next
  expect(new Set(states.map((state) => JSON.stringify(state))).size).toBe(4)
  const done = new Set(entries.map(({ action }) => action))
  for (const action of [
    'thread.raised',
    'comment.added',
    'comment.edited',
    'thread.changed',
    'comment.withdrawn',
    'document.renamed',
  ] as const) {
    expect(done).toContain(action)
  }
  // people did type meanwhile
  expect(new Set(seqs).size).toBe(4)
}, 180_000)
