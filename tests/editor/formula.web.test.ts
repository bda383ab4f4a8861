import katex from 'katex/dist/katex.mjs'
import { expect, test } from 'vitest'
import { formulaOptions, isWholeFormula as isWhole } from '../../shared/text/formula.ts'

const nested = (times: number, around: (inner: string) => string) => {
  let latex = 'x'
  for (let at = 0; at < times; at++) latex = around(latex)
  return latex
}
const ways: ((inner: string) => string)[] = [
  (inner) => `\\sqrt{${inner}}`,
  (inner) => `\\frac{1}{1+${inner}}`,
  (inner) => `{${inner}}`,
  (inner) => `x^{${inner}}`,
  (inner) => `\\left(${inner}\\right)`,
  (inner) => `\\displaystyle ${inner}`,
  (inner) => `\\begin{pmatrix}${inner}\\end{pmatrix}`,
]

test('a formula is drawn as deep as people nest, and one that lies in itself without end is not', () => {
  for (const way of ways) {
    expect(isWhole(katex, nested(8, way)), nested(8, way)).toBe(true)
    expect(isWhole(katex, nested(300, way)), way('x')).toBe(false)
  }
  expect(isWhole(katex, '\\frac{1')).toBe(false)
})

test('no size in a formula is larger than half a page', () => {
  const drawn = katex.renderToString('\\rule{9999999em}{9999999em}\\kern9999999em x', { ...formulaOptions })
  const sizes = [...drawn.split('class="katex-html"')[1]!.matchAll(/:(-?[\d.]+)em/g)].map(([, em]) =>
    Number(em),
  )
  expect(Math.max(...sizes)).toBeLessThanOrEqual(20)
})

test('a formula that would take the page a tenth of a second, or names its parts anew, is not drawn', () => {
  const fraction = '\\frac{a_1^2}{\\sqrt{b_3}}'
  expect(isWhole(katex, fraction.repeat(40))).toBe(true)
  expect(isWhole(katex, fraction.repeat(400))).toBe(false)
  for (const latex of [
    '\\def\\a{xx}\\a\\a',
    '\\gdef\\a{x}\\a',
    '\\newcommand{\\a}{x}\\a',
    '\\let\\a=b\\a',
    '\\global\\let\\a=b',
  ]) {
    expect(isWhole(katex, latex), latex).toBe(false)
  }
  for (const latex of ['\\delta', '\\left(x\\right)', '\\longrightarrow', '\\leq']) {
    expect(isWhole(katex, latex), latex).toBe(true)
  }
})
