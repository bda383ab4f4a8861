import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../shared/document/schema.ts'
import { textField } from '../../shared/document/text-field.ts'
import {
  convertReplacement,
  replacementFor,
  replaceTask,
  replaceText,
} from '../../server/history/replace-text.ts'
import { captureOf } from '../../server/history/capture.ts'
import type { Converter } from '../../server/conversions/task.ts'

const paragraph = (text: string) => ({ type: 'paragraph', content: text ? [{ type: 'text', text }] : [] })
const content = (blocks: object[]) => schema.nodeFromJSON({ type: 'doc', content: blocks }).toJSON() as object
const resourceOf = (blocks: object[]) => prosemirrorJSONToYDoc(schema, content(blocks), textField)
const blockIds = (doc: Y.Doc) =>
  doc
    .getXmlFragment(textField)
    .toArray()
    .map((block) => block._item!.id)
const plain = (json: object) => JSON.parse(JSON.stringify(json)) as object

describe('bringing a version back', () => {
  test('keeps the identity of every block that stands in both', () => {
    const [a, b, c, d] = ['The base.', 'The shade.', 'The cable.', 'The switch.'].map(paragraph)
    const [x, y] = ['Something new here.', 'And a last remark, quite long.'].map(paragraph)
    const doc = resourceOf([a!, x!, b!, c!, y!, d!])
    const [ia, , ib, ic, , id] = blockIds(doc)
    replaceText(doc, content([a!, b!, c!, d!]))
    expect(captureOf(doc).content).toEqual(plain(content([a!, b!, c!, d!])))
    expect(blockIds(doc)).toEqual([ia, ib, ic, id])
  })

  test('changes a block in place when most of its words stayed', () => {
    const doc = resourceOf([paragraph('Before'), paragraph('The wall is 3 mm thick at the base.')])
    const ids = blockIds(doc)
    replaceText(doc, content([paragraph('The wall is 2.5 mm thick at the base.')]))
    expect(blockIds(doc)).toEqual([ids[1]])
  })

  test('keeps the rows of a table and the points of a list that stand in both', () => {
    const row = (text: string) => ({
      type: 'tableRow',
      content: [{ type: 'tableCell', content: [paragraph(text)] }],
    })
    const item = (text: string) => ({ type: 'listItem', content: [paragraph(text)] })
    const blocks = (rows: string[], items: string[]) => [
      { type: 'table', content: rows.map(row) },
      { type: 'bulletList', content: items.map(item) },
    ]
    const doc = resourceOf(blocks(['length', 'added later', 'width'], ['first', 'second']))
    const inside = (index: number) =>
      (doc.getXmlFragment(textField).get(index) as Y.XmlElement).toArray().map((block) => block._item!.id)
    const [length, , width] = inside(0)
    const [first] = inside(1)
    const wanted = content(blocks(['length', 'width'], ['first', 'another one entirely']))
    replaceText(doc, wanted)
    expect(captureOf(doc).content).toEqual(plain(wanted))
    expect(inside(0)).toEqual([length, width])
    expect(inside(1)[0]).toEqual(first)
  })

  test('always arrives at the version, whatever stood there', () => {
    const text = fc
      .array(fc.constantFrom('wall ', 'base ', '底座', '3 mm '), { maxLength: 4 })
      .map((words) => words.join(''))
    const block = fc.oneof(
      text.map(paragraph),
      text.map((words) => ({ ...paragraph(words), type: 'heading', attrs: { level: 2 } })),
      fc.array(text, { minLength: 1, maxLength: 3 }).map((items) => ({
        type: 'orderedList',
        content: items.map((words) => ({ type: 'listItem', content: [paragraph(words)] })),
      })),
      fc.constantFrom('note', 'warning').map((tone) => ({
        type: 'callout',
        attrs: { tone },
        content: [paragraph('Mind the gate.')],
      })),
      fc.constant({ type: 'horizontalRule' }),
    )
    const blocks = fc.array(block, { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(blocks, blocks, (present, wanted) => {
        const doc = resourceOf(present)
        replaceText(doc, content(wanted))
        expect(captureOf(doc).content).toEqual(plain(content(wanted)))
      }),
      { numRuns: 200 },
    )
  })
  test('a version of 1 MB that comes back into an emptied document is computed by the converter', async () => {
    const tasks: unknown[] = []
    const converter: Converter = {
      run: async (task, input) => {
        tasks.push(task)
        return replacementFor(input as Parameters<typeof replacementFor>[0]) as never
      },
      pids: () => [],
      stop: async () => {},
    }
    const by = { projectId: 'a project', userId: 'somebody' }
    const long = JSON.stringify(
      content([{ type: 'paragraph', content: [{ type: 'text', text: 'w'.repeat(1_000_000) }] }]),
    )
    // an element leaves some twenty bytes when it is deleted, however much stood in it
    const emptied = resourceOf([paragraph('The wall. '.repeat(2_000))])
    emptied.getXmlFragment(textField).delete(0)
    const state = Y.encodeStateAsUpdate(emptied)
    expect(state.length).toBeLessThan(1_000)
    await convertReplacement(converter, { state, content: long }, by)
    expect(tasks).toEqual([replaceTask])
    await convertReplacement(
      converter,
      { state, content: JSON.stringify(content([paragraph('Short.')])) },
      by,
    )
    expect(tasks).toHaveLength(1)
  })
})
