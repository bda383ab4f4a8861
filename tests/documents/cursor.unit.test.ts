import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { documentPresence, readCursor } from '../../shared/document/cursor.ts'
import { keepFields, projectPresence } from '../../shared/wire/presence.ts'

const at = { tname: 'default', assoc: 0 }

describe('security 41: a cursor is two well-formed relative positions, or none', () => {
  test('what Yjs and the editor write is kept', () => {
    const doc = new Y.Doc()
    const root = doc.getXmlFragment('default')
    const block = new Y.XmlElement('paragraph')
    const text = new Y.XmlText('words')
    block.insert(0, [text])
    root.insert(0, [block])
    const positions = [
      Y.createRelativePositionFromTypeIndex(root, 0, -1),
      Y.createRelativePositionFromTypeIndex(text, 2, -1),
      Y.createRelativePositionFromTypeIndex(text, 5, 0),
    ]
    for (const anchor of positions) {
      // as `JSON.stringify` writes the position itself, and as Yjs' own function does
      for (const json of [anchor, Y.relativePositionToJSON(anchor)]) {
        const sent = JSON.parse(JSON.stringify({ anchor: json, head: json }))
        const kept = readCursor(sent)!
        expect(Y.compareRelativePositions(Y.createRelativePositionFromJSON(kept.anchor), anchor)).toBe(true)
        expect(Y.compareRelativePositions(Y.createRelativePositionFromJSON(kept.head), anchor)).toBe(true)
      }
    }
    expect(readCursor(null)).toBe(null)
  })

  test.each<unknown>([
    {},
    5,
    'x',
    [],
    { anchor: at },
    { anchor: at, head: null },
    { anchor: {}, head: at },
    { anchor: { tname: 'other' }, head: at },
    { anchor: { tname: '__proto__' }, head: at },
    { anchor: { ...at, assoc: 1e300 }, head: at },
    { anchor: { ...at, assoc: '0' }, head: at },
    { anchor: { ...at, type: { client: 1, clock: 1 } }, head: at },
    { anchor: { item: { client: -1, clock: 0 } }, head: at },
    { anchor: { item: { client: 1.5, clock: 0 } }, head: at },
    { anchor: { item: { client: 1, clock: 2 ** 40 } }, head: at },
    { anchor: { item: { client: { toString: 1 }, clock: 0 } }, head: at },
    { anchor: { type: [1, 2] }, head: at },
    { anchor: { item: { client: null, clock: 0 } }, head: at },
  ])('%j is none', (cursor) => expect(readCursor(cursor)).toBeUndefined())

  test('what else a position or a state holds is not passed on', () => {
    const state = JSON.parse(
      '{"cursor":{"anchor":{"tname":"default","x":1},"head":{"tname":"default"},"y":2},"__proto__":{"z":1},"big":"…"}',
    )
    expect(keepFields(state, documentPresence)).toEqual({ cursor: { anchor: at, head: at } })
    expect(keepFields(state, projectPresence)).toEqual({})
    expect(keepFields({ cursor: {} }, documentPresence)).toEqual({})
  })
})
