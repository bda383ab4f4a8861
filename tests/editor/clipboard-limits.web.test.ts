import { expect, test } from 'vitest'
import { defaultLimits } from '../../shared/limits.ts'
import { readClientLimits, clientLimitsOf } from '../../shared/client-limits.ts'
import { refusalOfClipboard } from '../../web/editor/paste/clipboard-limits.ts'

const limits = clientLimitsOf(defaultLimits)
const { columnsPerTable: columns, placesPerTable: cells } = limits
const ofHtml = (html: string) => refusalOfClipboard({ html, text: 'in other words' }, limits)
const ofText = (text: string) => refusalOfClipboard({ html: '', text }, limits)
const table = (rows: number, cellsOfRow: string) =>
  `<table border=0>${`<tr height=20>${cellsOfRow}</tr>`.repeat(rows)}</table>`
const tooLarge = { code: 'table_too_large', params: { columns, cells } }

test('a table over the limit is refused by the tags of its source, and one at the limit is not', () => {
  const hundred = '<td class="a>b">x</td>'.replace('>b', 'b').repeat(100)
  expect(ofHtml(table(cells / 100, hundred))).toBeNull()
  expect(ofHtml(table(cells / 100 + 1, hundred))).toEqual(tooLarge)
  expect(ofHtml(`<TABLE>${'<TR>\n<TH\ncolspan=2>x'.repeat(1)}</TABLE>`)).toBeNull()
  expect(ofHtml(table(1, `<td colspan="${columns}">x</td>`))).toBeNull()
  expect(ofHtml(table(1, `<td colspan="${columns}">x</td><td>y</td>`))).toEqual(tooLarge)
  // many tables beside each other, and one in another, are each counted by themselves
  expect(ofHtml(table(10, hundred).repeat(40))).toBeNull()
  expect(ofHtml(`<table><tr><td>${table(cells / 100, hundred)}</td><td>x</td></tr></table>`)).toBeNull()
})

test('what only looks like a table is not counted', () => {
  const row = `<tr>${'<td>x</td>'.repeat(columns + 1)}</tr>`
  for (const harmless of [
    `<!-- <table>${row}</table> --><p>x`,
    `<style>/* <table>${row} */</style><p>x`,
    `<p>${row.replaceAll('<', '&lt;')}</p>`,
    `<table>${'<tr></tr>'.repeat(cells + 1)}</table>`,
    row,
  ])
    expect(ofHtml(harmless)).toBeNull()
})

test('plain text over a limit is refused with the words of the limit', () => {
  expect(ofText('many words '.repeat(limits.updateBytes / 12))).toBeNull()
  expect(ofText('many words '.repeat(limits.updateBytes / 10))).toMatchObject({ code: 'update_too_large' })
  expect(ofText('一二'.repeat(limits.updateBytes / 5))).toMatchObject({ code: 'update_too_large' })
  expect(ofText('a\r\n'.repeat(limits.elementsPerDocument + 1))).toMatchObject({ code: 'too_many_elements' })
  expect(ofText('x'.repeat(limits.runCharacters))).toBeNull()
  expect(ofText('x'.repeat(limits.runCharacters + 1))).toMatchObject({ code: 'text_run_too_long' })
  expect(ofText('字'.repeat(limits.runCharacters))).toBeNull()
})

test('looking at a source that no program writes takes no longer than its length lets it', () => {
  for (const piece of ['<td ', '<!--', '<table ', '<style ', '<td colspan=', '</table', '<td colspan= '])
    expect(() => ofHtml(piece.repeat(400_000))).not.toThrow()
})

test('the limits are those that the operator set, and the default of each that was not told', () => {
  const told = JSON.stringify(clientLimitsOf({ ...defaultLimits, columnsPerTable: 3, runCharacters: 50 }))
  const operators = readClientLimits(told)
  const refused = refusalOfClipboard({ html: table(1, '<td>x</td>'.repeat(4)), text: '' }, operators)
  expect(refused).toEqual({ code: 'table_too_large', params: { columns: 3, cells } })
  expect(refusalOfClipboard({ html: '', text: 'x'.repeat(51) }, operators)?.code).toBe('text_run_too_long')
  for (const nothing of [undefined, null, '', '{', 'null', '{"fileBytes":"7","toString":1}'])
    expect(readClientLimits(nothing)).toEqual(limits)
})
