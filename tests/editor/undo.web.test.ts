import { undo } from '@tiptap/y-tiptap'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { replacementFor } from '../../server/history/replace-text.ts'
import { captureOf } from '../../server/history/capture.ts'
import { textField } from '../../shared/document/text-field.ts'
import { holdText } from '../helpers/web/held-text.ts'

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
  const editors = docs.map((doc) => holdText(doc))
  // what parts the steps of undo here is what is done, however slow the machine
  for (const { undoManager } of editors) undoManager.captureTimeout = Infinity
  return { room, editors }
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

/** Each undo until nothing is left, and what stands after it. */
function undoAll({ view, words, undoManager }: Held): string[] {
  const seen: string[] = []
  while (undoManager.canUndo()) {
    undo(view.state)
    seen.push(words())
  }
  return seen
}
/** What the page does at one go is over. */
const over = () => Promise.resolve()

describe('U4: one undo takes back one act, however soon it came after what was typed', () => {
  const typeOn = (held: Held, words: string) => {
    const end = held.view.state.doc.content.size - 1
    for (const [at, letter] of [...words].entries()) typeIn(held, letter, end + at)
  }
  const open = () => {
    const { editors } = openRoom('-', 1)
    return editors[0]!
  }

  test('a paste of words, alone and between two runs of typing', async () => {
    const held = open()
    typeOn(held, 'typed')
    await over()
    const { view } = held
    view.dispatch(view.state.tr.insertText(' PASTED', 7).setMeta('paste', true).setMeta('uiEvent', 'paste'))
    await over()
    typeOn(held, ' more')
    expect(undoAll(held)).toEqual(['-typed PASTED', '-typed', '-'])
  })

  test('typing with Enter, Backspace and a word of the input method in it is one run', async () => {
    const held = open()
    const { view } = held
    typeOn(held, 'ab')
    await over()
    splitAt(held, 4)
    await over()
    typeOn(held, 'cd')
    await over()
    view.dispatch(view.state.tr.insertText('中文', 7, 8))
    await over()
    view.dispatch(view.state.tr.delete(8, 9))
    expect(held.words()).toBe('-ab\nc中')
    expect(undoAll(held)).toEqual(['-'])
  })

  test('words typed in another place are another run', async () => {
    const held = open()
    typeOn(held, 'end')
    await over()
    typeIn(held, 'x', 1)
    expect(undoAll(held)).toEqual(['-end', '-'])
  })

  test('a replacement in many places, a table, a mark and a quote are one each', async () => {
    const held = open()
    const { view } = held
    const { schema } = view.state
    typeOn(held, 'aXbX')
    await over()
    view.dispatch(view.state.tr.insertText('Y', 5, 6).insertText('Y', 3, 4))
    await over()
    typeOn(held, 'c')
    await over()
    const cell = schema.nodes.tableCell!.createAndFill()!
    const table = schema.nodes.table!.create(null, schema.nodes.tableRow!.create(null, cell))
    view.dispatch(view.state.tr.insert(view.state.doc.content.size, table))
    await over()
    view.dispatch(view.state.tr.addMark(1, 3, schema.marks.bold!.create()))
    await over()
    expect(undoAll(held)).toEqual(['-aYbYc\n', '-aYbYc', '-aYbY', '-aXbX', '-'])
  })

  test('what a menu does at one go is one act, also when it takes several transactions', async () => {
    const held = open()
    const { view } = held
    typeOn(held, 'typed')
    await over()
    const rule = view.state.schema.nodes.horizontalRule!.create()
    view.dispatch(view.state.tr.insert(view.state.doc.content.size, rule))
    typeIn(held, 'said with it ', 1)
    await over()
    expect(undoAll(held)).toEqual(['-typed', '-'])
  })

  test('words of others that come meanwhile part nothing', async () => {
    const { editors } = openRoom('-', 2)
    const [anna, mei] = editors as [Held, Held]
    typeOn(anna, 'ab')
    typeIn(mei, 'Mei ', 1)
    await over()
    typeOn(anna, 'cd')
    expect(anna.words()).toBe('Mei -abcd')
    expect(undoAll(anna)).toEqual(['Mei -'])
  })
})
