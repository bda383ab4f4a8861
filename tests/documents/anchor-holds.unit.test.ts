import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { anchorHolds, anchorHoldsIn } from '../../server/documents/anchor-holds.ts'
import { shortBytes } from '../../server/conversions/convert.ts'
import type { Converter } from '../../server/conversions/task.ts'
import { anchorOf } from '../../shared/anchors/anchors.ts'
import { textField } from '../../shared/document/text-field.ts'
import { layOutText } from '../../shared/document/text-layout.ts'

const by = { projectId: 'p', userId: 'a' }

/** A text, and where its last words are. */
function open(words: string) {
  const doc = new Y.Doc()
  const write = (more: string) => {
    const paragraph = new Y.XmlElement('paragraph')
    paragraph.insert(0, [new Y.XmlText(more)])
    doc.getXmlFragment(textField).push([paragraph])
  }
  const last = () => {
    const layout = layOutText(doc.getXmlFragment(textField))
    return anchorOf(layout, 'one', { from: layout.size - 12, to: layout.size - 2 })!
  }
  write(words)
  return { doc, write, last, state: () => Y.encodeStateAsUpdate(doc) }
}

test('what was written and removed since the last look is in it, and so are removed words; another text has none of it', () => {
  const { doc, write, last, state } = open('The wall is 1.8 mm thick.')
  for (let round = 0; round < 12; round++) {
    write(`Part ${round}: the gate is too wide.`)
    if (round % 3 === 2) doc.getXmlFragment(textField).delete(round % 5, 1)
    const anchor = last()
    expect(anchorHoldsIn({ state: state(), anchor })).toBe(true)
    expect(anchorHoldsIn({ state: open('Another wall, 2 mm thick.').state(), anchor })).toBe(false)
  }
})

test('a short text is looked at here, a long one away from the thread that serves', async () => {
  const asked: string[] = []
  const converter = {
    run: async ({ name }: { name: string }) => asked.push(name) > 0,
  } as unknown as Converter
  for (const [words, expected] of [
    ['A short text of 1.8 mm.', []],
    ['A long text. '.repeat(shortBytes / 8), ['anchor holds']],
  ] as const) {
    const { state, last } = open(words)
    expect(await anchorHolds({ read: async () => state(), converter, by }, last())).toBe(true)
    expect(asked).toEqual(expected)
  }
})
