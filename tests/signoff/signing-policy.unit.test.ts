import { expect, test } from 'vitest'
import type { Side } from '../../shared/permissions.ts'
import {
  isAwaited,
  missingSigners,
  oneOfEachSide,
  placesOf,
  signedSides,
  signersNamed,
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
  expect(missingSigners(oneOfEachSide, of('design'))).toEqual(of('manufacture'))
  const isNext = (side: Side) => isAwaited(oneOfEachSide, of('design'), { side })
  expect([isNext('design'), isNext('manufacture')]).toEqual([false, true])
  expect(missingSigners(oneOfEachSide, of('manufacture', 'design'))).toEqual([])
})

test('two of one side: the first leaves a place for a second of theirs, who leaves none for a third', () => {
  const required = of('design', 'manufacture', 'manufacture')
  const given: Side[] = ['manufacture', 'manufacture', 'design']
  const awaits = given.map((_, count) => {
    const signed = of(...given.slice(0, count))
    return (['design', 'manufacture'] as const).filter((side) => isAwaited(required, signed, { side }))
  })
  expect(awaits).toEqual([['design', 'manufacture'], ['design', 'manufacture'], ['design']])
  expect(missingSigners(required, of(...given))).toEqual([])
})

test('signers that a record names in a way that is not known are not taken for anybody of their side', () => {
  expect(signersNamed.parse(of('design', 'design'))).toEqual(of('design', 'design'))
  for (const named of [[], [{ side: 'design', userId: 'u' }], [{ side: 'broker' }], 'design', {}]) {
    expect(signersNamed.safeParse(named).success, JSON.stringify(named)).toBe(false)
  }
})
