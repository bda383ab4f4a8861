import { expect, test } from 'vitest'
import { isOwnOrigin } from '../../server/http/origin.ts'

test.each([
  ['the public address', 'https://review.example.com', 'https://review.example.com', true],
  ['its http twin', 'http://review.example.com', 'https://review.example.com', false],
  ['another port', 'https://review.example.com:8443', 'https://review.example.com', false],
  ['a longer name', 'https://review.example.com.evil.test', 'https://review.example.com', false],
  ['the opaque origin', 'null', 'https://review.example.com', false],
  ['none', undefined, 'https://review.example.com', false],
  ['the host asked for, without a public address', 'http://studio.local:3000', null, true],
  ['another host, without a public address', 'http://evil.test:3000', null, false],
  ['nonsense', '%%%', null, false],
])('%s', (_case, origin, publicUrl, own) => {
  expect(isOwnOrigin({ origin, host: 'studio.local:3000' }, publicUrl)).toBe(own)
})
