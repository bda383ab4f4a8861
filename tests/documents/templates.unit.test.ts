import { describe, expect, test } from 'vitest'
import { locales } from '../../shared/accounts.ts'
import { schema } from '../../shared/document/schema.ts'
import { templates } from '../../shared/documents.ts'
import { inline } from '../../server/documents/compose.ts'
import { templateContent } from '../../server/documents/templates.ts'

describe.each(locales)('templates in %s', (locale) => {
  test.each(templates)('%s is a document of the schema', (template) => {
    const node = schema.nodeFromJSON(templateContent(template, locale))
    node.check()
    expect(node.type.name).toBe('doc')
  })

  test.each(['brief', 'spec'] as const)('%s has the outline that both languages share', (template) => {
    const outline = (of: typeof locale) =>
      templateContent(template, of).content.map(({ type, attrs }) => `${type} ${attrs?.level ?? ''}`)
    expect(outline(locale)).toEqual(outline('en'))
  })

  test('a table is rectangular, with the cells that span counted', () => {
    for (const template of templates) {
      schema.nodeFromJSON(templateContent(template, locale)).descendants((node) => {
        if (node.type.name !== 'table') return
        const widths = Array.from({ length: node.childCount }, () => 0)
        node.forEach((row, _offset, index) =>
          row.forEach((cell) => {
            for (let below = 0; below < cell.attrs.rowspan; below++) {
              widths[index + below]! += cell.attrs.colspan
            }
          }),
        )
        expect(new Set(widths).size, node.textContent).toBe(1)
      })
    }
  })
})

test('a line of text is read with its marks and formulas', () => {
  expect(inline('wall **2.5 mm**, H~2~O, $F = m g$')).toEqual([
    { type: 'text', text: 'wall ' },
    { type: 'text', text: '2.5 mm', marks: [{ type: 'bold' }] },
    { type: 'text', text: ', H' },
    { type: 'text', text: '2', marks: [{ type: 'subscript' }] },
    { type: 'text', text: 'O, ' },
    { type: 'inlineMath', attrs: { latex: 'F = m g' } },
  ])
})
