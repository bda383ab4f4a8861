import { Fragment } from '@tiptap/pm/model'
import { expect, test } from 'vitest'
import { schema } from '../../../shared/document/schema.ts'
import { defaultLimits } from '../../../shared/limits.ts'
import { refusalOfPaste } from '../../../web/editor/paste-limits.ts'

const paragraphs = (...texts: string[]) =>
  Fragment.from(texts.map((text) => schema.node('paragraph', null, text === '' ? [] : [schema.text(text)])))

test('a paste over a limit is refused before it is put in, with the words of the limit, and no other is', () => {
  const { runCharacters, updateBytes, elementsPerDocument } = defaultLimits
  expect(refusalOfPaste(paragraphs('壁厚 3 mm', '', 'a chapter '.repeat(20_000)))).toBeNull()
  expect(refusalOfPaste(paragraphs('x'.repeat(runCharacters)))).toBeNull()
  expect(refusalOfPaste(paragraphs('x'.repeat(runCharacters), 'x'.repeat(runCharacters)))).toBeNull()
  expect(refusalOfPaste(paragraphs(`a ${'x'.repeat(runCharacters + 1)} b`))).toMatchObject({
    code: 'text_run_too_long',
  })
  expect(refusalOfPaste(paragraphs('many words '.repeat(updateBytes / 10)))).toMatchObject({
    code: 'update_too_large',
  })
  expect(refusalOfPaste(paragraphs('一二'.repeat(updateBytes / 5)))).toMatchObject({
    code: 'update_too_large',
  })
  expect(
    refusalOfPaste(
      Fragment.from(Array.from({ length: elementsPerDocument + 1 }, () => schema.node('paragraph'))),
    ),
  ).toMatchObject({
    code: 'too_many_elements',
  })
})
