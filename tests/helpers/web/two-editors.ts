import type { Node } from '@tiptap/pm/model'
import { TextSelection } from '@tiptap/pm/state'
import { findWrapping, liftTarget } from '@tiptap/pm/transform'
import { wrapInList } from '@tiptap/pm/schema-list'
import * as Y from 'yjs'
import { schema } from '../../../shared/document/schema.ts'
import { holdText } from './held-text.ts'

export type Held = ReturnType<typeof holdText>

/** Blocks, as JSON. */
export const json = {
  p: (text: string) => ({ type: 'paragraph', content: text ? [{ type: 'text', text }] : [] }),
}
/** What may stand behind the paragraph that somebody writes in. */
export const follows = {
  'a paragraph': json.p('next'),
  'a table': {
    type: 'table',
    content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [json.p('cell')] }] }],
  },
  'a list': { type: 'bulletList', content: [{ type: 'listItem', content: [json.p('item')] }] },
  nothing: null,
}

/** Two editors of one text; what Anna wrote Li hears by `tell`, and what Li wrote Anna by `tellBack`. */
export function hold(...blocks: object[]) {
  const docs = [new Y.Doc(), new Y.Doc()] as const
  const [anna, li] = docs.map((doc) => holdText(doc)) as [Held, Held]
  const { view } = anna
  const content = blocks.map((block) => schema.nodeFromJSON(block))
  view.dispatch(view.state.tr.replaceWith(0, view.state.doc.content.size, content))
  const bring = (from: Y.Doc, to: Y.Doc) =>
    Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), 'room')
  const tell = () => bring(docs[0], docs[1])
  tell()
  return { anna, li, tell, tellBack: () => bring(docs[1], docs[0]) }
}

/** No letter twice, so that each place has a name. */
export const words = 'abcdefghijklmn'
/** Where the paragraph with the caret begins: behind another one. */
const start = 'first'.length + 3
export const inBlock = (at: number) => start + at

/** Puts a caret, or selects. */
export function select({ view }: Held, anchor: number, head = anchor) {
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, anchor, head)))
}
const wrap = (held: Held, name: string) => {
  const { view } = held
  const $at = view.state.doc.resolve(inBlock(2))
  const range = $at.blockRange()!
  view.dispatch(view.state.tr.wrap(range, findWrapping(range, schema.nodes[name]!)!))
}
/** Where the paragraph stands, whatever it has become. */
function placeOfBlock(text: Node): number {
  let at = -1
  text.descendants((node, pos) => {
    if (node.isTextblock && node.textContent.includes(words.slice(0, 3))) at = pos
  })
  return at
}
const lift = ({ view }: Held) => {
  const at = placeOfBlock(view.state.doc)
  const range = view.state.doc.resolve(at + 1).blockRange()!
  view.dispatch(view.state.tr.lift(range, liftTarget(range)!))
}
const retype = ({ view }: Held, name: string, attrs?: object) => {
  const at = placeOfBlock(view.state.doc)
  view.dispatch(view.state.tr.setBlockType(at + 1, at + 1, schema.nodes[name]!, attrs as never))
}
/** What another does with the paragraph. */
export const acts: Record<string, (held: Held, tell: () => void) => void> = {
  'Enter in the middle': ({ view }) => view.dispatch(view.state.tr.split(inBlock(8))),
  'Enter at the beginning': ({ view }) => view.dispatch(view.state.tr.split(inBlock(0))),
  'Enter at the end': ({ view }) => view.dispatch(view.state.tr.split(inBlock(words.length))),
  'Enter twice and words between': ({ view }) => {
    view.dispatch(view.state.tr.split(inBlock(8)))
    view.dispatch(view.state.tr.insertText('NEW', inBlock(10)))
    view.dispatch(view.state.tr.split(inBlock(11)))
  },
  'a heading': (held) => retype(held, 'heading', { level: 3 }),
  'a heading and back': (held, tell) => {
    retype(held, 'heading', { level: 3 })
    tell()
    retype(held, 'paragraph')
  },
  code: (held) => retype(held, 'codeBlock'),
  'a quote': (held) => wrap(held, 'blockquote'),
  'a quote and back': (held, tell) => {
    wrap(held, 'blockquote')
    tell()
    lift(held)
  },
  'a callout': (held) => wrap(held, 'callout'),
  'a list': (held) => {
    select(held, inBlock(2))
    wrapInList(schema.nodes.bulletList!)(held.view.state, (tr) => held.view.dispatch(tr))
  },
  'a list of both paragraphs': (held) => {
    select(held, 2, inBlock(2))
    wrapInList(schema.nodes.orderedList!)(held.view.state, (tr) => held.view.dispatch(tr))
  },
  'a task list': (held) => {
    select(held, inBlock(2))
    wrapInList(schema.nodes.taskList!)(held.view.state, (tr) => held.view.dispatch(tr))
  },
  'Backspace at the beginning': ({ view }) => view.dispatch(view.state.tr.join(start - 1)),
  'the block moved up': ({ view }) => {
    const block = view.state.doc.nodeAt(start - 1)!
    view.dispatch(view.state.tr.delete(start - 1, start - 1 + block.nodeSize).insert(0, block))
  },
  'words on both sides in one frame': ({ view }) => {
    view.dispatch(view.state.tr.insertText('END', inBlock(13)).insertText('AT', inBlock(2)))
  },
  'bold words': ({ view }) =>
    view.dispatch(view.state.tr.addMark(inBlock(2), inBlock(9), schema.marks.bold!.create())),
}
