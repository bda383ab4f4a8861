import { symbolMap } from 'tex2typst'
import { describe, expect, test } from 'vitest'
import { typstMath } from '../../server/export/print/math.ts'
import { holdsNoCode } from '../../server/export/print/typst-tokens.ts'
import { limits } from '../../shared/limits.ts'
import { hostile, mathematics } from '../helpers/signoff/formulas.ts'
import { seededRandom } from '../helpers/seeded-random.ts'

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)

/** What a translation may consist of, told apart from how the server tells it. */
function foreignIn(typst: string, latex: string): string | null {
  const calls =
    'frac binom root overbrace underbrace accent class op lr sqrt upright bold italic bb cal scr frak sans mono display inline arrow hat tilde macron dot dot.double overline underline cancel limits mat cases'
  const extra =
    'arccos arcsin arctan arg cosh coth deg det dim exp gcd hom inf ker lg liminf limsup lt gt max min Pr sinh sup tanh excl delim align augment'
  const known = new Set([...symbolMap.values(), ...calls.split(' '), ...extra.split(' ')])
  const source = latex.replace(/\\([%_&#$])/g, '$1')
  let rest = typst
    .replace(/"([^"\\]*)"/g, (whole, text: string) =>
      source.includes(text) || ['relation', 'binary', 'large', '[', '{', '|', ''].includes(text)
        ? ' '
        : whole,
    )
    .replace(/#(?:none|true|left|center|right|\d{1,2}|\(vline: \([\d, ]+\)\))(?=[,)])/g, ' ')
    .replace(/#h\(-math\.thin\.amount\);/g, ' ')
  rest = rest.replace(/([A-Za-z]+(?:\.[A-Za-z]+)*)(\(?)/g, (whole, name: string, call: string) => {
    if (call ? calls.split(' ').includes(name) || name === 'limits' : name.length === 1 || known.has(name)) {
      return ' '
    }
    return whole
  })
  rest = rest.replace(/\\[/$#&_]|\\(?= |$)|\d+(?:\.\d+)?|[ ()^&,;_+\-*=.?%:]/g, '')
  rest = rest.replace(
    /(?![√∛∜])[^\P{L}\p{ASCII}]|[^\P{N}\p{ASCII}]|(?![√∛∜])[^\P{S}\p{ASCII}]|[^\P{P}\p{ASCII}]/gu,
    '',
  )
  return rest === '' ? null : rest
}

describe('formulas are data (security 44)', () => {
  test.each([
    ['x^{a+b}_{c}', 'x _c ^(a + b)'],
    ['x^12', 'x ^1 2'],
    ['\\frac12 x', 'frac(1, 2) x'],
    ['\\sqrt{)}', 'sqrt(paren.r)'],
    ['f\\circ(g)', 'f ∘ paren.l g paren.r'],
    ['[|x|]', 'bracket.l bar.v x bar.v bracket.r'],
    ['n!=6', 'n excl = 6'],
    ["f''^2", 'f ^(prime prime 2)'],
    ["f''_1", 'f _1 ^(prime prime)'],
    ['{}^{14}C', '"" ^14 C'],
    ['\\begin{pmatrix}1&2;3\\\\3&4\\end{pmatrix}', 'mat(1, 2 semi 3; 3, 4)'],
    ['\\begin{array}{c|c}1&2\\end{array}', 'mat(delim: #none, augment: #1, align: #center, 1, 2)'],
    ['\\left\\{ a \\right.', 'lr(brace.l a)'],
    ['R_a \\le 1{,}6\\,\\mu\\text{m}', 'R _a lt.eq 1 comma 6 thin mu "m"'],
    ['\\operatorname*{argmax}_x', 'op("argmax", limits: #true) _x'],
  ])('%s is translated sign by sign', (latex, typst) => {
    expect(typstMath(latex)).toBe(typst)
    expect(foreignIn(typst, latex)).toBeNull()
  })

  test.each([
    '\\text{" std.eval("1") "}',
    '\\text{a\\"b}',
    '\\operatorname{x", limits: #std.eval("1"), "}',
    '\\hspace{1em); #panic(); h(1em}',
    '\\hspace{-90em}',
    '\\textcolor{red}{x}',
    '\\begin{array}{c|c, gap: #panic()}1\\end{array}',
    '\\def\\a{\\a\\a}\\a',
    '\\newcommand{\\x}{y}',
    '\\href{javascript:alert(1)}{x}',
    '\\includegraphics{/etc/passwd}',
    'x % 1 mm',
    '#panic("x")',
    'a"b',
    '$x$',
    '\\text{\u202e1 mm}',
    '\\image(1)',
    // what the screen does not draw either
    "f''_1^2",
    '\\eqdef',
    '\\diameter 8',
    'a\\slash b',
    '\\dicei',
    'a\u200bb',
    '⟦U + 202E⟧',
    '\\text{⟦U+202E⟧}',
    '\\!'.repeat(20) + 'x',
    '3\\!\\!\\!5',
    '\\text{\u3164\u115f}',
    '√(x)',
    '\\constructor(1)',
    '\\toString',
    '\\begin{__proto__}1\\end{__proto__}',
  ])('%s is not', (latex) => {
    expect(typstMath(latex)).toBeNull()
  })

  test(`whatever is written, nothing but mathematics leaves the translation (seed ${seed})`, () => {
    const random = seededRandom(seed)
    let translated = 0
    for (let count = 0; count < 4_000; count += 1) {
      const latex = count % 2 ? hostile(random) : mathematics(random)
      const typst = typstMath(latex)
      if (typst === null) continue
      translated += 1
      expect(foreignIn(typst, latex), `seed ${seed}: ${latex} => ${typst}`).toBeNull()
      expect(holdsNoCode(typst), `seed ${seed}: ${latex} => ${typst}`).toBe(true)
    }
    expect(translated).toBeGreaterThan(1_000)
  })

  test('nesting costs no more than its budget, whatever nests', () => {
    const nests = [
      ['\\sqrt{', '}'],
      ['\\frac{', '}{2}'],
      ['\\frac{2}{', '}'],
      ['\\frac', ''],
      ['x^{', '}'],
      ['{', '}'],
      ['\\left(', '\\right)'],
      ['\\sqrt[', ']x'],
      ['\\sqrt', ''],
      ['\\rm', ''],
      ['{\\displaystyle ', '}'],
      ['\\overbrace{', '}^{y}'],
      ['\\overset{', '}{y}'],
      ['\\substack{', '}'],
      ['\\not', ''],
      ['\\pmod{', '}'],
      ['\\begin{cases}', '\\end{cases}'],
      ['\\begin{pmatrix}', '\\end{pmatrix}'],
      ['\\text{', '}'],
      ['\\begin{', '}'],
    ] as const
    const began = process.cpuUsage()
    let tried = 0
    for (const [open, close] of nests) {
      for (const depth of [6, 7, 8, 12, 23, 24, 40, 100, 1_000]) {
        const room = limits.formulaCharacters.value - depth * (open.length + close.length) - 1
        for (const filling of ['x', 'x+'.repeat(Math.max(0, Math.floor(room / 2)))]) {
          typstMath(`${open.repeat(depth)}${filling}x${close.repeat(depth)}`)
          tried += 1
        }
      }
    }
    // of processor time; before the budget, one of them took 8.8 s
    expect(process.cpuUsage(began).user / 1_000 / tried).toBeLessThan(60)
  })
})
