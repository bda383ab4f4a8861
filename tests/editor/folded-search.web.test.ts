import { expect, test } from 'vitest'
import { foldedPlaces, RE2JS } from '../../web/editor/search/folded-search.ts'

const found = (words: string, text: string, keepsCase = false) =>
  [...foldedPlaces(words, text, keepsCase)].map(({ start, end }) => text.slice(start, end))

test('words are found in either width, in both directions, as they stand in the text', () => {
  expect(found('M6', '螺钉 Ｍ６，另一处 m6。')).toEqual(['Ｍ６', 'm6'])
  expect(found('ＡＤＣ12', '材料 ADC12')).toEqual(['ADC12'])
  expect(found('ADC12', '材料：ＡＤＣ12；ＡＤＣ１２')).toEqual(['ＡＤＣ12', 'ＡＤＣ１２'])
  expect(found('ﾍﾞｰｽ', 'ベース')).toEqual(['ベース'])
  expect(found('ベース', 'the ﾍﾞｰｽ')).toEqual(['ﾍﾞｰｽ'])
})

test('a sign that stands for several characters is found as a whole, once', () => {
  expect(found('2.5 mm', '壁厚 2.5 ㎜。')).toEqual(['2.5 ㎜'])
  expect(found('m', '5㎜')).toEqual(['㎜'])
  expect(found('é', 'cafe\u0301s')).toEqual(['e\u0301'])
})

test('case counts where it is asked for, and what means something in a pattern means itself', () => {
  expect(found('m6', 'Ｍ６ ｍ６', true)).toEqual(['ｍ６'])
  expect(found('(a.*', 'x (A.* y')).toEqual(['(A.*'])
  expect(found('', 'abc')).toEqual([])
  expect(found('aa', 'aaaaa')).toEqual(['aa', 'aa'])
})

test('it answers what is asked of the engine in whose place it stands', () => {
  const matcher = RE2JS.compile('m6', RE2JS.CASE_INSENSITIVE).matcher('a Ｍ６ b')
  expect([matcher.find(), matcher.start(), matcher.group(), matcher.find()]).toEqual([true, 2, 'Ｍ６', false])
})
