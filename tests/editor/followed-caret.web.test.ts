import { describe, expect, test } from 'vitest'
import { schema } from '../../shared/document/schema.ts'
import { changedRanges } from '../../web/editor/binding/changed-ranges.ts'
import { honestEdit, randomDocument } from '../helpers/rooms/honest-edits.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { acts, follows, hold, inBlock, json, select, words, type Held } from '../helpers/web/two-editors.ts'

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

test('a caret stays in its paragraph when others change two that are far apart, in one frame', () => {
  const count = 60
  const { anna, li, tell } = hold(
    ...Array.from({ length: count }, (_, index) => json.p(`paragraph ${index} of many words and more words`)),
  )
  const placeOf = (index: number) =>
    li.view.state.doc.children.slice(0, index).reduce((at, block) => at + block.nodeSize, 1)
  select(li, placeOf(count / 2) + 10)
  const { tr } = anna.view.state
  anna.view.dispatch(tr.insertText('LAST', placeOf(count - 2)).insertText('FIRST', placeOf(1)))
  tell()
  expect(li.view.state.selection.head).toBe(placeOf(count / 2) + 10)
  expect(li.view.state.selection.$head.parent.textContent).toContain(`paragraph ${count / 2} `)
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
