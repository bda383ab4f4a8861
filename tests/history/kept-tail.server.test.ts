import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import type { VersionSummary } from '../../shared/history.ts'
import { Refusal } from '../../shared/errors.ts'
import { defaultLimits } from '../../shared/limits.ts'
import type { Converter, Requester } from '../../server/conversions/task.ts'
import { captureTask, contentOfUpdates, convertState } from '../../server/history/capture.ts'
import { replacementFor } from '../../server/history/replace-text.ts'
import { restoreVersion } from '../../server/history/restore.ts'
import { versions } from '../../server/history/tables.ts'
import { readDueContent, readVersion } from '../../server/history/version-text.ts'
import { saveVersion } from '../../server/history/versions.ts'
import { unchecked } from '../../server/http/access-recheck.ts'
import type { RunningServer } from '../../server/open-server.ts'
import type { Rooms } from '../../server/rooms/ports.ts'
import { createDocument, createPerson } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

let server: RunningServer
beforeAll(async () => (server = await startServer()), 60_000)
afterAll(() => server.close())

/** Converts here, and notes what. */
const converted: string[] = []
const converter = {
  async run(task: { name: string }, given: unknown) {
    converted.push(task.name)
    const input: unknown = await (typeof given === 'function' ? given() : given)
    if (task.name === captureTask.name) return contentOfUpdates(input as Uint8Array[])
    return replacementFor(input as Parameters<typeof replacementFor>[0])
  },
} as unknown as Converter

/** A document with a version of its beginning, which is as long as a text that is read in a process of its own. */
async function openSpec() {
  const owner = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(owner)
  const path = `/api/documents/${documentId}/versions`
  const { id: userId, name } = owner.user
  const write = (words: string) =>
    server.rooms.edit(documentId, userId, (doc) => {
      const block = new Y.XmlElement('paragraph')
      block.insert(0, [new Y.XmlText(words)])
      doc.getXmlFragment(textField).push([block])
    })
  const keep = async (called: string) =>
    (await owner.post<{ version: VersionSummary }>(path, { name: called })).version
  const first = await keep('first')
  await write('word '.repeat(8_000))
  const requester = { projectId, userId }
  const by = { userId, name, side: 'design' as const }
  const { database } = server
  return {
    owner,
    projectId,
    documentId,
    path,
    write,
    keep,
    first,
    rows: () => database.select().from(versions).where(eq(versions.documentId, documentId)),
    list: async () => (await owner.get<{ versions: VersionSummary[] }>(path)).versions,
    read: async (id: string) =>
      JSON.stringify((await owner.get<{ version: { content: object } }>(`${path}/${id}`)).version.content),
    readHere: async (id: string) => {
      const found = await readVersion({ database, converter }, documentId, id, requester)
      return [...found!.contentText].join('')
    },
    live: async () => {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, await server.rooms.read(documentId))
      return doc.getXmlFragment(textField).toString()
    },
    /** Restores the first version; `before` is waited for when all is stored and the room's turn is to come. */
    async restore(before: () => Promise<unknown>, restoreWaitMs = defaultLimits.restoreWaitMs) {
      const waiting: Pick<Rooms, 'read' | 'edit'> = {
        read: (...asked) => server.rooms.read(...asked),
        edit: async (...asked) => {
          await before()
          await server.rooms.edit(...asked)
        },
      }
      const saved: VersionSummary[] = []
      await restoreVersion(
        {
          database: unchecked(database),
          inOneTurn: (work) => work(unchecked(database)),
          rooms: waiting,
          converter,
          bounds: { limits: { ...defaultLimits, restoreWaitMs } },
        },
        { requester, by, locale: 'en' },
        (await readVersion({ database, converter }, documentId, first.id, requester))!,
        { saved: (version) => void saved.push(version), restored: () => {} },
      )
      return saved
    },
    /** What a restore keeps when the server dies behind its turn: one word was written since its text was read. */
    async keepWithTail(word: string) {
      const capture = await convertState(converter, await server.rooms.read(documentId), requester)
      const known = Y.encodeStateVectorFromUpdate(capture.state)
      return saveVersion(
        unchecked(database),
        documentId,
        by,
        'with a tail',
        capture,
        { limits: defaultLimits },
        async () => {
          await write(word)
          return Y.diffUpdate(await server.rooms.read(documentId), known)
        },
      )
    },
  }
}

test('issue 10 §4: what is written between the reading of a long text and the turn stands in the version that is kept', async () => {
  const spec = await openSpec()
  let times = 0
  const saved = await spec.restore(async () => {
    // nothing of what is stored already is to be seen
    expect((await spec.list()).length).toBe(1)
    await spec.write(`meanwhile ${times++}`)
  })
  expect(times).toBeLessThanOrEqual(5)
  expect(saved.map(({ number }) => number)).toEqual([2])
  const kept = await spec.read(saved[0]!.id)
  for (let at = 0; at < times; at++) expect(kept).toContain(`meanwhile ${at}`)
  await until('the kept text to be read', async () => (await spec.rows()).every((row) => !row.isContentDue))
  const row = (await spec.rows()).find(({ number }) => number === 2)!
  expect(row.tail).not.toBeNull()
  expect(JSON.stringify(row.content)).toContain(`meanwhile ${times - 1}`)
  // what came last is no part of the version, and stands beside it as what two wrote at once does
  expect(await spec.live()).not.toContain('word word')
})

test('a version with a tail reads, and is brought back, the same before and behind its text was read; it is read once', async () => {
  const spec = await openSpec()
  const { id } = await spec.keepWithTail('lately')
  const due = (await spec.rows()).find((row) => row.id === id)!
  expect(due.isContentDue).toBe(true)
  expect(JSON.stringify(due.content)).not.toContain('lately')
  converted.length = 0
  const [one, other] = await Promise.all([spec.readHere(id), spec.readHere(id)])
  expect(converted).toEqual([captureTask.name])
  expect(one).toContain('lately')
  expect(other).toBe(one)
  const final = (await spec.rows()).find((row) => row.id === id)!
  expect(final.isContentDue).toBe(false)
  expect(final.contentBytes).toBeGreaterThan(due.contentBytes)
  expect([final.state, final.tail].map((bytes) => Buffer.from(bytes!).toString('hex'))).toEqual(
    [due.state, due.tail].map((bytes) => Buffer.from(bytes!).toString('hex')),
  )
  expect(JSON.parse(await spec.read(id))).toEqual(JSON.parse(one))

  const again = await spec.keepWithTail('once more')
  await spec.write('behind it')
  expect((await spec.owner.ask('POST', `${spec.path}/${again.id}/restore`)).status).toBe(204)
  const live = await spec.live()
  expect(live).toContain('once more')
  expect(live).not.toContain('behind it')
})

test('the trail proves a version with a tail by the SHA-256 of what was kept, before and behind its text was read', async () => {
  const spec = await openSpec()
  const { id } = await spec.keepWithTail('lately')
  await spec.read(id)
  const { rows } = await server.database.execute<{ same: boolean }>(sql`
    select line::jsonb->'details'->>'stateSha256' = encode(sha256(state || tail), 'hex') as same
    from trail_entries join versions on line::jsonb->'subject'->'version'->>'id' = versions.id
    where versions.id = ${id}`)
  expect(rows).toEqual([{ same: true }])
})

test('where the database is lost between what is stored and the turn, nothing is restored and nothing is left', async () => {
  const spec = await openSpec()
  const before = await spec.live()
  const lost = spec.restore(async () => {
    const { rows } = await server.database.execute(sql`
      select pg_terminate_backend(pid) from pg_stat_activity
      where state = 'idle in transaction' and datname = current_database() and query like '%versions%'`)
    expect(rows.length).toBe(1)
  })
  await expect(lost).rejects.toThrow()
  expect(await spec.live()).toBe(before)
  expect((await spec.rows()).map(({ number }) => number)).toEqual([1])
})

test('two restores at once keep what stood before each, and leave nothing else', async () => {
  const spec = await openSpec()
  const both = [spec.restore(async () => {}), spec.restore(async () => {})]
  const saved = (await Promise.all(both)).flat()
  expect(saved.length).toBeGreaterThan(0)
  const rows = await spec.rows()
  expect(rows.map(({ number }) => number).toSorted()).toEqual(
    Array.from({ length: saved.length + 1 }, (_, at) => at + 1),
  )
  expect(await spec.read(saved.find(({ number }) => number === 2)!.id)).toContain('word word')
  expect(await spec.live()).not.toContain('word word')
})

test('a restore whose turn does not come in time is refused, to be tried again; when its turn comes, nothing is done', async () => {
  const spec = await openSpec()
  const before = await spec.live()
  let letGo!: () => void
  const turn = new Promise<void>((go) => (letGo = go))
  await expect(spec.restore(() => turn, 20)).rejects.toMatchObject({ code: 'being_changed' })
  expect((await spec.rows()).map(({ number }) => number)).toEqual([1])
  letGo()
  await spec.write('behind it')
  expect(await spec.live()).toBe(before + '<paragraph>behind it</paragraph>')
  expect((await spec.rows()).map(({ number }) => number)).toEqual([1])
})

test('who reads a version while somebody else is refused its reading reads it themselves', async () => {
  const spec = await openSpec()
  const { id } = await spec.keepWithTail('lately')
  const refused = new Refusal('converters_busy')
  const askedBy: string[] = []
  const through = {
    async run(task: { name: string }, given: unknown, by: Requester) {
      askedBy.push(by.userId)
      if (by.userId === 'greedy') throw refused
      return converter.run(task as never, given as never, by)
    },
  } as unknown as Converter
  const sources = { database: server.database, converter: through }
  const readFor = (userId: string) => readDueContent(sources, id, { projectId: spec.projectId, userId })
  const readings = await Promise.allSettled(['greedy', 'other 1', 'other 2'].map(readFor))
  expect(readings).toEqual([
    { status: 'rejected', reason: refused },
    { status: 'fulfilled', value: undefined },
    { status: 'fulfilled', value: undefined },
  ])
  expect(askedBy).toEqual(['greedy', 'other 1'])
  expect(await spec.readHere(id)).toContain('lately')
})
