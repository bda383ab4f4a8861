import { undo } from '@tiptap/y-tiptap'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { replacementFor } from '../../../server/history/replace-text.ts'
import { captureOf } from '../../../server/history/versions.ts'
import { textField } from '../../../shared/document/text-field.ts'
import { holdText } from './held-text.ts'

/** A text in the room, and editors of it that hear of each other's changes at once. */
function openRoom(words: string, people: number) {
  const room = new Y.Doc()
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(words)])
  room.getXmlFragment(textField).insert(0, [paragraph])
  const docs = Array.from({ length: people }, () => new Y.Doc())
  for (const doc of docs) {
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(room), 'room')
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'room') Y.applyUpdate(room, update, doc)
    })
    room.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== doc) Y.applyUpdate(doc, update, 'room')
    })
  }
  return { room, editors: docs.map((doc) => holdText(doc)) }
}

type Held = ReturnType<typeof holdText>

const typeIn = ({ view }: Held, words: string, at: number) =>
  view.dispatch(view.state.tr.insertText(words, at))
const splitAt = ({ view }: Held, at: number) => view.dispatch(view.state.tr.split(at))

test.each(['brings words back', 'only takes words away'])(
  'U10: an undo never reaches behind a version that was restored, which %s',
  (kind) => {
    const { room, editors } = openRoom('alpha beta gamma delta', 2)
    const [anna, mei] = editors as [Held, Held]
    const { content } = captureOf(room)
    if (kind === 'brings words back') {
      splitAt(anna, 11)
      typeIn(anna, 'NEW ', 13)
    } else typeIn(anna, 'NEW ', 12)
    typeIn(mei, 'of Mei ', 1)
    expect([anna, mei].map(({ undoManager }) => undoManager.canUndo())).toEqual([true, true])
    const state = Y.encodeStateAsUpdate(room)
    for (const update of replacementFor({ state, content: JSON.stringify(content) }).parts.updates)
      Y.applyUpdate(room, update)
    expect(anna.words()).toBe('alpha beta gamma delta')
    expect([anna, mei].map(({ undoManager }) => undoManager.canUndo())).toEqual([false, false])
    for (const held of [anna, mei]) undo(held.view.state)
    expect([anna.words(), mei.words()]).toEqual(['alpha beta gamma delta', 'alpha beta gamma delta'])
    // what is written afterwards is undone as ever
    typeIn(anna, 'LATER ', 1)
    undo(anna.view.state)
    expect(mei.words()).toBe('alpha beta gamma delta')
    expect([...anna.failures, ...mei.failures]).toEqual([])
  },
)
