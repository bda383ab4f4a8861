import { expect, test } from 'vitest'
import type { Side } from '../../shared/permissions.ts'
import {
  missingSigners,
  oneOfEachSide,
  placesOf,
  signedSides,
  takes,
  type RequiredSigner,
} from '../../shared/rules/signing-policy.ts'

const of = (...sides: Side[]) => sides.map((side) => ({ side }))

test('who signs is a list: each signature stands in the first place that waits for its side', () => {
  const required: RequiredSigner[] = of('manufacture', 'design', 'manufacture')
  const [first, second] = [
    { side: 'manufacture' as const, name: 'Wang' },
    { side: 'manufacture' as const, name: 'Zhao' },
  ]
  expect(placesOf(required, [first, second]).map(({ signature }) => signature?.name)).toEqual([
    'Wang',
    undefined,
    'Zhao',
  ])
  expect(missingSigners(required, [first])).toEqual(of('design', 'manufacture'))
  expect(signedSides(required, [first])).toEqual([])
  expect(signedSides(required, [first, second])).toEqual(['manufacture'])
})

test('one of each side: a second of one side has no place, and takes the other’s from nobody', () => {
  expect(oneOfEachSide).toEqual(of('design', 'manufacture'))
  const twice = placesOf(oneOfEachSide, of('design', 'design'))
  expect(twice.filter(({ signature }) => signature)).toHaveLength(1)
  const awaited = missingSigners(oneOfEachSide, of('design'))
  expect(awaited).toEqual(of('manufacture'))
  expect(awaited.some((one) => takes(one, { side: 'design' }))).toBe(false)
  expect(missingSigners(oneOfEachSide, of('manufacture', 'design'))).toEqual([])
})
