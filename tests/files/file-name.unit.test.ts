import { assert, property, string } from 'fast-check'
import { expect, test } from 'vitest'
import { cleanName, disposition } from '../../server/files/name.ts'

test.each([
  ['../../etc/passwd', 'passwd'],
  ['C:\\photos\\lamp.png', 'lamp.png'],
  ['lamp\r\nSet-Cookie: x.png', 'lampSet-Cookie: x.png'],
  ['lamp\u202egnp.exe', 'lampgnp.exe'],
  ['', 'image'],
  ['大足台灯.png', '大足台灯.png'],
])('%j is kept as %j', (given, kept) => {
  expect(cleanName(given)).toBe(kept)
})

test('a name of 4 KB is cut and keeps its ending', () => {
  const name = cleanName(`${'灯'.repeat(4096)}.png`)
  expect([...name]).toHaveLength(200)
  expect(name.endsWith('灯.png')).toBe(true)
})

test('no name breaks out of the header', () => {
  assert(
    property(string({ unit: 'grapheme' }), (given) => {
      expect(disposition(cleanName(given))).toMatch(/^inline; filename\*=UTF-8''[\w.!~%-]+$/)
    }),
  )
})
