import { describe, expect, test } from 'vitest'
import { createSignature, revisionLetter } from '../../../shared/signoff.ts'

describe('revision letters', () => {
  test('count A to Y, then AA, and never use I, O, Q, S, X, Z', () => {
    const letters = Array.from({ length: 421 }, (_, index) => revisionLetter(index))
    expect(letters.slice(0, 22).join(' ')).toBe('A B C D E F G H J K L M N P R T U V W Y AA AB')
    expect(letters[20 + 400]).toBe('AAA')
    expect(letters.join('')).not.toMatch(/[IOQSXZ]/)
    expect(new Set(letters).size).toBe(letters.length)
  })
})

describe('a request to sign', () => {
  test('takes an IANA zone and no other', () => {
    expect(createSignature.parse({ password: 'x', zone: 'Asia/Shanghai' })).toMatchObject({
      meaning: 'approval',
      zone: 'Asia/Shanghai',
    })
    expect(createSignature.parse({ password: 'x' }).zone).toBe('UTC')
    expect(createSignature.safeParse({ password: 'x', zone: 'Mars/Olympus' }).success).toBe(false)
  })
})
