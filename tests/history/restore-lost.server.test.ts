import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import * as Y from 'yjs'
import { textField } from '../../shared/document/text-field.ts'
import type { VersionSummary } from '../../shared/history.ts'
import type { RunningServer } from '../../server/open-server.ts'
import { trailEntries } from '../../server/trail/tables.ts'
import { breakConnection, patchQueries } from '../helpers/db/patched-queries.ts'
import { newClientId } from '../helpers/access/points-of.ts'
import { holdLock, waitingForLocks } from '../helpers/locks.ts'
import { createDocument, createPerson, join, type Person } from '../helpers/people.ts'
import { listenForEvents } from '../helpers/rooms/room-events.ts'
import { startServer } from '../helpers/server.ts'
import { until } from '../helpers/until.ts'

let server: RunningServer
beforeAll(async () => (server = await startServer()), 60_000)
afterAll(() => server.close())

/** Keeps a version of a document, and writes a rule behind it. Returns the way to restore it. */
async function keepAndWrite(owner: Person, documentId: string): Promise<string> {
  const path = `/api/documents/${documentId}/versions`
  const { version } = await owner.post<{ version: VersionSummary }>(path, { name: 'first' })
  await server.rooms.edit(documentId, owner.user.id, (doc) =>
    doc.getXmlFragment(textField).push([new Y.XmlElement('horizontalRule')]),
  )
  return `${path}/${version.id}/restore`
}

/** The next statement by which a room commits is done or not, and its answer never comes. */
function loseNextCommit(isDone: boolean): void {
  let isLost = false
  const restore = patchQueries(({ client, name, done, run }) => {
    if (isLost || !done || !name?.startsWith('append')) return run()
    isLost = true
    const lose = () => {
      breakConnection(client)
      done(new Error('Connection terminated unexpectedly'))
    }
    if (isDone) run(lose)
    else setImmediate(lose)
    return undefined
  })
  onTestFinished(restore)
}

async function restoreAndLose(isDone: boolean) {
  const owner = await createPerson(server.url)
  const { projectId, documentId } = await createDocument(owner)
  const restore = await keepAndWrite(owner, documentId)
  const heard: string[] = []
  const { close } = await listenForEvents(owner, projectId, ({ type }) => void heard.push(type))
  loseNextCommit(isDone)
  const reply = await owner.ask('POST', restore)
  const lines = await server.database.select().from(trailEntries)
  const recorded = lines.filter(
    ({ projectId: of, line }) => of === projectId && line.includes('"version.restored"'),
  ).length
  const doc = new Y.Doc()
  Y.applyUpdate(doc, await server.rooms.read(documentId))
  if (isDone) await until('it to be told', () => heard.includes('version.restored'))
  close()
  return {
    reply,
    recorded,
    isTold: heard.includes('version.restored'),
    isRestored: !doc.getXmlFragment(textField).toString().includes('<horizontalrule'),
  }
}

test('a restore whose commit was done and whose answer was lost is told, and recorded, as done', async () => {
  const { reply, ...became } = await restoreAndLose(true)
  expect(reply.status).toBe(204)
  expect(became).toEqual({ recorded: 1, isTold: true, isRestored: true })
})

test('a restore of which nobody knows whether it was done is told so', async () => {
  const { reply, ...became } = await restoreAndLose(false)
  expect(reply).toMatchObject({ status: 503, body: { error: { code: 'done_unknown' } } })
  expect(became).toEqual({ recorded: 0, isTold: false, isRestored: false })
})

test('however many restores wait, what others do in the project waits for none of them', async () => {
  const [owner, ada, bo, cem] = await Promise.all(Array.from({ length: 4 }, () => createPerson(server.url)))
  const { projectId, documentId } = await createDocument(owner!)
  for (const one of [ada, bo, cem]) await join(owner!, one!, projectId, 'design', 'editor')
  const ids = [documentId]
  for (let at = 0; at < 3; at++) {
    const given = { kind: 'spec', title: `Spec ${at}` }
    ids.push((await owner!.post<{ id: string }>(`/api/projects/${projectId}/documents`, given)).id)
  }
  const paths: string[] = []
  for (const id of ids) paths.push(await keepAndWrite(owner!, id))
  // what a restore stores first; reading is free
  const free = await holdLock(server.database, 'lock table versions in share mode')
  const restores = paths.map((path, at) => [ada, bo][at % 2]!.ask('POST', path))
  await until('one to wait for the lock', async () => (await waitingForLocks(server.database)) > 0)
  const thread = { id: newClientId(), commentId: newClientId(), anchor: { type: 'project' }, body: 'hello' }
  for (let at = 0; at < 3; at++) {
    const sent = { ...thread, id: newClientId(), commentId: newClientId() }
    const { status } = await cem!.ask('POST', `/api/projects/${projectId}/threads`, sent)
    expect(status).toBe(201)
  }
  expect(await waitingForLocks(server.database), 'the restores still wait').toBe(1)
  await free()
  expect((await Promise.all(restores)).map(({ status }) => status)).toEqual([204, 204, 204, 204])
})
