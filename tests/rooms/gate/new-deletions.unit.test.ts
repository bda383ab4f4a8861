import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { newDeletions } from '../../../server/rooms/gate/new-deletions.ts'

/** A text of one author, of which every second character is deleted. */
function halfDeleted(length: number): Y.Doc {
  const doc = new Y.Doc()
  const text = doc.getText('t')
  text.insert(0, 'x'.repeat(length))
  for (let at = 0; at < length / 2; at++) text.delete(at, 1)
  return doc
}
const deletionsOf = (update: Uint8Array) => Y.decodeUpdate(update).ds
const rangesOf = ({ clients }: ReturnType<typeof deletionsOf>) => [...clients.values()].flat()

test('of all that a client knows to be deleted only what the document still has is a deletion', () => {
  const doc = halfDeleted(400)
  const other = new Y.Doc()
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc))
  other.getText('t').delete(10, 1)
  const all = deletionsOf(Y.encodeStateAsUpdate(other, Y.encodeStateVector(doc)))
  expect(rangesOf(all).length).toBeGreaterThan(150)
  const { ranges: fresh, walked } = newDeletions(all, doc)
  expect(rangesOf(fresh)).toHaveLength(1)
  expect(walked).toBeGreaterThan(150)
})

test('what is behind all that the document has is kept', () => {
  const doc = halfDeleted(10)
  const ds = Y.createDeleteSet()
  ds.clients.set(doc.clientID, [{ clock: 8, len: 20 } as never])
  ds.clients.set(77, [{ clock: 0, len: 1 } as never])
  expect(rangesOf(newDeletions(ds, doc).ranges)).toHaveLength(2)
})

test('ranges that overlap are refused, though all is deleted already', () => {
  // pieces of three authors in turn, so that what is deleted does not become one
  const docs = [new Y.Doc(), new Y.Doc(), new Y.Doc()] as const
  for (let at = 0; at < 300; at++) {
    const doc = docs[at % 3]!
    doc.getText('t').insert(0, 'x')
    for (const other of docs) Y.applyUpdate(other, Y.encodeStateAsUpdate(doc, Y.encodeStateVector(other)))
  }
  const [doc] = docs
  doc.getText('t').delete(0, 300)
  const structs = doc.store.clients.get(doc.clientID)!.length
  expect(structs).toBeGreaterThan(50)
  const ds = Y.createDeleteSet()
  ds.clients.set(doc.clientID, Array.from({ length: 100 }, () => ({ clock: 0, len: 100 })) as never)
  expect(() => newDeletions(ds, doc)).toThrow(expect.objectContaining({ code: 'update_too_complex' }))
})
