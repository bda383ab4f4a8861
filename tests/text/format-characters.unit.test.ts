import { describe, expect, test } from 'vitest'
import { formatCharactersIn, showFormatCharacters } from '../../shared/text/format-characters.ts'

describe('what nobody sees is shown by its code (issue 10.5)', () => {
  test.each([
    ['a space of no width', '2\u200b5 mm', '2⟦U+200B⟧5 mm'],
    ['a joiner of words', '2\u20605', '2⟦U+2060⟧5'],
    ['a byte order mark', 'a\ufeffb', 'a⟦U+FEFF⟧b'],
    ['a soft hyphen beside a digit', '2\u00ad5', '2⟦U+00AD⟧5'],
    ['a joiner where nothing joins', 'in\u200dout', 'in⟦U+200D⟧out'],
    ['a selector behind a letter or a number', 'a\ufe0f1\ufe01', 'a⟦U+FE0F⟧1⟦U+FE01⟧'],
    ['a second selector', '☃\ufe0f\ufe0e', '☃\ufe0f⟦U+FE0E⟧'],
    ['a selector for Chinese behind another sign', 'a\u{e0101}', 'a⟦U+E0101⟧'],
    ['tags', '🏴\u{e0067}\u{e007f}', '🏴⟦U+E0067⟧⟦U+E007F⟧'],
    ['what holds combining marks apart', 'a\u034fb', 'a⟦U+034F⟧b'],
    ['fillers', 'a\u3164\u115fb', 'a⟦U+3164⟧⟦U+115F⟧b'],
    ['what turns the direction', '\u202e8.0', '⟦U+202E⟧8.0'],
    ['controls', 'a\u0008\u0085\u007fb', 'a⟦U+0008⟧⟦U+0085⟧⟦U+007F⟧b'],
    ['what each font draws as something else', 'a\ue000\u{f0000}', 'a⟦U+E000⟧⟦U+F0000⟧'],
    ['notes and unassigned ones', 'a\ufff9b\u{e0fff}', 'a⟦U+FFF9⟧b⟦U+E0FFF⟧'],
  ])('%s', (_, text, shown) => {
    expect(showFormatCharacters(text)).toBe(shown)
    expect(formatCharactersIn(text).length).toBeGreaterThan(0)
  })

  test.each([
    '一盏会被修理的灯。\tA lamp\r\nthat is repaired — 1 000 mm',
    '👩‍🔧 👩🏽‍🔧 ❤️‍🔥 ☃︎ 1️⃣ #️⃣',
    '葛\u{e0100} 力\ufe00',
    'می‌خواهم',
    'क्‍ष र्‌क',
    'Lampen\u00adschirm',
    'ភាសា\u200bខ្មែរ',
    'ᠮᠣᠩᠭᠣᠯ\u180e\u1820',
  ])('honest typography stays: %s', (text) => {
    expect(showFormatCharacters(text)).toBe(text)
    expect(formatCharactersIn(text)).toEqual([])
  })

  test('no typed code looks like one of ours, in whatever pieces it is written', () => {
    const hidden = 'a\u202eb'
    const typed = showFormatCharacters(hidden)
    const texts = [hidden, typed, showFormatCharacters(typed), 'a⟦', '⟦', 'U+202E⟧', '〚U+202E〛']
    expect(new Set(texts.map(showFormatCharacters)).size).toBe(texts.length)
    expect(showFormatCharacters(typed)).toBe('a⟦U+27E6⟧U+202E⟦U+27E7⟧b')
    expect(showFormatCharacters('⟦') + showFormatCharacters('U+202E⟧')).toBe(showFormatCharacters('⟦U+202E⟧'))
    expect(showFormatCharacters('〚U+202E〛')).toBe('⟦U+301A⟧U+202E⟦U+301B⟧')
  })
})
