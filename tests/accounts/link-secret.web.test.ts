import { expect, test } from 'vitest'
import { isCut, meantAddress, readSecret } from '../../web/pages/signed-out/link-secret.ts'

const secret = 'q8_Zk0-Vw3dXh1rT5uYb7nMc2LpEeSgAoJiKfHtRxWy'

test('12.29: what a chat or a mail puts behind a link is not taken for its secret', () => {
  const ends = [
    '',
    '。',
    '>',
    '%3E',
    '%E3%80%82',
    '\n',
    '%0A',
    '，请查收',
    ' Regards',
    '%',
    '&utm_source=x',
    '"',
    ')',
  ]
  expect(ends.map((end) => readSecret(secret + end))).toEqual(ends.map(() => secret))
  expect(readSecret(`%20${secret}`)).toBe(secret)
  expect(readSecret('')).toBe('')
})

test('12.29: a link whose end is missing is told from one that is whole', () => {
  expect(secret).toHaveLength(43)
  expect([secret, secret.slice(0, 42), ''].map(isCut)).toEqual([false, true, true])
})

test('12.29: a # that came along as another sign leads where it was to lead; no other address is changed', () => {
  for (const sign of ['%23', '＃', '%EF%BC%83', '%ef%bc%83'])
    expect(meantAddress({ pathname: `/invite${sign}${secret}`, hash: '' })).toBe(`/invite#${secret}`)
  expect(meantAddress({ pathname: `/Guest%23${secret}`, hash: '' })).toBe(`/guest#${secret}`)
  for (const pathname of [
    '/invite',
    '/invite/',
    '/projects/%23a',
    '/invitees%23a',
    '//evil.example/invite%23a',
  ])
    expect(meantAddress({ pathname, hash: `#${secret}` })).toBeNull()
})
