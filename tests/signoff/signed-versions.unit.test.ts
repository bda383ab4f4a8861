import { expect, test } from 'vitest'
import { readRecord, readStatement } from '../../server/signoff/signed-versions.ts'

const signer = { userId: 'u', name: 'Wang', firm: 'Hongda', side: 'manufacture' }
const said = {
  format: 'countersign-signature',
  recordSha256: 'ab',
  revision: 'A',
  project: { id: 'p', name: 'Lamp' },
  signer,
  meaning: 'approval',
  time: '2026-11-20T09:00:05.000Z',
  zone: 'UTC',
  publicKeySha256: 'cd',
}
const trail = { entries: 3, hash: 'ef' }
const signIn = { by: 'password', address: 'confirmed', guestLink: null, passwordSetBy: null }

test.each([
  [{ version: 1 }, { trail: null, signIn: null, browser: null, closesWithPackage: false }],
  [
    { version: 2, trail },
    { trail, signIn: null, browser: null, closesWithPackage: false },
  ],
  [
    { version: 3, trail, signIn, browser: '01' },
    { trail, signIn, browser: '01', closesWithPackage: true },
  ],
])('a statement is read into one form, whichever version it has: %j', (version, form) => {
  const { format: _, ...same } = said
  expect(readStatement(JSON.stringify({ ...said, ...version }))).toEqual({ ...same, ...form })
})

test.each([
  'no JSON',
  'null',
  JSON.stringify({ ...said, version: 1, format: 'another' }),
  JSON.stringify({ ...said, version: 1, signer: null }),
  JSON.stringify({ ...said, version: 2 }),
  JSON.stringify({ ...said, version: 3, trail: { entries: 'three' } }),
])('what is no statement is read as none: %s', (text) => {
  expect(readStatement(text)).toBeNull()
})

test('what a former version of a record had not yet is empty in it', () => {
  const read = (record: object) => readRecord(Buffer.from(JSON.stringify(record)))
  expect(read({ version: 1 })).toEqual({ version: 1, resources: [], changedQuotes: [] })
  expect(read({ version: 3, resources: [{ id: 'n' }], changedQuotes: ['t'] })).toEqual({
    version: 3,
    resources: [{ id: 'n' }],
    changedQuotes: ['t'],
  })
})
