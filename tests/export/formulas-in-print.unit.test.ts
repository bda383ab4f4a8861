import katex from 'katex'
import { expect, test } from 'vitest'
import { mathOfPrint, typstMath } from '../../server/export/print/math.ts'
import { usableFormulas } from '../../server/export/print/formula-check.ts'
import { isWholeFormula } from '../../shared/text/formula.ts'
import { seededRandom } from '../helpers/seeded-random.ts'
import { mathematics } from '../helpers/signoff/formulas.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

test(`what the screen does not draw, print does not set (issue 10.3, seed ${seed})`, () => {
  const random = seededRandom(seed)
  let refused = 0
  for (let count = 0; count < 1_500; count++) {
    const latex = mathematics(random)
    if (isWholeFormula(katex, latex)) continue
    refused++
    expect(typstMath(latex), latex).toBeNull()
  }
  expect(refused).toBeGreaterThan(10)
})

test('the formulas of a print are read once each, and their sum is bounded (issue 10.3)', () => {
  const math = mathOfPrint(2_000)
  expect(math('x^2')).toBe('x ^2')
  // however often it is written
  for (let count = 0; count < 100; count++) expect(math('x^2')).toBe('x ^2')
  expect(math('y')).toBe('y')
  expect(math('z')).toBe('z')
  expect(math('w')).toBeNull()
  expect(math('x^2')).toBe('x ^2')
  // what is not translated in the end counts as well
  const nested = mathOfPrint(20_000)
  expect(nested(`${'\\sqrt{'.repeat(7)}${'x+'.repeat(150)}y\\nothing${'}'.repeat(7)}`)).toBeNull()
  expect(nested('x')).toBeNull()
})

test('formulas are tried together, and those that do not compile are found among them', () => {
  const formulas = Array.from({ length: 3_000 }, (_, index) => `x _${index}`)
  const bad = new Set(['x _7', 'x _1500', 'x _2999'])
  let tries = 0
  const compiles = (group: string[]) => {
    tries++
    return !group.some((one) => bad.has(one))
  }
  const usable = usableFormulas([...formulas, '#panic()'], compiles)
  expect(formulas.filter((one) => !usable.has(one))).toEqual([...bad])
  expect(usable.has('#panic()')).toBe(false)
  expect(tries).toBeLessThan(80)
  tries = 0
  expect(usableFormulas(formulas, () => (tries++, false)).size).toBe(0)
  expect(tries).toBeLessThanOrEqual(500)
})
