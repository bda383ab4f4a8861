import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { restoreVersion } from '../../server/history/restore.ts'
import { versions } from '../../server/history/tables.ts'
import { readVersion } from '../../server/history/version-text.ts'
import { unchecked } from '../../server/http/access-recheck.ts'
import type { Converter } from '../../server/conversions/task.ts'
import type { RunningServer } from '../../server/open-server.ts'
import type { Rooms } from '../../server/rooms/ports.ts'
import { trailEntries } from '../../server/trail/tables.ts'
import { createDocument, createPerson } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'

let server: RunningServer
beforeAll(async () => (server = await startServer()), 60_000)
afterAll(() => server.close())

const rule = (doc: Y.Doc) => doc.getXmlFragment(textField).push([new Y.XmlElement('horizontalRule')])
const rulesIn = (text: unknown) => JSON.stringify(text).match(/"horizontalRule|<horizontalrule/g)?.length ?? 0

/** A document with a version that has no rule, and how that is restored while somebody writes a rule before each attempt. */
async function openBusy() {
  const owner = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(owner)
  const path = `/api/documents/${documentId}/versions`
  const { version } = await owner.post<{ version: { id: string } }>(path, { name: 'first' })
  const { id: userId, name } = owner.user
  await server.rooms.edit(documentId, userId, rule)
  let written = 1
  const busy: Pick<Rooms, 'read' | 'edit'> = {
    read: (...asked) => server.rooms.read(...asked),
    edit: async (...asked) => {
      written++
      await server.rooms.edit(documentId, userId, rule)
      await server.rooms.edit(...asked)
    },
  }
  const none = { run: () => Promise.reject(new Error('all of this is short')) } as unknown as Converter
  const told: string[] = []
  const requester = { projectId, userId, signal: AbortSignal.abort() }
  return {
    told,
    writtenRules: () => written,
    restore: async (versionsPerDocument: number) =>
      restoreVersion(
        {
          database: unchecked(server.database),
          inOneTurn: (work) => work(unchecked(server.database)),
          rooms: busy,
          converter: none,
          bounds: { limits: { ...defaultLimits, versionsPerDocument } },
        },
        { requester, by: { userId, name, side: 'design' }, locale: 'en' },
        (await readVersion(
          { database: server.database, converter: none },
          documentId,
          version.id,
          requester,
        ))!,
        {
          saved: ({ name: saved }) => void told.push(`saved ${saved}`),
          restored: (kept) => void told.push(`restored, kept ${kept.number}`),
        },
      ),
    liveRules: async () => {
      const doc = new Y.Doc()
      Y.applyUpdate(doc, await server.rooms.read(documentId))
      return rulesIn(doc.getXmlFragment(textField).toArray().map(String))
    },
    keptRules: async () => {
      const { versions: listed } = await owner.get<{ versions: { id: string; name: string }[] }>(path)
      const kept = listed.filter(({ name: of }) => of.startsWith('Before'))
      const read = kept.map(({ id }) => owner.get<{ version: { content: unknown } }>(`${path}/${id}`))
      return (await Promise.all(read)).map((one) => rulesIn(one.version.content))
    },
    storedRows: () => server.database.$count(versions, eq(versions.documentId, documentId)),
    recorded: async () => {
      const lines = await server.database
        .select({ line: trailEntries.line })
        .from(trailEntries)
        .where(eq(trailEntries.projectId, projectId))
      return lines.filter(({ line }) => line.includes('version.restored')).length
    },
  }
}

test('R7: however often somebody writes meanwhile, one version holds all that stood before, also when nobody waits any more', async () => {
  const spec = await openBusy()
  await spec.restore(100)
  expect(spec.told).toEqual(['saved Before restoring version 1', 'restored, kept 2'])
  expect(spec.writtenRules()).toBeGreaterThan(2)
  expect(await spec.keptRules()).toEqual([spec.writtenRules()])
  expect(await spec.recorded()).toBe(1)
})

test('R7: where what stands cannot be kept nothing is restored, and nothing is said to be', async () => {
  const spec = await openBusy()
  await expect(spec.restore(1)).rejects.toMatchObject({ code: 'too_many_versions' })
  expect(spec.told).toEqual([])
  expect(await spec.keptRules()).toEqual([])
  expect(await spec.storedRows()).toBe(1)
  expect(await spec.liveRules()).toBe(spec.writtenRules())
  expect(await spec.recorded()).toBe(0)
})
