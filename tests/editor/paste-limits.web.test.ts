import { Fragment, type Node } from '@tiptap/pm/model'
import { expect, test } from 'vitest'
import { schema } from '../../shared/document/schema.ts'
import { defaultLimits } from '../../shared/limits.ts'
import { clientLimitsOf } from '../../shared/client-limits.ts'
import { refusalOfPaste as refusalWith } from '../../web/editor/paste/paste-limits.ts'

const refusalOfPaste = (content: Fragment) => refusalWith(content, clientLimitsOf(defaultLimits))

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

test('a table and a formatting over the limit are refused likewise, and what is at it is not', () => {
  const { columnsPerTable, placesPerTable, formatsPerText } = defaultLimits
  const cell = (colspan = 1) => schema.node('tableCell', { colspan }, [schema.node('paragraph')])
  const table = (rows: number, cells: Node[]) =>
    Fragment.from(
      schema.node(
        'table',
        null,
        Array.from({ length: rows }, () => schema.node('tableRow', null, cells)),
      ),
    )
  const columns = (count: number) => Array.from({ length: count }, () => cell())
  const tooLarge = { code: 'table_too_large', params: { columns: columnsPerTable, cells: placesPerTable } }
  expect(refusalOfPaste(table(1, columns(columnsPerTable)))).toBeNull()
  expect(refusalOfPaste(table(1, columns(columnsPerTable + 1)))).toEqual(tooLarge)
  const hundred = Array.from({ length: 10 }, () => cell(10))
  const wide = Array.from({ length: columnsPerTable / 2 + 1 }, () => cell(2))
  expect(refusalOfPaste(table(1, wide))).toEqual(tooLarge)
  expect(refusalOfPaste(table(placesPerTable / 100, hundred))).toBeNull()
  expect(refusalOfPaste(table(placesPerTable / 100 + 1, hundred))).toEqual(tooLarge)

  // each part that is bold has one format before it and one after
  const alternating = (parts: number) =>
    Fragment.from(
      schema.node(
        'paragraph',
        null,
        Array.from({ length: parts }, (_, at) => schema.text('x ', at % 2 ? [schema.mark('bold')] : [])),
      ),
    )
  expect(refusalOfPaste(alternating(formatsPerText + 1))).toBeNull()
  expect(refusalOfPaste(alternating(formatsPerText + 2))).toEqual({
    code: 'too_many_formats',
    params: { limit: formatsPerText },
  })
})
