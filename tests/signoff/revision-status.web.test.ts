import { expect, test } from 'vitest'
import { oneOfEachSide } from '../../shared/rules/signing-policy.ts'
import type { RevisionSummary } from '../../shared/signoff.ts'
import { sealWords, signedSidesOf, statusWords } from '../../web/signoff/revision-status.ts'

const revision = (...signatures: { side: string; lapsed: boolean }[]) =>
  ({
    state: 'open',
    integrity: 'ok',
    requiredSigners: oneOfEachSide,
    signatures,
  }) as unknown as RevisionSummary

test('who signed is told in the list and on the seal only while it counts', () => {
  const counts = revision({ side: 'manufacture', lapsed: false })
  expect([statusWords(counts), sealWords(counts)]).toEqual(['seal.manufacture', 'seal.manufacture'])
  expect(signedSidesOf(counts)).toEqual(['manufacture'])
  const lapsed = revision({ side: 'manufacture', lapsed: true })
  expect([statusWords(lapsed), sealWords(lapsed)]).toEqual(['seal.lapsed', 'seal.lapsed'])
  expect(signedSidesOf(lapsed)).toEqual([])
  expect(statusWords(revision())).toBe('state.open')
})
