import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../server/db/columns.ts'
import type { RoomEvent } from '../../shared/wire/events.ts'
import type { Notice } from '../../shared/notify.ts'
import type { ResourceSummary } from '../../shared/projects.ts'
import { resourceOf, type Thread } from '../../shared/review.ts'
import type { Finds } from '../../shared/search.ts'
import { revisionRecord, type RevisionRecord, type RevisionSummary } from '../../shared/signoff.ts'
import { unpackInto, verdictOf } from '../helpers/signoff/package-shell.ts'
import { createDocument, createPerson, join, password, type Person } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import { enter, makeLink } from '../helpers/access/guest-people.ts'
import { createNote, createNotes, lineOf, noteKind, writeNote } from '../helpers/resources/note-kind.ts'

let server: Awaited<ReturnType<typeof startServer>>
let owner: Person, maker: Person, guest: Person
let projectId: string, documentId: string, noteId: string, closedId: string
let thread: Thread

/** What the project's webhook was sent. */
const sent: { threadId: string | null; link: string }[] = []
const receiver = createServer((request, reply) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', () => {
    sent.push(JSON.parse(Buffer.concat(parts).toString()) as (typeof sent)[number])
    reply.end()
  })
})

const path = () => `/api/projects/${projectId}/threads`
const raiseOn = (person: Person, anchor: object, body = 'Which grade?') =>
  person.ask<{ thread: Thread; error: { code: string } }>('POST', path(), {
    id: newId(),
    commentId: newId(),
    anchor,
    body,
    severity: 'should',
  })

beforeAll(async () => {
  server = await startServer({
    kinds: [noteKind],
    limits: { digestMinutes: 0 },
    isAllowedAddress: () => true,
  })
  await createNotes(server.database)
  owner = await createPerson(server.url, 'Lin Yue')
  maker = await createPerson(server.url, '陈工')
  ;({ projectId, documentId } = await createDocument(owner, {
    kind: 'spec',
    title: 'Lamp',
    template: 'spec',
  }))
  await join(owner, maker, projectId, 'manufacture', 'reviewer')
  const given = { projectId, createdBy: owner.user.id }
  noteId = await createNote(server.database, {
    ...given,
    title: 'Moulding notes',
    lines: ['Polycarbonate, natural', 'Gate at the rib'],
  })
  closedId = await createNote(server.database, { ...given, title: 'Prices', lines: ['Polycarbonate 4 €/kg'] })
  const { token } = await makeLink(owner, projectId, [noteId])
  guest = (await enter(server.url, { token, name: '王师傅' })).guest!
  await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
  const { port } = receiver.address() as AddressInfo
  await owner.post(`/api/projects/${projectId}/webhooks`, {
    kind: 'json',
    url: `http://127.0.0.1:${port}/`,
    secret: 'k',
  })
  thread = (await raiseOn(maker, lineOf(noteId, 2))).body.thread
})
afterAll(async () => {
  await server.close()
  receiver.close()
})

const mails = async (): Promise<string[]> => {
  const folder = joinPath(server.dataDir, 'outbox')
  const files = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.eml'))
  return Promise.all(files.map((name) => readFile(joinPath(folder, name), 'utf8')))
}

test('a project names it among what can be opened, to a guest only what the link opens', async () => {
  const seenBy = async (person: Person) =>
    (await person.get<{ resources: ResourceSummary[] }>(`/api/projects/${projectId}`)).resources
  expect(await seenBy(owner)).toEqual([
    { id: documentId, kind: 'document', title: 'Lamp' },
    { id: noteId, kind: 'note', title: 'Moulding notes' },
    { id: closedId, kind: 'note', title: 'Prices' },
  ])
  expect(await seenBy(guest)).toEqual([{ id: noteId, kind: 'note', title: 'Moulding notes' }])
})

test('it has a room with presence and events, and no text; a guest is in the one that the link opens', async () => {
  const heard: RoomEvent[] = []
  const room = await listenForEvents(guest, noteId, (event) => heard.push(event))
  try {
    const raised = await raiseOn(owner, lineOf(noteId, 1))
    expect(raised.status).toBe(201)
    await until('the guest to hear of the point', () =>
      heard.some((event) => event.type === 'thread.saved' && event.thread.id === raised.body.thread.id),
    )
  } finally {
    room.close()
  }
  expect((await guest.ask('GET', `/api/resources/${closedId}/threads`)).status).toBe(404)
})

test('a point names its place as the kind describes it, and none that the resource does not have', async () => {
  expect(thread.anchor).toEqual({ ...lineOf(noteId, 2), quote: 'Line 2: Gate at the rib' })
  expect(resourceOf(thread.anchor)).toBe(noteId)
  const { threads } = await owner.get<{ threads: Thread[] }>(`/api/resources/${noteId}/threads`)
  expect(threads.map(({ id }) => id)).toContain(thread.id)
  const refused = [
    lineOf(noteId, 3),
    { ...lineOf(noteId, 1), place: { line: 1, column: 2 } },
    { ...lineOf(noteId, 1), kind: 'document' },
    lineOf(documentId, 1),
    { type: 'text', documentId: noteId, start: '', end: '', quote: 'Gate at the rib' },
  ]
  for (const anchor of refused) {
    const { status, body } = await raiseOn(maker, anchor)
    expect([status, body.error.code], JSON.stringify(anchor)).toEqual([400, 'anchor_invalid'])
  }
  for (const place of [{ line: [1] as unknown[], at: { deep: 1 } }, { line: Array(2_000).fill(1) }]) {
    const { status, body } = await raiseOn(maker, { ...lineOf(noteId, 1), place })
    expect([status, body.error.code]).toEqual([400, 'invalid_input'])
  }
  const other = await createDocument(owner, { kind: 'brief', title: 'Another' })
  const elsewhere = await owner.ask<{ error: { code: string } }>(
    'POST',
    `/api/projects/${other.projectId}/threads`,
    { id: newId(), commentId: newId(), anchor: lineOf(noteId, 1), body: 'Not here' },
  )
  expect([elsewhere.status, elsewhere.body.error.code]).toEqual([404, 'not_found'])
})

test('a guest raises a point on it, and not on what the link does not open', async () => {
  expect((await raiseOn(guest, lineOf(noteId, 1))).status).toBe(201)
  expect((await raiseOn(guest, lineOf(closedId, 1))).status).toBe(404)
  const visit = await guest.ask('POST', `/api/resources/${noteId}/visit`)
  expect(visit.status).toBe(200)
})

test('the bell, a mail and a webhook lead to the page of its kind', async () => {
  const { notices } = await owner.get<{ notices: Notice[] }>('/api/notices')
  const told = notices.find(({ threadId }) => threadId === thread.id)
  expect(told).toMatchObject({ resourceId: noteId, resourceKind: 'note', resourceTitle: 'Moulding notes' })
  const link = `${server.url}/notes/${noteId}?thread=${thread.id}`
  const said = await until('a mail about the point', async () =>
    (await mails()).find((mail) =>
      mail
        .replace(/=\r?\n/g, '')
        .replaceAll('=3D', '=')
        .includes(link),
    ),
  )
  expect(said).toContain('Moulding notes')
  const message = await until('the webhook', () => sent.find(({ threadId }) => threadId === thread.id))
  expect(message.link).toBe(link)
})

test('its words are searched, as they are now, and the hits name its kind', async () => {
  const find = (q: string) => owner.get<Finds>(`/api/projects/${projectId}/search?q=${encodeURIComponent(q)}`)
  const found = await find('polycarbonate')
  expect(found.resources).toMatchObject([
    { resourceId: noteId, kind: 'note', title: 'Moulding notes', snippet: { match: 'Polycarbonate' } },
    { resourceId: closedId, kind: 'note' },
  ])
  expect((await find('gate rib')).points).toMatchObject([
    { threadId: thread.id, resourceId: noteId, resourceKind: 'note' },
  ])
  await writeNote(server.database, closedId, ['Zinc 3 €/kg'])
  expect((await find('polycarbonate')).resources.map(({ resourceId }) => resourceId)).toEqual([noteId])
  expect((await find('zinc')).resources.map(({ resourceId }) => resourceId)).toEqual([closedId])
})

test('its points are exported with its title', async () => {
  const csv = await owner.ask<string>('GET', `/api/projects/${projectId}/threads.csv?locale=en`)
  expect(csv.body).toContain('Moulding notes')
  expect(csv.body).toContain('Line 2: Gate at the rib')
})

test('it has its place in the signed record, in what is read before signing, in print, Markdown and package', async () => {
  await writeNote(server.database, noteId, ['Polycarbonate, natural', 'Gate moved to the base'])
  const { revision } = await owner.post<{ revision: RevisionSummary }>(
    `/api/projects/${projectId}/revisions`,
    { description: 'For tooling' },
  )
  const revisions = `/api/projects/${projectId}/revisions/${revision.id}`
  const frozen = await maker.get<Pick<RevisionRecord, 'documents' | 'resources' | 'changedQuotes'>>(revisions)
  expect(frozen.documents.map(({ id }) => id)).toEqual([documentId])
  expect(frozen.resources).toMatchObject([{ id: noteId, kind: 'note' }, { id: closedId }])
  expect(frozen.changedQuotes).toContain(thread.id)
  for (const person of [owner, maker]) {
    await person.post(`${revisions}/signatures`, { password })
  }
  const archive = await until('the package', async () => {
    const reply = await fetch(`${server.url}${revisions}/package.zip`, { headers: { Cookie: maker.cookie } })
    return reply.status === 200 && new Uint8Array(await reply.arrayBuffer())
  })
  const folder = mkdtempSync(joinPath(tmpdir(), 'countersign-kind-'))
  try {
    const place = joinPath(folder, 'package')
    unpackInto(place, archive)
    expect(verdictOf(place)).toMatchObject({ isWhole: true })
    const json = readFileSync(joinPath(place, 'record.json'))
    expect(createHash('sha256').update(json).digest('hex')).toBe(revision.recordSha256)
    const record = revisionRecord.parse(JSON.parse(json.toString()))
    expect(record.version).toBe(3)
    expect(record.resources).toEqual([
      {
        id: noteId,
        kind: 'note',
        title: 'Moulding notes',
        changes: 2,
        content: {
          type: 'doc',
          content: ['Polycarbonate, natural', 'Gate moved to the base'].map((text) => ({
            type: 'paragraph',
            content: [{ type: 'text', text }],
          })),
        },
      },
      expect.objectContaining({ id: closedId, title: 'Prices' }),
    ])
    expect(readFileSync(joinPath(place, 'documents/2-note.md'), 'utf8')).toBe(
      '# Moulding notes\n\nPolycarbonate, natural\n\nGate moved to the base\n',
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const text = await maker.ask<string>('GET', `${revisions}/revision.md?locale=en`)
  expect(text.body).toContain('# Moulding notes\n\nPolycarbonate, natural')
  expect(text.body).toContain('Line 2: Gate at the rib')
  expect((await maker.ask('GET', `${revisions}/revision.pdf?locale=zh-CN`)).status).toBe(200)
})

test('without its kind it is not opened, and no revision leaves it out silently', async () => {
  const { projectId: other } = await createDocument(owner, { kind: 'spec', title: 'Lamp' })
  const given = { projectId: other, createdBy: owner.user.id, title: 'From a later version', lines: [] }
  const id = await createNote(server.database, given, 'later')
  const { obstacles } = await owner.get<{ obstacles: { lossy: { resourceId: string; kind: string }[] } }>(
    `/api/projects/${other}/obstacles`,
  )
  expect(obstacles.lossy.map(({ resourceId, kind }) => [resourceId, kind])).toEqual([[id, 'later']])
  const refused = await owner.ask<{ error: { code: string } }>('POST', `/api/projects/${other}/revisions`, {})
  expect(refused.body.error.code).toBe('text_lossy')
})
