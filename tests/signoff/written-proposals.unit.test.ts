import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { encodeChunk } from '../../server/history/chunk.ts'
import { pieceOf, type PieceUpdate } from '../../server/history/logged-pieces.ts'
import { packList } from '../../server/conversions/packed-list.ts'
import { findWritten } from '../../server/documents/freeze-text.ts'
import { refuseObstacles } from '../../server/signoff/freezing.ts'
import { anchorOn, copy, resourceOf, edit, paragraph, show } from '../helpers/rooms/anchored-text.ts'

/** Replaces words as an editor does; returns the update. */
function rewrite(doc: Y.Doc, words: string, instead: string): Uint8Array {
  const before = Y.encodeStateVector(doc)
  let from = -1
  show(doc).descendants((node, at) => {
    const index = node.isText ? node.text!.indexOf(words) : -1
    if (from < 0 && index >= 0) from = at + index
  })
  edit(doc, ({ tr }) => tr.insertText(instead, from, from + words.length))
  return Y.encodeStateAsUpdate(doc, before)
}

const acceptedAt = Date.parse('2026-03-01T12:00:00Z')
const later = acceptedAt + 3_600_000
const logged = (seq: number, at: number, update: Uint8Array): PieceUpdate => ({ seq, at, update })

/** What the history tells of the proposal, as a converter process is given it. */
const found = async (chunks: Uint8Array[], updates: PieceUpdate[], proposal: object) =>
  findWritten({ history: { chunks, logged: [pieceOf(updates)] }, proposals: await packList([proposal]) })

function proposalIn(doc: Y.Doc) {
  const anchor = anchorOn(doc, '2.5 mm')
  return { threadId: 'one', anchor, replacement: [{ type: 'text', text: '2.8 mm' }] as never, acceptedAt }
}
const begin = () => resourceOf(paragraph('The wall is 2.5 mm thick.'))

test('a proposal that was written before its history was folded, and edited after that, was written', async () => {
  const doc = begin()
  const proposal = proposalIn(doc)
  rewrite(doc, '2.5 mm', '2.8 mm')
  const folded = await encodeChunk([{ seq: 2, userId: null, at: 0, update: Y.encodeStateAsUpdate(doc) }])
  const edited = logged(3, later, rewrite(doc, '2.8 mm', '3 mm'))
  expect(await found([folded], [edited], proposal)).toEqual(['one'])
})

test('one whose words were changed into others before the history was folded was not', async () => {
  const doc = begin()
  const proposal = proposalIn(doc)
  rewrite(doc, '2.5 mm', '1 mm')
  const folded = await encodeChunk([{ seq: 2, userId: null, at: 0, update: Y.encodeStateAsUpdate(doc) }])
  const edited = logged(3, later, rewrite(doc, '1 mm', '3 mm'))
  expect(await found([folded], [edited], proposal)).toEqual([])
})

test('one that stood in the text already when it was accepted was written, whatever came first after it', async () => {
  const doc = begin()
  const proposal = proposalIn(doc)
  const start = logged(1, acceptedAt - 3_600_000, Y.encodeStateAsUpdate(copy(doc)))
  const written = logged(2, acceptedAt - 1_800_000, rewrite(doc, '2.5 mm', '2.8 mm'))
  const edited = logged(3, later, rewrite(doc, '2.8 mm', '3 mm'))
  expect(await found([], [start, written, edited], proposal)).toEqual(['one'])
  // what stood there long before and was taken out again by then is not in the text that was accepted
  const removed = logged(3, acceptedAt - 900_000, edited.update)
  const last = logged(4, later, rewrite(doc, '3 mm', '4 mm'))
  expect(await found([], [start, written, removed, last], proposal)).toEqual([])
})

test('what could not be looked into blocks, and is told as that', () => {
  const unchecked = [
    {
      threadId: 'one',
      number: 4,
      resourceId: 'text',
      kind: 'document',
      quote: '2.5 mm',
      replacement: '2.8 mm',
    },
  ]
  expect(() => refuseObstacles({ lossy: [], unwritten: [], unchecked })).toThrow(
    expect.objectContaining({ code: 'proposal_unchecked', params: { count: 1, number: 4 } }),
  )
})
