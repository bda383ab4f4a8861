import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { documentUpdates } from '../../server/history/tables.ts'
import { trialTask } from '../../server/export/print/typeset.ts'
import { textField } from '../../shared/document/text-field.ts'
import { openWorld, type World } from '../helpers/access/world.ts'

let world: World
beforeAll(
  async () => (world = await openWorld({ signedTextCharacters: 1_000, signedHiddenCharacters: 5 })),
  60_000,
)
afterAll(() => world.close())

test('texts that are too large to be printed are told so before the print begins, with the longest', async () => {
  const [designer] = [await world.person('Lin')]
  const { projectId } = await world.project([designer, 'owner', 'design'])
  const documents = `/api/projects/${projectId}/documents`
  await designer.post(documents, { kind: 'brief', title: 'Short' })
  await designer.post(documents, { kind: 'spec', title: 'Long spec', template: 'spec' })
  const run = vi.spyOn(world.converter, 'run')
  const reply = await designer.post(`/api/projects/${projectId}/revisions`, {})
  const tasks = run.mock.calls.map(([{ name }]) => name)
  run.mockRestore()
  expect([reply.status, reply.body.error]).toMatchObject([
    422,
    { code: 'texts_too_large', params: { limit: 10, title: 'Long spec' } },
  ])
  expect(tasks).not.toContain(trialTask.name)
}, 60_000)

test('characters that nobody sees are printed as codes: too many are told before the print begins', async () => {
  const [designer] = [await world.person('Lin')]
  const { projectId } = await world.project([designer, 'owner', 'design'])
  const made = await designer.post(`/api/projects/${projectId}/documents`, { kind: 'brief', title: 'Empty?' })
  const doc = new Y.Doc()
  const paragraph = new Y.XmlElement('paragraph')
  doc.getXmlFragment(textField).insert(0, [paragraph])
  const text = new Y.XmlText()
  paragraph.insert(0, [text])
  // a soft hyphen between letters is none; in a run of its own it is printed as a code
  for (let at = 0; at < 6; at++) {
    text.insert(text.length, '\u00ad', { bold: {} })
    text.insert(text.length, 'a', { bold: null })
  }
  const update = Y.encodeStateAsUpdate(doc)
  const entry = { documentId: made.body.id as string, seq: 2, userId: designer.id, update }
  await world.database.insert(documentUpdates).values(entry)
  const run = vi.spyOn(world.converter, 'run')
  const reply = await designer.post(`/api/projects/${projectId}/revisions`, {})
  const tasks = run.mock.calls.map(([{ name }]) => name)
  run.mockRestore()
  expect([reply.status, reply.body.error]).toMatchObject([
    422,
    { code: 'too_many_hidden', params: { count: 6, limit: 5, title: 'Empty?' } },
  ])
  expect(tasks).not.toContain(trialTask.name)
}, 60_000)
