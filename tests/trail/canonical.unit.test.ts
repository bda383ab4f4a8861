import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalInPieces, canonicalJson, sha256Hex, WrittenJson } from '../../server/trail/canonical.ts'

test('made in pieces it is the same text, at any depth and with members that are left out', async () => {
  const value = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 8 }))
  await fc.assert(
    fc.asyncProperty(value, async (one) => {
      const given = { ...one, left: undefined, list: [{ left: undefined, kept: one }] }
      expect(Buffer.from(await canonicalInPieces(given)).toString()).toBe(canonicalJson(given))
    }),
  )
})

test('a part that is written already stands in it as it would have been written', async () => {
  const value = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 8 }))
  await fc.assert(
    fc.asyncProperty(value, fc.array(value), async (one, list) => {
      const written = (part: object) => new WrittenJson(Buffer.from(canonicalJson(part)))
      const given = await canonicalInPieces({ z: 'ö', one: written(one), list: list.map(written), a: [{}] })
      expect(Buffer.from(given).toString()).toBe(canonicalJson({ z: 'ö', one, list, a: [{}] }))
    }),
  )
})

describe('canonical JSON (RFC 8785)', () => {
  test('3.2.2: the sample of the RFC', () => {
    const sample = {
      // oxlint-disable-next-line no-loss-of-precision -- the RFC's own sample
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    }
    expect(canonicalJson(sample)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    )
  })

  test('3.2.3: members are sorted by UTF-16 code units', () => {
    const sample = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    }
    expect(Object.values(JSON.parse(canonicalJson({ sorted: Object.keys(sample).sort() })).sorted)).toEqual([
      '\r',
      '1',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\ud83d\ude00',
      '\ufb33',
    ])
    expect(canonicalJson(sample).match(/Carriage|One|Control|Latin|Euro|Emoji|Hebrew/g)).toEqual([
      'Carriage',
      'One',
      'Control',
      'Latin',
      'Euro',
      'Emoji',
      'Hebrew',
    ])
  })

  test.each([
    [0, '0'],
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e23, '1e+23'],
    [0.000001, '0.000001'],
    [1e-7, '1e-7'],
    [333333333.3333332, '333333333.3333332'],
  ])('appendix B: %d is %s', (value, text) => {
    expect(canonicalJson([value])).toBe(`[${text}]`)
  })

  test.each([[NaN], [Infinity], ['\ud800']])('refuses %o, which JSON cannot say', (value) => {
    expect(() => canonicalJson({ value })).toThrow(/not allowed/)
  })

  test('any JSON value keeps its meaning, and the order of members changes nothing', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        const turned = Object.fromEntries(Object.entries(value).toReversed())
        expect(canonicalJson(turned)).toBe(text)
      }),
    )
  })

  test('a hash is over the text’s UTF-8', () => {
    expect(sha256Hex('契')).toBe('5465d762e7281e8c6cd0f93dc0db27bb2aa5236d1635cdaa0a47263ebdc6b311')
  })
})
