import { expect, test } from 'vitest'
import { createAccount } from '../../shared/accounts.ts'
import { createDocument } from '../../shared/documents.ts'
import { cleanLine, cleanText } from '../../shared/text/clean-line.ts'
import { plainLine, plainText } from '../../shared/text/plain-text.ts'

const cases: [what: string, typed: string, seen: string][] = [
  ['direction', 'lamp\u202egnp.exe', 'lampgnp.exe'],
  ['isolates', '\u2066Li\u2069 \u200fWei', 'Li Wei'],
  ['no width', 'Wang\u200b\u2060\ufeff Fang', 'Wang Fang'],
  ['tags', 'Li\u{e0041}\u{e0042}', 'Li'],
  ['a soft hyphen at the end, and in a number', 'Spec\u00ad 2\u00ad5', 'Spec 25'],
  ['fillers', '李\u3164明\u2800', '李明'],
  ['annotations', '李\ufff9明\ufffb', '李明'],
  ['widths of space', '李\u3000 \u00a0\t明', '李 明'],
  ['lines', 'Lamp\r\nhousing\u2028B', 'Lamp housing B'],
  ['controls', 'a\u0007b\u009bc', 'a b c'],
  ['one way to write it', 'Andre\u0301', 'André'],
  ['a joined emoji', 'Team 👩\u200d🔧', 'Team 👩\u200d🔧'],
  ['Persian', 'می\u200cخواهم', 'می\u200cخواهم'],
  ['a variant of a Chinese sign', '葛\u{e0100}', '葛\u{e0100}'],
  ['nothing', '\u200b\u3164\u2800 \u202e', ''],
]

test.each(cases)('12.28: of a name with %s stays what is seen', (_, typed, seen) => {
  expect(cleanLine(typed)).toBe(seen)
  expect(cleanLine(seen)).toBe(seen)
})

test('12.28: names and titles are stored as they are seen, and one of which nothing is seen is refused', () => {
  const account = { email: 'li@example.com', password: 'a lamp that shines', locale: 'en' }
  expect(createAccount.parse({ ...account, name: ' Li\u200b\u202e Wei ' }).name).toBe('Li Wei')
  const document = { kind: 'spec', template: 'blank' }
  expect(createDocument.parse({ ...document, title: '壳体\u2060\u3000规格' }).title).toBe('壳体 规格')
  for (const blank of ['\u200b', '\u3164', '\u2800 \u2800', '\u202e\u2066']) {
    expect(createAccount.safeParse({ ...account, name: blank }).success).toBe(false)
    expect(createDocument.safeParse({ ...document, title: blank }).success).toBe(false)
  }
})

test('what is of several lines keeps them', () => {
  expect(cleanText('First\u202e\n\tsecond\u200b  third\r\n')).toBe('First\n\tsecond  third')
})

test('a megabyte of marks in a name is refused before they are brought into one order, which would take a minute', () => {
  const marks = '\u0301\u0316'.repeat(250_000)
  expect(plainLine(120).safeParse(marks).success).toBe(false)
  expect(plainText(500).safeParse(marks).success).toBe(false)
  expect(plainLine(120).safeParse(` ${'\u200b'.repeat(100)}Lamp`).data).toBe('Lamp')
})
