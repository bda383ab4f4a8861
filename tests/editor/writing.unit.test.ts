import { describe, expect, test } from 'vitest'
import { blocks, findBlocks } from '../../web/editor/blocks/blocks.ts'
import { asAddress } from '../../web/editor/toolbar/address.ts'
import { signGroups, signMatches } from '../../web/editor/toolbar/signs.ts'
import { countText } from '../../web/editor/word-count.ts'

const find = (query: string) => findBlocks(query, (block) => block.id).map(({ id }) => id)

describe('finding a block', () => {
  test.each([
    ['bg', 'table'],
    ['表格', 'table'],
    ['biaoge', 'table'],
    ['h2', 'heading2'],
    ['rw', 'taskList'],
    ['quote', 'quote'],
    ['yy', 'quote'],
  ])('%s finds %s first', (query, id) => expect(find(query)[0]).toBe(id))
  test('no word finds nothing', () => expect(find('zzzz')).toEqual([]))
  test('no query finds all', () => expect(find('')).toHaveLength(blocks.length))
})

test('an engineering sign is found by English, Chinese, initials and itself', () => {
  const flatness = signGroups.flatMap(({ signs }) => signs).find(({ id }) => id === 'flatness')!
  for (const query of ['flat', '平面', 'PMD', '⏥'])
    expect(signMatches(flatness, 'Flatness', query)).toBe(true)
  expect(signMatches(flatness, 'Flatness', 'round')).toBe(false)
})

test.each([
  ['', 0, 0],
  ['one two  three', 3, 11],
  ['壁厚 2.5 mm', 4, 7],
  ['公差±0.1，见 GB/T 1804-m', 6, 18],
])('%j counts %i words and %i characters', (text, words, characters) =>
  expect(countText(text)).toEqual({ words, characters }),
)

test.each([
  ['example.com/x', 'https://example.com/x'],
  ['https://a.b', 'https://a.b'],
  ['li@example.com', 'mailto:li@example.com'],
  ['localhost:3000', 'https://localhost:3000'],
  ['javascript:alert(1)', 'javascript:alert(1)'],
])('%s is taken for %s', (typed, address) => expect(asAddress(typed)).toBe(address))
