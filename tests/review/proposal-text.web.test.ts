import type { Node } from '@tiptap/pm/model'
import { EditorState } from '@tiptap/pm/state'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Place } from '../../shared/anchors/anchor-context.ts'
import { schema } from '../../shared/document/schema.ts'
import type { Replacement } from '../../shared/review.ts'
import { plainOf } from '../../shared/anchors/replacement-text.ts'
import { fitOf } from '../../shared/anchors/proposal-fit.ts'
import { leavesLongRun, passageAt, replaceIn } from '../../web/review/proposals/proposal-text.ts'

const text = (words: string, ...marks: string[]) => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks: marks.map((type) => ({ type })) }),
})
const block = (type: string, ...content: object[]) => ({ type, content })
const paragraph = (words: string) => block('paragraph', text(words))
const resourceOf = (...content: object[]) => schema.nodeFromJSON({ type: 'doc', content })

/** Where `words` stand in the text, the first time. */
function placeOf(doc: Node, words: string): Place {
  let from = -1
  doc.descendants((node, at) => {
    const index = node.isText ? node.text!.indexOf(words) : -1
    if (from < 0 && index >= 0) from = at + index
  })
  return { from, to: from + words.length }
}
const put = (doc: Node, place: Place, replacement: Replacement) =>
  replaceIn(EditorState.create({ doc }), place, replacement)?.doc
const kindOf = (doc: Node, words: string, quote: string, replacement: Replacement) =>
  fitOf(doc, placeOf(doc, words), quote, replacement).kind

const wall = 'The wall is 1.8 mm thick.'

describe('a proposal and the text', () => {
  test('fit while the words are those that it was raised on', () => {
    expect(kindOf(resourceOf(paragraph(wall)), '1.8 mm', '1.8 mm', [text('2.5 mm')])).toBe('fits')
  })

  test('do not fit when somebody wrote in the passage, were it one sign of the same length', () => {
    const doc = resourceOf(paragraph(wall.replace('1.8', '1.9')))
    const fit = fitOf(doc, placeOf(doc, '1.9 mm'), '1.8 mm', [text('2.5 mm')])
    expect(fit).toEqual({ kind: 'changed', text: '1.9 mm' })
  })

  test('do not fit when a formula was put into the passage', () => {
    const formula = { type: 'inlineMath', attrs: { latex: 'x' } }
    const doc = resourceOf(block('paragraph', text('1.8'), formula, text(' mm')))
    expect(fitOf(doc, { from: 1, to: 8 }, '1.8 mm', []).kind).toBe('changed')
  })

  test('when the passage is gone, there is nothing to replace', () => {
    expect(fitOf(resourceOf(paragraph(wall)), null, '1.8 mm', [text('2.5 mm')]).kind).toBe('removed')
  })

  test('when words were only added, it is known that they stand there', () => {
    const asked = [text('about 1.8 mm or more')]
    expect(kindOf(resourceOf(paragraph(wall)), '1.8 mm', '1.8 mm', asked)).toBe('fits')
    const added = resourceOf(paragraph(wall.replace('1.8 mm', 'about 1.8 mm or more')))
    expect(kindOf(added, '1.8 mm', '1.8 mm', asked)).toBe('stands')
  })

  test('when only the form is proposed, the form is compared', () => {
    const asked = [text('1.8 mm', 'bold')]
    expect(kindOf(resourceOf(paragraph(wall)), '1.8 mm', '1.8 mm', asked)).toBe('fits')
    const bold = resourceOf(block('paragraph', text('The wall is '), ...asked, text(' thick.')))
    expect(kindOf(bold, '1.8 mm', '1.8 mm', asked)).toBe('stands')
  })
})

describe('a replacement goes into the text', () => {
  test('keeping its marks and everything around it', () => {
    const doc = resourceOf(block('heading', text('Wall 1.8 mm thick')))
    const after = put(doc, placeOf(doc, '1.8 mm'), [text('2.5'), text(' mm', 'bold')])!
    expect(after.toJSON()).toMatchObject(
      resourceOf(block('heading', text('Wall 2.5'), text(' mm', 'bold'), text(' thick'))).toJSON(),
    )
  })

  test('as paragraphs, whose ends join the text around', () => {
    const doc = resourceOf(paragraph('One two three'), paragraph('Last'))
    const after = put(doc, placeOf(doc, 'two'), [paragraph('2a'), paragraph('2b')])!
    expect(after.children.map((node) => node.textContent)).toEqual(['One 2a', '2b three', 'Last'])
  })

  test('as nothing, when the passage is to go', () => {
    const doc = resourceOf(paragraph(wall))
    expect(put(doc, placeOf(doc, ' thick'), [])!.textContent).toBe('The wall is 1.8 mm.')
  })

  test('without marks where the block takes none, a line break as one of code', () => {
    const doc = resourceOf(block('codeBlock', text('G01 X10')))
    const after = put(doc, placeOf(doc, 'X10'), [text('X20', 'bold'), { type: 'hardBreak' }, text('M30')])!
    expect(after.textContent).toBe('G01 X20\nM30')
    after.check()
  })

  test('not when the document cannot take it', () => {
    const doc = resourceOf(paragraph(wall))
    expect(put(doc, placeOf(doc, 'wall'), [{ type: 'unknown' }])).toBeUndefined()
  })

  test('any words for any passage: only the passage changes, and then the proposal stands', () => {
    const words = fc
      .array(fc.constantFrom('壁', '厚', '1', '8', ' ', 'm', '.'), { minLength: 1, maxLength: 12 })
      .map((signs) => signs.join(''))
    fc.assert(
      fc.property(words, words, words, words, (before, quote, after, instead) => {
        fc.pre(instead.trim() !== '' && instead.trim() === instead && quote !== instead)
        const doc = resourceOf(paragraph(before + quote + after))
        const place = { from: 1 + before.length, to: 1 + before.length + quote.length }
        const changed = put(doc, place, [text(instead)])!
        expect(changed.textContent).toBe(before + instead + after)
        const now = { from: place.from, to: place.from + instead.length }
        const { kind } = fitOf(changed, now, quote, [text(instead)])
        expect(kind).toBe('stands')
      }),
      { numRuns: 300 },
    )
  })
})

describe('a passage can be replaced', () => {
  test('within one block, and over paragraphs that follow each other', () => {
    const doc = resourceOf(paragraph('One two'), paragraph('three four'), block('heading', text('Five')))
    expect(passageAt(doc, placeOf(doc, 'two'))).toEqual({ content: [text('two')], takesParagraphs: true })
    expect(passageAt(doc, placeOf(doc, 'Five'))?.takesParagraphs).toBe(false)
    const { from } = placeOf(doc, 'two')
    expect(passageAt(doc, { from, to: placeOf(doc, 'three').to })?.content).toMatchObject([
      paragraph('two'),
      paragraph('three'),
    ])
  })

  test('not over blocks of different kinds, over formulas, or where the quotation would be cut', () => {
    const formula = { type: 'inlineMath', attrs: { latex: 'x' } }
    const doc = resourceOf(
      paragraph('One'),
      block('heading', text('Two')),
      block('paragraph', text('3'), formula),
    )
    expect(passageAt(doc, { from: 1, to: placeOf(doc, 'Two').to })).toBeNull()
    const { from } = placeOf(doc, '3')
    expect(passageAt(doc, { from, to: from + 2 })).toBeNull()
    const long = resourceOf(paragraph('x'.repeat(2_000)))
    expect(passageAt(long, { from: 1, to: 2_001 })).toBeNull()
  })
})

test('the plain words of a replacement have a line for each paragraph', () => {
  const replacement = [
    paragraph('One'),
    block('paragraph', text('Two'), { type: 'hardBreak' }, text('lines')),
  ]
  expect(plainOf(replacement)).toBe('One\nTwo\nlines')
  expect(plainOf([text('1 '), { type: 'inlineMath', attrs: { latex: 'x^2' } }])).toBe('1 x^2')
})

describe('§2 a change that the room would refuse for its runs is known before anything is sent', () => {
  const leaves = (doc: Node, words: string, replacement: Replacement) =>
    leavesLongRun(replaceIn(EditorState.create({ doc }), placeOf(doc, words), replacement)!, 100)
  const run = (length: number) => 'x'.repeat(length)

  test('its own words, over their marks too', () => {
    const doc = resourceOf(paragraph(wall))
    expect(leaves(doc, '1.8', [text(run(101))])).toBe(true)
    expect(leaves(doc, '1.8', [text(run(60)), text(run(60), 'bold')])).toBe(true)
    expect(leaves(doc, '1.8', [text(run(60)), { type: 'hardBreak' }, text(run(60))])).toBe(false)
    expect(leaves(doc, '1.8', [text(run(100))])).toBe(false)
  })

  test('with what stands around them, or where two runs are joined', () => {
    const doc = resourceOf(paragraph(`${run(60)}, ${run(30)} end`))
    expect(leaves(doc, ', ', [])).toBe(false)
    expect(leaves(doc, ', ', [text(run(20))])).toBe(true)
    const two = resourceOf(paragraph(`${run(60)}, ${run(60)}`))
    expect(leaves(two, ', ', [])).toBe(true)
  })

  test('but not what only makes shorter what was too long', () => {
    const doc = resourceOf(paragraph(`${run(150)}yy${run(60)}`))
    expect(leaves(doc, 'yy', [text('z')])).toBe(false)
  })
})
