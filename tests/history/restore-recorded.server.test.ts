import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { restoreVersion } from '../../server/history/restore.ts'
import { readVersion } from '../../server/history/versions.ts'
import { unchecked } from '../../server/http/standing.ts'
import type { Converter } from '../../server/conversions/task.ts'
import type { RunningServer } from '../../server/open-server.ts'
import type { Rooms } from '../../server/rooms/ports.ts'
import { trailEntries } from '../../server/trail/tables.ts'
import { createDocument, createPerson } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'

let server: RunningServer
beforeAll(async () => (server = await startServer()), 60_000)
afterAll(() => server.close())

test('R7: a restore that happened is in the trail, and what was kept is told, also when what it met cannot be kept', async () => {
  const owner = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(owner)
  const { version } = await owner.post<{ version: { id: string } }>(`/api/documents/${documentId}/versions`, {
    name: 'first',
  })
  const rule = (doc: Y.Doc) => doc.getXmlFragment(textField).push([new Y.XmlElement('horizontalRule')])
  await server.rooms.edit(documentId, owner.user.id, rule)
  // somebody writes before each attempt comes to its turn
  const busy: Pick<Rooms, 'read' | 'edit'> = {
    read: (...asked) => server.rooms.read(...asked),
    edit: async (...asked) => {
      await server.rooms.edit(documentId, owner.user.id, rule)
      await server.rooms.edit(...asked)
    },
  }
  const none = { run: () => Promise.reject(new Error('all of this is short')) } as unknown as Converter
  const saved: string[] = []
  const failures: unknown[] = []
  const { id: userId, name } = owner.user
  await restoreVersion(
    unchecked(server.database),
    busy,
    none,
    // the first and one of each attempt
    { limits: { ...defaultLimits, versionsPerDocument: 6 } },
    { projectId, userId, signal: AbortSignal.abort() },
    { userId, name, side: 'design' },
    'en',
    (await readVersion(server.database, documentId, version.id))!,
    { saved: (one) => void saved.push(one.name), notKept: (failure) => void failures.push(failure) },
  )
  expect(saved).toHaveLength(3)
  expect(failures).toMatchObject([{ code: 'own_share_full' }])
  const lines = await server.database
    .select({ line: trailEntries.line })
    .from(trailEntries)
    .where(and(eq(trailEntries.projectId, projectId)))
  expect(lines.filter(({ line }) => line.includes('version.restored'))).toHaveLength(1)
})
