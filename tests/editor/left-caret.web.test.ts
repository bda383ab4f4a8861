import { expect, test } from 'vitest'
import { schema } from '../../shared/document/schema.ts'
import { caretAfter } from '../../web/editor/caret/left-caret.ts'

const text = (...lines: string[]) =>
  schema.node(
    'doc',
    null,
    lines.map((line) => schema.node('paragraph', null, line === '' ? [] : [schema.text(line)])),
  )

test('a caret keeps its place by what is around it when words that were not taken are gone', () => {
  const now = text('Wall 3 mm', 'Taken')
  // behind what is gone, in front of it, and behind all of it
  expect(caretAfter(text('Wall 3 mm refused', 'Taken'), 18, now)).toBe(10)
  expect(caretAfter(text('Wall 3 mm refused', 'Taken'), 3, now)).toBe(3)
  expect(caretAfter(text('Wall 3 mm refused', 'Taken'), 21, now)).toBe(13)
  expect(caretAfter(text('Wall refused 3 mm', 'Taken'), 9, now)).toBe(6)
  expect(caretAfter(now, 13, now)).toBe(13)
  expect(caretAfter(text('a', 'b', 'c'), 8, text('a'))).toBeLessThanOrEqual(3)
})

test('it stands in words, never between blocks, and nowhere in a text without any', () => {
  const rule = schema.node('horizontalRule')
  const now = schema.node('doc', null, [...text('Wall').content.content, rule])
  // what stood behind the rule is gone; the end of the text is no place for a caret
  const former = schema.node('doc', null, [...now.content.content, ...text('gone').content.content])
  expect(now.resolve(caretAfter(former, former.content.size - 1, now)!).parent.isTextblock).toBe(true)
  expect(caretAfter(text('Wall', 'gone'), 10, text('Wall'))).toBe(5)
  expect(caretAfter(text('Wall'), 3, schema.node('doc', null, [rule]))).toBeNull()
})
