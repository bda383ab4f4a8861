import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { RunningServer } from '../../../server/open-server.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { createDocument, createPerson, openRoom } from '../../helpers/people.ts'
import { startServer } from '../../helpers/server.ts'
import { until } from '../../helpers/until.ts'

let server: RunningServer
beforeAll(async () => void (server = await startServer()))
afterAll(() => server.close())

test('the stock WebsocketProvider connects with a session cookie, edits and reads', async () => {
  const person = await createPerson(server.url)
  const { documentId } = await createDocument(person)
  const writer = openRoom(person, documentId)
  const reader = openRoom(person, documentId)
  await until('both providers in sync', () => writer.provider.synced && reader.provider.synced)
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText('⌀ 84 ± 0.1')])
  writer.doc.getXmlFragment(textField).insert(0, [paragraph])
  const text = () => reader.doc.getXmlFragment(textField).toString()
  await until('the edit at the other provider', () => text().includes('⌀ 84 ± 0.1'))
  expect(text()).toBe(writer.doc.getXmlFragment(textField).toString())
  writer.provider.destroy()
  reader.provider.destroy()
})
