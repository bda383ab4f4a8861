import { describe, expect, test } from 'vitest'
import { createSignature, nextLetter, revisionLetter } from '../../shared/signoff.ts'

describe('revision letters', () => {
  test('count A to Y, then AA, and never use I, O, Q, S, X, Z', () => {
    const letters = Array.from({ length: 421 }, (_, index) => revisionLetter(index))
    expect(letters.slice(0, 22).join(' ')).toBe('A B C D E F G H J K L M N P R T U V W Y AA AB')
    expect(letters[20 + 400]).toBe('AAA')
    expect(letters.join('')).not.toMatch(/[IOQSXZ]/)
    expect(new Set(letters).size).toBe(letters.length)
  })

  test('the next comes behind the highest, whatever is missing, doubled or no letter', () => {
    expect(nextLetter([])).toBe('A')
    for (let index = 0; index < 421; index++) {
      expect(nextLetter(['A', revisionLetter(index)])).toBe(revisionLetter(index + 1))
    }
    expect(nextLetter(['C', 'C', 'A'])).toBe('D')
    expect(nextLetter(['', 'I', 'b', '版', 'Y'.repeat(5_000)])).toBe('A')
  })
})

describe('a request to sign', () => {
  test('takes an IANA zone and no other', () => {
    expect(createSignature.parse({ password: 'x', zone: 'Asia/Shanghai' })).toMatchObject({
      meaning: 'approval',
      zone: 'Asia/Shanghai',
    })
    expect(createSignature.parse({ password: 'x' }).zone).toBe('UTC')
    // 12.21: an unknown zone is no obstacle to signing; some runtimes know an offset
    for (const zone of ['Mars/Olympus', 'Etc/Unknown', ''])
      expect(createSignature.parse({ password: 'x', zone }).zone).toBe('UTC')
    expect(['UTC', '+08:00']).toContain(createSignature.parse({ password: 'x', zone: '+08:00' }).zone)
  })
})
