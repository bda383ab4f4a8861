import { describe, expect, test } from 'vitest'
import { acts, follows, hold, inBlock, json, select, words } from '../helpers/web/two-editors.ts'

const everything: typeof acts = {
  ...acts,
  'letters in the same paragraph': ({ view }) => view.dispatch(view.state.tr.insertText('MORE', inBlock(6))),
  'letters in another paragraph': ({ view }) => view.dispatch(view.state.tr.insertText('MORE', 2)),
}

describe.each(['a paragraph', 'a table'] as const)('before %s', (next) => {
  describe.each(Object.keys(everything))('another: %s', (act) => {
    describe.each([true, false])('who has seen what was composed so far: %s', (isSeen) => {
      test.each([0, 4, 8, words.length])(
        'what is composed behind %i letters ends in the text once, beside them',
        async (at) => {
          const { anna, li, tell, tellBack } = hold(json.p('first'), json.p(words), follows[next])
          select(li, inBlock(at))
          const { write, end } = li.compose(inBlock(at))
          write('v')
          write('vw')
          if (isSeen) tellBack()
          everything[act]!(anna, tell)
          tell()
          write('vwz')
          write('vwz v')
          await end('台灯')
          tellBack()
          tell()
          expect(li.failures).toEqual([])
          expect(li.words()).toBe(anna.words())
          expect(li.words()).not.toMatch(/[vwz]/)
          expect(li.words().split('台灯')).toHaveLength(2)
          const { $head } = li.view.state.selection
          const text = $head.parent.textContent
          const [before, after] = [text.slice(0, $head.parentOffset), text.slice($head.parentOffset)]
          expect(before).toMatch(/台灯$/)
          const beside = [before.at(-3) === words[at - 1], after[0] === words[at]]
          expect(beside, `${before}|${after}`).toContain(true)
        },
      )
    })
  })
})

test('a composition that is given up leaves what others made of the paragraph', async () => {
  const { anna, li, tell, tellBack } = hold(json.p('first'), json.p(words))
  select(li, inBlock(4))
  const { write, end } = li.compose(inBlock(4))
  write('vw')
  tellBack()
  acts['Enter in the middle']!(anna, tell)
  tell()
  await end('')
  tellBack()
  expect(li.words()).toBe(anna.words())
  expect(li.words().replaceAll('\n', '')).toBe(`first${words}`)
})

test('what is composed is kept when the editor goes before it ends', () => {
  const { anna, li, tell, tellBack } = hold(json.p('first'), json.p(words))
  select(li, inBlock(4))
  const { write } = li.compose(inBlock(4))
  write('v')
  tellBack()
  acts['a list']!(anna, tell)
  tell()
  write('vw')
  li.binding.destroy()
  tellBack()
  expect(anna.words()).toContain(`${words.slice(0, 4)}vw${words.slice(4)}`)
})

test('while it is composed, others’ words elsewhere are shown', () => {
  const { anna, li, tell } = hold(json.p('first'), json.p(words))
  select(li, inBlock(4))
  li.compose(inBlock(4)).write('v')
  everything['letters in another paragraph']!(anna, tell)
  tell()
  expect(li.words()).toContain('MORE')
  expect(li.words()).toContain('v')
})
