import { TextSelection } from '@tiptap/pm/state'
import { findWrapping, liftTarget } from '@tiptap/pm/transform'
import { wrapInList } from '@tiptap/pm/schema-list'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { schema } from '../../../shared/document/schema.ts'
import { changedRanges } from '../../../web/editor/changed-ranges.ts'
import { honestEdit, randomDocument } from '../../helpers/honest-edits.ts'
import { seededRandom } from '../../helpers/seeded-random.ts'
import { holdText } from './held-text.ts'

type Held = ReturnType<typeof holdText>

const json = {
  p: (text: string) => ({ type: 'paragraph', content: text ? [{ type: 'text', text }] : [] }),
}
const follows = {
  'a paragraph': json.p('next'),
  'a table': {
    type: 'table',
    content: [{ type: 'tableRow', content: [{ type: 'tableCell', content: [json.p('cell')] }] }],
  },
  'a list': { type: 'bulletList', content: [{ type: 'listItem', content: [json.p('item')] }] },
  nothing: null,
}

/** Two editors of one text; what one wrote the other hears when it is told. */
function hold(...blocks: object[]) {
  const docs = [new Y.Doc(), new Y.Doc()] as const
  const [anna, li] = docs.map((doc) => holdText(doc)) as [Held, Held]
  const { view } = anna
  const content = blocks.map((block) => schema.nodeFromJSON(block))
  view.dispatch(view.state.tr.replaceWith(0, view.state.doc.content.size, content))
  const tell = () =>
    Y.applyUpdate(docs[1], Y.encodeStateAsUpdate(docs[0], Y.encodeStateVector(docs[1])), 'room')
  tell()
  return { anna, li, tell }
}

/** No letter twice, so that each place has a name. */
const words = 'abcdefghijklmn'
/** Where the paragraph with the caret begins: behind another one. */
const start = 'first'.length + 3
const inBlock = (at: number) => start + at

function select({ view }: Held, anchor: number, head = anchor) {
  view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, anchor, head)))
}
const wrap = (held: Held, name: string) => {
  const { view } = held
  const $at = view.state.doc.resolve(inBlock(2))
  const range = $at.blockRange()!
  view.dispatch(view.state.tr.wrap(range, findWrapping(range, schema.nodes[name]!)!))
}
const lift = ({ view }: Held) => {
  let at = -1
  view.state.doc.descendants((node, pos) => {
    if (node.textContent === words && node.isTextblock) at = pos
  })
  const range = view.state.doc.resolve(at + 1).blockRange()!
  view.dispatch(view.state.tr.lift(range, liftTarget(range)!))
}
const retype = ({ view }: Held, name: string, attrs?: object) => {
  let at = -1
  view.state.doc.descendants((node, pos) => {
    if (node.textContent === words && node.isTextblock) at = pos
  })
  view.dispatch(view.state.tr.setBlockType(at + 1, at + 1, schema.nodes[name]!, attrs as never))
}
const acts: Record<string, (held: Held, tell: () => void) => void> = {
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

describe.each(Object.keys(follows) as (keyof typeof follows)[])('before %s', (next) => {
  describe.each(Object.keys(acts))('another: %s', (act) => {
    test.each([0, 4, 8, words.length - 2, words.length])(
      'a caret behind %i letters stays beside them',
      (at) => {
        const { anna, li, tell } = hold(json.p('first'), json.p(words), ...[follows[next] ?? []].flat())
        select(li, inBlock(at))
        acts[act]!(anna, tell)
        tell()
        const { $head } = li.view.state.selection
        const text = $head.parent.textContent
        const beside = [
          text[$head.parentOffset - 1] === words[at - 1],
          text[$head.parentOffset] === words[at],
        ]
        expect(beside, `${text.slice(0, $head.parentOffset)}|${text.slice($head.parentOffset)}`).toContain(
          true,
        )
        expect(li.failures).toEqual([])
      },
    )
    test.each([
      [0, 4],
      [4, 12],
      [words.length, 9],
    ])('what is selected from %i to %i stays selected', (anchor, head) => {
      const { anna, li, tell } = hold(json.p('first'), json.p(words), ...[follows[next] ?? []].flat())
      select(li, inBlock(anchor), inBlock(head))
      acts[act]!(anna, tell)
      tell()
      const { selection, doc } = li.view.state
      const selected = doc.textBetween(selection.from, selection.to).replaceAll(/[A-Z]/g, '')
      expect(selected).toBe(words.slice(Math.min(anchor, head), Math.max(anchor, head)))
      expect(selection.anchor < selection.head).toBe(anchor < head)
    })
  })
})

test('a caret in an empty paragraph stays there when others make paragraphs around it', () => {
  const { anna, li, tell } = hold(json.p('above'), json.p(''), json.p('below'))
  select(li, 8)
  anna.view.dispatch(anna.view.state.tr.split(6))
  anna.view.dispatch(anna.view.state.tr.insertText('mine', 8))
  tell()
  li.view.dispatch(li.view.state.tr.insertText('字'))
  expect(li.words()).toBe('above\nmine\n字\nbelow')
  retypeAt(anna, 13)
  tell()
  li.view.dispatch(li.view.state.tr.insertText('母'))
  expect(li.words()).toBe('above\nmine\n字母\nbelow')
  expect(li.failures).toEqual([])
})

const retypeAt = ({ view }: Held, at: number) =>
  view.dispatch(view.state.tr.setBlockType(at, at, schema.nodes.heading!, { level: 2 }))

test('what lies between the places that differ says the same, in texts with many edits of any kind', () => {
  const random = seededRandom(11)
  for (let round = 0; round < 300; round++) {
    const before = randomDocument(random)
    let after = before
    for (let edits = random.below(6); edits >= 0; edits--) after = honestEdit(after, random) ?? after
    const ranges = changedRanges(before.children, after.children)
    let [old, now] = [0, 0]
    const isSame = (end: number, size: number) => {
      const [was, is] = [before.textBetween(old, end, '', '*'), after.textBetween(now, now + size, '', '*')]
      expect(is).toBe(was)
    }
    for (let index = 0; index < ranges.length; index += 3) {
      const [at, removed, added] = ranges.slice(index, index + 3) as [number, number, number]
      expect(at).toBeGreaterThanOrEqual(old)
      isSame(at, at - old)
      now += at - old + added
      old = at + removed
    }
    isSame(before.content.size, before.content.size - old)
    expect(now + before.content.size - old).toBe(after.content.size)
  }
})
