import { documentPresence } from '../../shared/document/cursor.ts'
import { projectPresence } from '../../shared/wire/presence.ts'
import { yXmlFragmentToProseMirrorRootNode } from '@tiptap/y-tiptap'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { documentClients, documents, documentUpdates } from '../../server/history/tables.ts'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import { phases, roles } from '../../shared/permissions.ts'
import { projects } from '../../server/projects/tables.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

test.each(['blank', 'brief', 'spec'] as const)(
  'rule 12: a new document (%s) has its text from its first moment, in the log, in its maker’s name',
  async (template) => {
    const li = await world.person()
    const { projectId } = await world.project([li, 'owner'])
    const created = await li.post(`/api/projects/${projectId}/documents`, {
      kind: 'spec',
      title: 'Spec',
      template,
    })
    expect(created.status).toBe(201)
    const log = await world.database
      .select()
      .from(documentUpdates)
      .where(eq(documentUpdates.documentId, created.body.id))
    expect(log).toMatchObject([{ seq: 1, userId: li.id }])
    const doc = new Y.Doc()
    Y.applyUpdate(doc, log[0]!.update)
    const text = yXmlFragmentToProseMirrorRootNode(doc.getXmlFragment(textField), schema)
    text.check()
    expect(text.childCount).toBeGreaterThan(0)
    const writers = await world.database
      .select()
      .from(documentClients)
      .where(eq(documentClients.documentId, created.body.id))
    expect(writers.map(({ clientId }) => clientId)).toEqual([...doc.store.clients.keys()])
    expect(writers[0]!.userId).toBe(li.id)
  },
)

test('a document is opened with its project’s name and where the reader stands', async () => {
  const [li, bo] = [await world.person(), await world.person()]
  const { projectId, documentId } = await world.project([li, 'owner'], [bo, 'viewer', 'manufacture'])
  expect((await bo.get(`/api/documents/${documentId}`)).body).toMatchObject({
    document: { id: documentId, projectId, title: 'Brief', kind: 'brief' },
    me: { userId: bo.id, role: 'viewer', side: 'manufacture', phase: 'active' },
    projectName: 'Lamp',
  })
})

test('an id counts only for what it is the id of: a project’s opens no document, and a document’s no project', async () => {
  const li = await world.person()
  const { projectId, documentId } = await world.project([li, 'owner'])
  for (const path of [`/api/documents/${projectId}`, `/api/projects/${documentId}`]) {
    expect((await li.get(path)).body.error, path).toMatchObject({ code: 'not_found' })
  }
})

test('a text is given as one Yjs update, packed for who takes it so, to all who read the document', async () => {
  const [li, bo, stranger] = [await world.person(), await world.person(), await world.person()]
  const { projectId } = await world.project([li, 'owner'], [bo, 'viewer', 'manufacture'])
  const created = await li.post(`/api/projects/${projectId}/documents`, {
    kind: 'spec',
    title: 'Spec',
    template: 'spec',
  })
  const address = `${world.origin}/api/documents/${created.body.id}/text`
  const ask = (cookie: string, encoding: string) =>
    fetch(address, { headers: { Cookie: cookie, 'Accept-Encoding': encoding } })
  const log = await world.database
    .select()
    .from(documentUpdates)
    .where(eq(documentUpdates.documentId, created.body.id))
  const expected = new Y.Doc()
  Y.applyUpdate(expected, log[0]!.update)
  for (const encoding of ['gzip, deflate, br', 'identity']) {
    const reply = await ask(bo.cookie, encoding)
    expect(reply.headers.get('Content-Encoding')).toBe(encoding === 'identity' ? null : 'gzip')
    expect(reply.headers.get('Cache-Control')).toBe('no-store')
    const doc = new Y.Doc()
    Y.applyUpdate(doc, new Uint8Array(await reply.arrayBuffer()))
    expect(doc.getXmlFragment(textField).toString()).toBe(expected.getXmlFragment(textField).toString())
  }
  expect((await ask(stranger.cookie, 'gzip')).status).toBe(404)
})

test('a removed document is gone for all, kept in the database, and its sockets are told', async () => {
  const li = await world.person()
  const { projectId, documentId } = await world.project([li, 'owner'])
  expect((await li.delete(`/api/documents/${documentId}`)).status).toBe(204)
  expect((await li.get(`/api/documents/${documentId}`)).body.error.code).toBe('not_found')
  expect((await li.get(`/api/projects/${projectId}`)).body.documents).toEqual([])
  expect((await li.get('/api/projects')).body.projects[0].documents).toBe(0)
  expect(world.rechecks).toContainEqual({ roomId: documentId })
  expect(world.events).toContainEqual({ type: 'project.changed', projectId })
  expect(await world.database.$count(documents, eq(documents.id, documentId))).toBe(1)
})

/** What the door looks at of an upgrade besides its headers. */
const socket = { remoteAddress: '127.0.0.1' }

test.each(roles.flatMap((role) => phases.map((phase) => [role, phase] as const)))(
  'rule 8: at the door of a room a %s of an %s project is let in to read, and to write as the table says',
  async (role, phase) => {
    const [owner, one] = [await world.person(), await world.person('Bo')]
    const { projectId, documentId } = await world.project([owner, 'owner'], [one, role, 'manufacture'])
    await world.database.update(projects).set({ phase }).where(eq(projects.id, projectId))
    const { host } = new URL(world.origin)
    const headers = { origin: world.origin, host, cookie: one.cookie }
    const admit = (roomId: string) => world.admission.admit({ headers, socket } as never, roomId)
    const user = { id: one.id, name: 'Bo', side: 'manufacture' }
    const writes = phase === 'active' && (role === 'owner' || role === 'editor')
    const common = { projectId, user, sessionId: one.sessionId, network: '127.0.0.0/24' }
    const inDocument = await admit(documentId)
    expect(inDocument).toEqual({
      ...common,
      roomId: documentId,
      hasText: true,
      presence: documentPresence,
      canWrite: writes,
    })
    expect(await admit(projectId)).toEqual({
      ...common,
      roomId: projectId,
      hasText: false,
      presence: projectPresence,
      canWrite: false,
    })
    // where a socket came from stays what it was when it came
    expect(await world.admission.review(inDocument)).toEqual({ ...inDocument, network: undefined })
  },
)

test('rules 1 and 8: strangers, foreign origins and ended sessions are turned away at the door', async () => {
  const [li, stranger] = [await world.person(), await world.person()]
  const { documentId, projectId } = await world.project([li, 'owner'])
  const { host } = new URL(world.origin)
  const own = { origin: world.origin, host }
  const admit = (headers: object, roomId = documentId) =>
    world.admission.admit({ headers, socket } as never, roomId)
  for (const origin of ['https://evil.test', 'null', undefined]) {
    await expect(admit({ host, origin, cookie: li.cookie })).rejects.toThrow('foreign_origin')
  }
  await expect(admit(own)).rejects.toThrow('session_required')
  await expect(admit({ ...own, cookie: 'session=forged' })).rejects.toThrow('session_required')
  await expect(admit({ ...own, cookie: stranger.cookie })).rejects.toThrow('not_found')
  await expect(admit({ ...own, cookie: stranger.cookie }, projectId)).rejects.toThrow('not_found')
  await expect(admit({ ...own, cookie: li.cookie }, 'unknown')).rejects.toThrow('not_found')
  const admitted = await admit({ ...own, cookie: li.cookie })
  await li.delete('/api/sessions/current')
  expect(await world.admission.review(admitted)).toBeNull()
})
