import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { locales, type Locale } from '../../shared/accounts.ts'
import { anchorHolds, placeOf } from '../../shared/anchors/anchors.ts'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'
import { fitsPassword, hashPassword } from '../../server/accounts/passwords.ts'
import { users } from '../../server/accounts/tables.ts'
import { listOpened } from '../../server/documents/documents.ts'
import { documentClients, documentUpdates } from '../../server/history/tables.ts'
import { openFileStore } from '../../server/files/folder-store.ts'
import type { FileStore } from '../../server/files/store.ts'
import { files } from '../../server/files/tables.ts'
import { unchecked } from '../../server/http/access-recheck.ts'
import { captureOf } from '../../server/history/capture.ts'
import { listVersions } from '../../server/history/versions.ts'
import { listMembers } from '../../server/projects/members.ts'
import { projects } from '../../server/projects/tables.ts'
import { listThreads } from '../../server/review/threads.ts'
import { createSample } from '../../server/sample/sample.ts'
import { seedSample } from '../../server/sample/seed.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/db/database.ts'
import { createPerson, openRoom, personWith } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

let testDatabase: TestDatabase
let folder: string
let store: FileStore
let ownerId: string

beforeAll(async () => {
  testDatabase = await createTestDatabase()
  folder = await mkdtemp(join(tmpdir(), 'countersign-sample-'))
  store = await openFileStore(folder)
  const [owner] = await testDatabase.database
    .insert(users)
    .values({ email: 'owner@firm.example', name: 'Owner', locale: 'en', passwordHash: 'unused' })
    .returning()
  ownerId = owner!.id
})

afterAll(async () => {
  await testDatabase?.drop()
  await rm(folder, { recursive: true, force: true })
})

const create = (locale: Locale) =>
  createSample(unchecked(testDatabase.database), store, { userId: ownerId, locale }, hashPassword)

async function committedText(documentId: string): Promise<Y.Doc> {
  const doc = new Y.Doc()
  const rows = await testDatabase.database
    .select()
    .from(documentUpdates)
    .where(eq(documentUpdates.documentId, documentId))
  for (const { update } of rows) Y.applyUpdate(doc, update)
  return doc
}

describe.each(locales)('the sample project in %s', (locale) => {
  let projectId: string

  beforeAll(async () => {
    projectId = await create(locale)
  })

  test('has a brief and a spec whose text fits the schema and whose client ids are bound to their authors', async () => {
    const { documents } = await listOpened(testDatabase.database, projectId)
    expect(documents.map(({ kind }) => kind).toSorted()).toEqual(['brief', 'spec'])
    for (const { id } of documents) {
      const doc = await committedText(id)
      const node = schema.nodeFromJSON(captureOf(doc).content)
      node.check()
      const kinds = new Set<string>()
      node.descendants(({ type }) => {
        kinds.add(type.name)
      })
      expect([...kinds]).toEqual(
        expect.arrayContaining(['table', 'callout', 'imageFile', 'inlineMath', 'blockMath']),
      )
      const bound = await testDatabase.database
        .select({ clientId: documentClients.clientId })
        .from(documentClients)
        .where(eq(documentClients.documentId, id))
      expect(bound.map(({ clientId }) => clientId)).toEqual([...doc.store.clients.keys()])
    }
  })

  test('has points open, answered, settled and declined, from both sides, anchored at the words they quote', async () => {
    const threads = await listThreads(testDatabase.database, projectId)
    expect(threads.map(({ number }) => number)).toEqual(threads.map((_, index) => index + 1))
    expect(new Set(threads.map(({ state }) => state))).toEqual(
      new Set(['open', 'answered', 'settled', 'declined']),
    )
    const speakers = threads.flatMap(({ comments }) => comments.map(({ author }) => author.side))
    expect(new Set(speakers)).toEqual(new Set(['design', 'manufacture']))
    for (const { anchor, state, closedBy, closedReason, comments, createdAt } of threads) {
      expect(closedBy !== null).toBe(state === 'settled' || state === 'declined')
      expect(closedReason !== null).toBe(closedBy !== null)
      expect(comments[0]!.createdAt).toBe(createdAt)
      expect(Date.parse(comments.at(-1)!.createdAt)).toBeLessThan(Date.now())
      if (anchor.type !== 'text') continue
      const layout = layOutText((await committedText(anchor.documentId)).getXmlFragment(textField))
      expect(anchorHolds(layout, anchor)).toBe(true)
      const place = placeOf(layout, anchor)!
      expect(layout.words().between(place.from, place.to)).toBe(anchor.quote)
    }
  })

  test('keeps its pictures in the file store', async () => {
    const [file, ...others] = await testDatabase.database
      .select()
      .from(files)
      .where(eq(files.projectId, projectId))
    expect(others).toEqual([])
    const bytes = await store.read(file!.sha256)
    expect(bytes?.byteLength).toBe(file!.bytes)
    const { documents } = await listOpened(testDatabase.database, projectId)
    for (const { id } of documents) {
      const shown: string[] = []
      schema.nodeFromJSON(captureOf(await committedText(id)).content).descendants((node) => {
        if (node.type.name === 'imageFile') shown.push(node.attrs.sha256)
      })
      expect(shown).toEqual([file!.sha256])
    }
  })

  test('has a named version of the spec and people of both sides who cannot be signed in as', async () => {
    const { documents } = await listOpened(testDatabase.database, projectId)
    const spec = documents.find(({ kind }) => kind === 'spec')!
    expect(await listVersions(testDatabase.database, spec.id, { limit: 10 })).toHaveLength(1)
    const members = await listMembers(testDatabase.database, projectId)
    const owners = members.filter(({ role }) => role === 'owner')
    expect(owners.map(({ userId }) => userId)).toEqual([ownerId])
    expect(members.filter(({ side }) => side === 'design')).toHaveLength(3)
    expect(members.filter(({ side }) => side === 'manufacture')).toHaveLength(2)
    for (const { userId } of members.filter(({ role }) => role !== 'owner')) {
      const [user] = await testDatabase.database.select().from(users).where(eq(users.id, userId))
      expect(await fitsPassword(user!.passwordHash, '')).toBe(false)
    }
  })

  test('can be made twice without a clash', async () => {
    expect(await create(locale)).not.toBe(projectId)
  })
})

test('both languages tell the same story: the same points by the same people', async () => {
  const told = await Promise.all(
    locales.map(async (locale) =>
      (await listThreads(testDatabase.database, await create(locale))).map(
        ({ kind, severity, state, comments }) => [
          kind,
          severity,
          state,
          ...comments.map((c) => c.author.side),
        ],
      ),
    ),
  )
  expect(told[0]).toEqual(told[1])
})

test('a sample that fails leaves nothing behind', async () => {
  const count = async () => [
    await testDatabase.database.$count(projects),
    await testDatabase.database.$count(users),
  ]
  const before = await count()
  const full: FileStore = { ...store, stage: () => Promise.reject(new Error('disk full')) }
  const failing = createSample(
    unchecked(testDatabase.database),
    full,
    { userId: ownerId, locale: 'en' },
    hashPassword,
  )
  await expect(failing).rejects.toThrow('disk full')
  expect(await count()).toEqual(before)
})

test('seeding gives an empty server an account and the sample, and leaves a server in use alone', async () => {
  const empty = await createTestDatabase()
  try {
    const given = { database: empty.database, files: store, locale: 'zh-CN' as const }
    const demo = await seedSample(given)
    const [user] = await empty.database.select().from(users).where(eq(users.email, demo!.email))
    expect(await fitsPassword(user!.passwordHash, demo!.password)).toBe(true)
    expect(await empty.database.$count(projects)).toBe(1)
    expect(await seedSample(given)).toBeNull()
    expect(await empty.database.$count(projects)).toBe(1)
  } finally {
    await empty.drop()
  }
})

test('over HTTP, whoever is signed in opens a sample, sees its points, and is served its drawing', async () => {
  const server = await startServer()
  try {
    const person = await createPerson(server.url)
    const { id } = await person.post<{ id: string }>('/api/projects/sample', { locale: 'en' })
    const { threads } = await person.get<{ threads: unknown[] }>(`/api/projects/${id}/threads`)
    expect(threads.length).toBeGreaterThanOrEqual(8)
    const { documents, me } = await person.get<{ documents: { id: string }[]; me: { role: string } }>(
      `/api/projects/${id}`,
    )
    expect(me.role).toBe('owner')
    const { provider, doc } = openRoom(person, documents[0]!.id)
    try {
      await until('the brief to arrive', () => provider.synced)
      const brief = schema.nodeFromJSON(captureOf(doc).content)
      let sha256 = ''
      brief.descendants((node) => {
        if (node.type.name === 'imageFile') sha256 = node.attrs.sha256
      })
      const reply = await fetch(`${server.url}/api/projects/${id}/files/${sha256}`, {
        headers: { Cookie: person.cookie },
      })
      expect(reply.headers.get('Content-Type')).toBe('image/png')
      const bytes = new Uint8Array(await reply.arrayBuffer())
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
    } finally {
      provider.destroy()
    }
    expect(
      (await personWith(server.url, '', person.user).ask('POST', '/api/projects/sample', { locale: 'en' }))
        .status,
    ).toBe(401)
  } finally {
    await server.close()
  }
})
