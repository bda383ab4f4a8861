import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { defaultLimits } from '../../shared/limits.ts'
import { postgresLog } from '../../server/history/log.ts'
import { textField } from '../../shared/document/text-field.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

let server: RunningServer
let owner: Person
beforeAll(async () => {
  server = await startServer({
    limits: { documentsPerProject: 2, historyBytes: 400_000, writtenBytesPerMinute: 330_000 },
  })
  owner = await createPerson(server.url)
})
afterAll(() => server.close())

interface Usage {
  bytes: number
  limit: number
}

/** Somebody in a document's room, with why the server closed it last. */
async function enter(person: Person, documentId: string) {
  const { provider, doc } = openRoom(person, documentId)
  let reason = ''
  provider.on('connection-close', (event) => (reason = event?.reason || reason))
  await until('the text', () => provider.synced)
  const paragraph = doc.getXmlFragment(textField).get(0) as Y.XmlElement
  const text = () => {
    if (paragraph.length === 0) paragraph.insert(0, [new Y.XmlText()])
    return paragraph.get(0) as Y.XmlText
  }
  return {
    doc,
    reason: () => reason,
    leave: () => provider.destroy(),
    /** Types words and takes them out again: the text stays as short as it was. */
    churn(size: number) {
      const words = randomBytes(size).toString('base64').slice(0, size)
      text().insert(
        0,
        words.replace(/.{8}/g, (word) => `${word.slice(1)} `),
      )
      text().delete(0, size)
    },
    type: (words: string) => text().insert(0, words),
  }
}

/** Churns in turns until somebody's edit is refused; returns why. */
async function churnUntilRefused(
  rooms: Awaited<ReturnType<typeof enter>>[],
  projectId: string,
  size: number,
): Promise<string> {
  const reason = () => rooms.map((room) => room.reason()).find((one) => one !== '')
  for (let round = 0; round < 20 && !reason(); round++) {
    const { bytes } = await usageOf(projectId)
    rooms[round % rooms.length]!.churn(size)
    await until('the edit to be logged or refused', async () => {
      return reason() || (await usageOf(projectId)).bytes > bytes + size
    })
  }
  return reason() ?? ''
}

const usageOf = (projectId: string) => owner.get<Usage>(`/api/projects/${projectId}/history`)

test('one person cannot fill a project’s history at once: what is too much for a minute is refused to its sender', async () => {
  const { projectId, documentId } = await createDocument(owner)
  const editor = await createPerson(server.url, 'Wu')
  await join(owner, editor, projectId, 'manufacture', 'editor')
  const other = await enter(owner, documentId)
  const flood = await enter(editor, documentId)
  expect(await churnUntilRefused([flood], projectId, 50_000)).toBe('too_many_bytes')
  flood.leave()
  expect((await usageOf(projectId)).bytes).toBeLessThan(340_000)

  other.type('Still at work. ')
  const seen = await enter(owner, documentId)
  expect(seen.doc.getXmlFragment(textField).toString()).toContain('Still at work. ')
  expect(other.reason()).toBe('')
  other.leave()
  seen.leave()
})

test('a full history refuses the next edit and no old one; an owner makes room, which stands in the trail', async () => {
  const { projectId, documentId } = await createDocument(owner)
  const people = [owner, await createPerson(server.url, 'Wu')]
  await join(owner, people[1]!, projectId, 'design', 'editor')
  const viewer = await createPerson(server.url, 'Zhao')
  await join(owner, viewer, projectId, 'design', 'viewer')
  const reading = await enter(viewer, documentId)
  // all of it is compressed history at last, which makes little room, and somebody goes on reading
  for (const words of ['Kept. ', 'Once more. ']) {
    const rooms = await Promise.all(people.map((person) => enter(person, documentId)))
    rooms[0]!.type(words)
    expect(await churnUntilRefused(rooms, projectId, 40_000)).toBe('history_full')
    for (const { leave } of rooms) leave()
    await postgresLog(server.database, defaultLimits).compact(documentId)
  }
  const full = await usageOf(projectId)
  expect(full.limit).toBe(400_000)
  expect(full.bytes).toBeLessThanOrEqual(full.limit)

  const refused = await people[1]!.ask('POST', `/api/projects/${projectId}/history/fold`)
  expect(refused.status).toBe(403)
  const left = await owner.post<Usage>(`/api/projects/${projectId}/history/fold`, {})
  expect(left.bytes).toBeLessThan(full.bytes / 10)
  const { entries } = await owner.get<{ entries: { action: string; details: object }[] }>(
    `/api/projects/${projectId}/trail`,
  )
  expect(entries[0]).toMatchObject({ action: 'history.folded', details: { after: left.bytes } })

  const again = await enter(owner, documentId)
  expect(again.doc.getXmlFragment(textField).toString()).toContain('Kept. ')
  again.churn(40_000)
  again.type('And on. ')
  const seen = await enter(people[1]!, documentId)
  await until('the next edit to arrive', () =>
    seen.doc.getXmlFragment(textField).toString().includes('And on. Once more. Kept. '),
  )
  // nothing of what was folded is new to anybody
  const since = encodeURIComponent(new Date(0).toISOString())
  const changes = await people[1]!.get<{ written: unknown[] }>(
    `/api/documents/${documentId}/changes?since=${since}`,
  )
  expect(changes.written.length).toBeLessThanOrEqual(1)
  expect(reading.reason()).toBe('')
  again.leave()
  seen.leave()
  reading.leave()
})

test('a project has as many documents as it may, and no more', async () => {
  const { projectId } = await createDocument(owner)
  const another = () =>
    owner.ask<{ error: object }>('POST', `/api/projects/${projectId}/documents`, {
      kind: 'spec',
      title: 'Another',
    })
  expect((await another()).status).toBe(201)
  expect((await another()).body.error).toMatchObject({ code: 'too_many_documents', params: { limit: 2 } })
})

test('a text whose history was folded is read from it when its base is damaged', async () => {
  const { projectId, documentId } = await createDocument(owner)
  const room = await enter(owner, documentId)
  room.type('Twice kept. ')
  room.leave()
  await until('the words to be logged', async () => (await usageOf(projectId)).bytes > 300)
  await owner.post(`/api/projects/${projectId}/history/fold`, {})
  await owner.post(`/api/projects/${projectId}/history/fold`, {})
  await server.database.$client.query(
    `update document_bases set state = set_byte(state, 9, 7) where document_id = $1`,
    [documentId],
  )
  const reply = await fetch(`${server.url}/api/documents/${documentId}/text`, {
    headers: { Cookie: owner.cookie },
  })
  const doc = new Y.Doc()
  Y.applyUpdate(doc, new Uint8Array(await reply.arrayBuffer()))
  expect(doc.getXmlFragment(textField).toString()).toContain('Twice kept. ')
})

test('what the server writes in a person’s name, such as a restore, counts as theirs: alternate restores end', async () => {
  const { documentId } = await createDocument(owner)
  const replace = () =>
    server.rooms.edit(documentId, owner.user.id, (doc) => {
      const fragment = doc.getXmlFragment(textField)
      const paragraph = new Y.XmlElement('paragraph')
      paragraph.insert(0, [new Y.XmlText(randomBytes(60_000).toString('hex').replace(/.{8}/g, '$& '))])
      fragment.delete(0, fragment.length)
      fragment.insert(0, [paragraph])
    })
  let made = 0
  const ended = (async () => {
    for (; made < 20; made++) await replace()
  })()
  await expect(ended).rejects.toMatchObject({ code: expect.stringMatching('history_full|too_many_bytes') })
  expect(made).toBeLessThan(5)
})
