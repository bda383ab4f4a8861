import { getSchema } from '@tiptap/core'
import { EditorState } from '@tiptap/pm/state'
import { expect, test } from 'vitest'
import { schemaExtensions } from '../../shared/document/schema.ts'
import { ShowStep } from '../../web/editor/binding/show-step.ts'
import { placeOf } from '../../web/editor/blocks/moved-block.ts'

const schema = getSchema(schemaExtensions)
const line = (words: string) => schema.node('paragraph', null, [schema.text(words)])

/** What stands before a place of the first line, once others made another text of it; null where nothing is told. */
function before(at: number, former: string[], now: string[]): string | null {
  const [first, ...rest] = former.map(line)
  // what was not touched is the same node still, as in what the binding shows
  const kept = (words: string) => rest.find(({ textContent }) => textContent === words) ?? line(words)
  const state = EditorState.create({ doc: schema.node('doc', null, [first!, ...rest]) })
  const shown = schema.node('doc', null, now.map(kept))
  const place = placeOf(state.tr.step(new ShowStep(state.doc, shown)), 1 + at)
  if (place === null) return null
  const { parent, parentOffset } = shown.resolve(place)
  return parent.textBetween(0, parentOffset)
}

test('a place goes along with a block that somebody moved, also where the last letters had not reached them', () => {
  const former = ['alpha block xyz', 'beta', 'gamma']
  expect(before(15, former, ['beta', 'gamma', 'alpha block xyz'])).toBe('alpha block xyz')
  expect(before(15, former, ['beta', 'gamma', 'alpha block x'])).toBe('alpha block x')
  expect(before(5, former, ['beta', 'gamma', 'alpha block x'])).toBe('alpha')
  // letters in the middle
  expect(before(8, ['alpha ABblock', 'beta'], ['beta', 'alpha block'])).toBe('alpha ')
  expect(before(10, ['alpha ABblock', 'beta'], ['beta', 'alpha block'])).toBe('alpha bl')
})

test('it does not go into a block that lacks most of it, is one of several, or was there before', () => {
  expect(before(15, ['alpha block xyz', 'beta'], ['beta', 'alpha'])).toBe(null)
  expect(before(15, ['alpha block xyz', 'beta'], ['beta', 'alpha block xy', 'alpha block x'])).toBe(null)
  expect(before(15, ['alpha block xyz', 'beta'], ['alpha block xy', 'beta'])).toBe(null)
})
