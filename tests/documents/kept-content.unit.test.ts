import { Editor, type JSONContent } from '@tiptap/core'
import { prosemirrorJSONToYDoc } from '@tiptap/y-tiptap'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { documentMarkdown } from '../../server/export/markdown/markdown.ts'
import { printTree } from '../../server/export/print/print-tree.ts'
import { replaceText } from '../../server/history/replace-text.ts'
import { captureOf } from '../../server/history/capture.ts'
import { readKept, readKeptList } from '../../shared/document/kept-content.ts'
import { readText } from '../../shared/document/read-text.ts'
import { schema, schemaExtensions } from '../../shared/document/schema.ts'
import { findViolations } from '../../shared/document/violations.ts'

const paragraph = (text: string, marks: object[] = []) => ({
  type: 'paragraph',
  content: [{ type: 'text', text, marks }],
})

/** As it was signed before the schema said what an attribute may be. */
const record = {
  type: 'doc' as const,
  content: [
    { type: 'heading', attrs: { level: 99 }, content: [{ type: 'text', text: 'A heading' }] },
    { type: 'codeBlock', attrs: { language: 5 }, content: [{ type: 'text', text: 'G28' }] },
    { type: 'blockMath', attrs: { latex: {} } },
    { type: 'blockMath', attrs: { latex: 'x'.repeat(6_000) } },
    paragraph('A link', [{ type: 'link', attrs: { href: 'javascript:alert(1)', target: 3 } }]),
    {
      type: 'table',
      content: [
        {
          type: 'tableRow',
          content: [{ type: 'tableCell', attrs: { colspan: 500 }, content: [paragraph('A wide cell')] }],
        },
      ],
    },
    { type: 'imageFile', attrs: { sha256: 'a'.repeat(64), alt: 'b'.repeat(3_000), width: -3 } },
  ],
}
const words = 'A headingG28A linkA wide cell'

describe('a record that was signed, or a version kept, before attributes were checked', () => {
  test('ProseMirror itself does not read it', () => {
    expect(() => schema.nodeFromJSON(record)).toThrow(RangeError)
  })

  test('is shown, without losing a word', () => {
    const shown = readKept(schema, record)
    expect(shown.textContent).toBe(words)
    expect(shown.child(1).attrs.language).toBeNull()
  })

  test('is valid when an editor or the document takes it, without losing a word', () => {
    const valid = readKept(schema, record)
    expect(valid.textContent).toBe(words)
    const again = schema.nodeFromJSON(valid.toJSON())
    again.check()
    expect(again.eq(valid)).toBe(true)
    const editor = new Editor({
      element: null,
      extensions: schemaExtensions,
      content: valid.toJSON() as object,
    })
    expect(editor.state.doc.textContent).toBe(words)
    editor.destroy()
  })

  test('is brought back into a document', () => {
    const doc = prosemirrorJSONToYDoc(
      schema,
      { type: 'doc', content: [paragraph('Another text')] },
      'default',
    )
    replaceText(doc, record)
    const { content } = captureOf(doc)
    expect(readKept(schema, content).textContent).toBe(words)
    expect(findViolations(doc.getXmlFragment('default'))).toEqual([])
  })

  test('is opened, and kept as a version, from a document that nobody has written to since', () => {
    const doc = new Y.Doc()
    const cell = new Y.XmlElement('tableCell')
    const [table, row, block] = ['table', 'tableRow', 'paragraph'].map((name) => new Y.XmlElement(name))
    doc.getXmlFragment('default').push([table!])
    table!.push([row!])
    row!.push([cell])
    cell.setAttribute('colspan', 500 as never)
    cell.push([block!])
    block!.push([new Y.XmlText('A wide cell')])
    const before = Y.encodeStateAsUpdate(doc)
    const shown = readText(doc.getXmlFragment('default'), schema)
    expect(shown.textContent).toBe('A wide cell')
    const { content, state } = captureOf(doc)
    expect(schema.nodeFromJSON(content).textContent).toBe('A wide cell')
    expect(Buffer.compare(state, before)).toBe(0)
  })

  test('is printed and written as Markdown', () => {
    const needs = {
      math: () => null,
      image: () => ({ path: null, missing: 'missing', exceeding: 'exceeding', differing: 'differing' }),
    }
    const printed = JSON.stringify(printTree(record as JSONContent, needs))
    const markdown = documentMarkdown(record as JSONContent, () => null)
    for (const said of ['A heading', 'G28', 'A link', 'A wide cell']) {
      expect(printed).toContain(said)
      expect(markdown).toContain(said)
    }
  })

  test('unknown nodes and things that are no nodes leave the words that stand in them', () => {
    const odd = { type: 'doc', content: [{ type: 'box', content: [paragraph('in a box')] }, null, 5, 'x'] }
    expect(readKept(schema, odd).textContent).toBe('in a box')
    for (const nothing of [null, 5, 'x', []]) expect(readKept(schema, nothing).textContent).toBe('')
    expect(readKeptList(schema, [record.content[4]]).textBetween(0, 8)).toBe('A link')
  })

  test('what is good is read as ProseMirror reads it', () => {
    const good = { type: 'doc', content: [paragraph('bold', [{ type: 'bold' }]), { type: 'horizontalRule' }] }
    expect(readKept(schema, good).eq(schema.nodeFromJSON(good))).toBe(true)
  })
})
