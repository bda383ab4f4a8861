import { describe, expect, test } from 'vitest'
import { documentMarkdown } from '../../server/export/markdown/markdown.ts'
import { itemMarks, listNumbering } from '../../shared/document/list-numbers.ts'
import { schema } from '../../shared/document/schema.ts'

const hostile = {
  href: 'https://example.com/',
  class: 'mantine-hidden-from-xs m_43070dfb',
  style: 'display: none',
  target: '_self',
  rel: 'opener',
  title: 'A title',
}

test('a link shows its address and title; what else an update says of it reaches no page (issue 10.5)', () => {
  const shown = schema.marks.link!.spec.toDOM!(schema.marks.link!.create(hostile), true)
  expect(shown).toEqual([
    'a',
    {
      href: 'https://example.com/',
      title: 'A title',
      target: '_blank',
      rel: 'noopener noreferrer nofollow',
      class: null,
    },
    0,
  ])
})

/** Attributes of elements that a page gives a meaning of their own. */
const ofStyle = ['class', 'style', 'id', 'hidden', 'popover', 'slot', 'part', 'is']

test('no attribute that takes any words is one that styles, hides or places an element (issue 10.5)', () => {
  const words = 'mantine-hidden-from-xs'
  const found: string[] = []
  for (const type of [...Object.values(schema.nodes), ...Object.values(schema.marks)]) {
    const attrs: Record<string, unknown> = {}
    for (const [name, { validate }] of Object.entries(type.spec.attrs ?? {})) {
      try {
        if (typeof validate === 'function') validate(words)
        attrs[name] = words
      } catch {
        // it takes certain values only
      }
    }
    if (!type.spec.toDOM || Object.keys(attrs).length === 0) continue
    const made = type.create(attrs)
    const [, first] = (type.spec.toDOM as unknown as (one: typeof made, isInline: boolean) => unknown[])(
      made,
      true,
    )
    for (const name of ofStyle) {
      const value = (first as Record<string, unknown> | undefined)?.[name]
      if (String(value ?? '').includes(words)) found.push(`${type.name}: ${name}`)
    }
  }
  expect(found).toEqual([])
})

describe('an ordered list counts alike on screen, paper and in Markdown (issue 10.5)', () => {
  test.each([
    [{ start: 3 }, ['3.', '4.']],
    [{ start: 3, type: 'a' }, ['c.', 'd.']],
    [{ start: 26, type: 'A' }, ['Z.', 'AA.']],
    [{ start: 702, type: 'a' }, ['zz.', 'aaa.']],
    [{ start: 3, type: 'I' }, ['III.', 'IV.']],
    [{ start: 3_999, type: 'i' }, ['mmmcmxcix.', '4000.']],
    [{ start: 0, type: 'a' }, ['0.', 'a.']],
    [{ start: -3 }, ['-3.', '-2.']],
    [{ start: 2_147_483_647 }, ['1.', '2.']],
    [{ start: NaN, type: 'disc' }, ['1.', '2.']],
  ])('%j', (attrs, marks) => {
    const numbering = listNumbering(attrs)
    expect(itemMarks({ attrs, content: [{}, {}] })).toEqual(marks)
    const { orderedList, listItem, paragraph } = schema.nodes
    const list = orderedList!.create(attrs, [listItem!.create(null, [paragraph!.create()])])
    const [, shown] = orderedList!.spec.toDOM!(list) as unknown as [string, { start?: number; type?: string }]
    // what the browser is told says the same
    expect(listNumbering({ start: 1, ...shown })).toEqual(numbering)
  })

  test('Markdown has no letters and nothing below 0 for its lists: these marks are words of an item', () => {
    const written = (attrs: object) =>
      documentMarkdown(
        {
          type: 'doc',
          content: [
            {
              type: 'orderedList',
              attrs,
              content: ['one', 'two'].map((words) => ({
                type: 'listItem',
                content: [{ type: 'paragraph', content: [{ type: 'text', text: words }] }],
              })),
            },
          ],
        },
        () => null,
      )
    expect(written({ start: 3 })).toBe('3. one\n4. two')
    expect(written({ start: 3, type: 'a' })).toBe('- c\\. one\n- d\\. two')
    expect(written({ start: -1 })).toBe('- -1\\. one\n- 0\\. two')
  })
})
