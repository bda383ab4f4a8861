import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { documentUpdates } from '../../server/history/tables.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { textField } from '../../shared/document/text-field.ts'
import { holdLock, waitingForLocks } from '../helpers/locks.ts'
import { createDocument, createPerson, join, openRoom, type Person } from '../helpers/people.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'
import * as Y from 'yjs'

/** Requests that wait for a row which somebody holds keep waiting nobody but who sent them. */

let server: Awaited<ReturnType<typeof startServer>>
beforeAll(async () => {
  server = await startServer({ limits: { lockWaitMs: 1_500 } })
})
afterAll(() => server.close())

interface Reply {
  status: number
  headers: Headers
  body: { error?: { code: string } }
}

const rename = async (who: Person, documentId: string, title: string): Promise<Reply> => {
  const response = await fetch(`${server.url}/api/documents/${documentId}`, {
    method: 'PATCH',
    headers: { Cookie: who.cookie, Origin: server.url, 'Content-Type': 'application/json' },
    body: JSON.stringify({ title }),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Reply['body'],
  }
}

const holdRow = (documentId: string) =>
  holdLock(server.database, 'select 1 from resources where id = $1 for update', [documentId])

test('forty requests that wait for a row stop neither commits nor the requests of others, and are told to come again', async () => {
  const [ada, bo] = [await createPerson(server.url), await createPerson(server.url)]
  const { documentId } = await createDocument(ada)
  const other = await createDocument(bo)
  const { provider, doc } = openRoom(bo, other.documentId)
  onTestFinished(() => provider.destroy())
  await until('the text', () => provider.synced)
  const free = await holdRow(documentId)
  const replies = Array.from({ length: 40 }, (_, at) => rename(ada, documentId, `Lamp ${at}`))
  await until('some to wait for the row', async () => (await waitingForLocks(server.database)) > 0)

  const before = await server.database.$count(documentUpdates)
  doc.getXmlFragment(textField).insert(0, [new Y.XmlElement('paragraph')])
  await until('what is written to be stored', async () => {
    return (await server.database.$count(documentUpdates)) > before
  })
  expect((await rename(bo, other.documentId, 'Torch')).status).toBe(200)
  expect(await waitingForLocks(server.database)).toBeLessThanOrEqual(
    defaultLimits.transactionsAtOncePerPerson,
  )

  const { status, headers, body } = await Promise.race(replies)
  expect([status, body.error?.code, headers.get('Retry-After')]).toEqual([503, 'being_changed', '5'])
  await free()
  expect((await Promise.all(replies)).filter((one) => one.status === 200).length).toBeGreaterThan(0)
})

test('a restore that waits for what else its person asked for keeps nobody from writing in that document', async () => {
  const [ada, bo] = [await createPerson(server.url), await createPerson(server.url)]
  const { projectId, documentId } = await createDocument(ada)
  const versions = `/api/documents/${documentId}/versions`
  const { version } = await ada.post<{ version: { id: string } }>(versions, { name: 'first' })
  await join(ada, bo, projectId, 'manufacture', 'editor')
  const { provider, doc } = openRoom(bo, documentId)
  onTestFinished(() => provider.destroy())
  await until('the text', () => provider.synced)
  const write = async () => {
    const before = await server.database.$count(documentUpdates)
    doc.getXmlFragment(textField).insert(0, [new Y.XmlElement('horizontalRule')])
    await until('what is written to be stored', async () => {
      return (await server.database.$count(documentUpdates)) > before
    })
  }
  await write()
  const other = await createDocument(ada)
  const free = await holdRow(other.documentId)
  const renames = Array.from({ length: 40 }, (_, at) => rename(ada, other.documentId, `Lamp ${at}`))
  await until('some to wait for the row', async () => (await waitingForLocks(server.database)) > 0)
  let isRestored = false
  const restoring = ada.ask('POST', `${versions}/${version.id}/restore`).then((reply) => {
    isRestored = true
    return reply
  })
  // long enough for a restore that need not wait
  for (let times = 0; times < 20; times++) await write()
  expect(isRestored).toBe(false)
  await free()
  await Promise.all(renames)
  expect((await restoring).status).toBe(204)
})
