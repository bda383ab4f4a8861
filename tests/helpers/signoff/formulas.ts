import type { SeededRandom } from '../seeded-random.ts'

/** LaTeX as people write it, and as somebody would who wants the typesetter to run something. */

const signs =
  'a b x y n 1 2 12 3.5 + - = < > ( ) [ ] , ; : ! | . / * \\alpha \\Omega \\times \\pm \\le \\infty \\to \\cdot \\circ \\prime \\{ \\} \\% \\, \\; \\! \\sum \\int \\max \\sin \\partial ⌀ ° µ 厚'.split(
    ' ',
  )
const around = [
  (x: string) => `\\sqrt{${x}}`,
  (x: string) => `\\sqrt[3]{${x}}`,
  (x: string) => `\\frac{${x}}{2}`,
  (x: string) => `\\frac1{${x}}`,
  (x: string) => `x^{${x}}_{${x}}`,
  (x: string) => `\\left(${x}\\right]`,
  (x: string) => `\\left.${x}\\right|`,
  (x: string) => `\\begin{pmatrix}${x}&1\\\\2&${x}\\end{pmatrix}`,
  (x: string) => `\\begin{cases}${x}&n>0\\\\0\\end{cases}`,
  (x: string) => `\\begin{aligned}a&=${x}\\\\&=b\\end{aligned}`,
  (x: string) => `\\begin{array}{c|cr}1&${x}&3\\end{array}`,
  (x: string) => `\\hat ${x}`,
  (x: string) => `\\mathbf{${x}}`,
  (x: string) => `\\underbrace{${x}}_{${x}}`,
  (x: string) => `\\overset{!}{${x}}`,
  (x: string) => `{${x}}'`,
  (x: string) => `\\operatorname*{best}_{${x}}`,
  (x: string) => `\\text{if } ${x}`,
  (x: string) => `\\displaystyle ${x}`,
]

/** A formula that LaTeX takes, nested a few levels. */
export function mathematics(random: SeededRandom, depth = 0): string {
  const parts = Array.from({ length: 1 + random.below(4) }, () =>
    depth < 3 && random.chance(0.35)
      ? random.pick(around)(mathematics(random, depth + 1))
      : random.pick(signs),
  )
  return parts.join(' ')
}

const weapons = [
  '" std.eval("[LEAK#str(617 * 10)]") "',
  '"#text("LEAK")"',
  '#eval("1")',
  '#panic()',
  '#[LEAK]',
  '$#panic()$',
  '\\"',
  '\\\\"',
  '"',
  "'",
  '`',
  '#',
  '$',
  '@',
  '\\',
  '//',
  '/*',
  '*/',
  '\n',
  '\r\n',
  '\u2028',
  '\0',
  '\u202e',
  '"',
  '"',
  '＂',
  '＃',
  '﹟',
  '＼',
  '（',
  '）',
  '𝐞𝐯𝐚𝐥',
  'ｅval',
  '\u0301',
  '√',
  '\ud835',
  '\u200b',
  '\u00a0',
  'std',
  'std.eval',
  'eval(',
  'image("/etc/passwd")',
  'read("x")',
  'sys.inputs',
  'import "x"',
  '\\std',
  '\\eval',
  '\\image',
  '\\text',
  '\\operatorname{',
  '\\hspace{1em); #panic(',
  '\\textcolor{',
  '\\array{',
  '\\begin{array}{c, gap: #panic()}',
  '\\begin{matrix}',
  '\\end{matrix}',
  '\\u{22}',
  '\\x22',
  '\\char34',
  '^^22',
  '\\def\\x{',
  '\\let',
  '\\href{',
  '\\LaTeX',
  '\\intop',
  '\\attach(',
  '\\equation(',
  '\\class(',
  '\\op("',
  '..a',
  'a: b',
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '&',
  ';',
  ',',
  '%',
  '\\\\',
  '\\!',
  '\\text{#',
  '\\text{\\',
  '\\text{"',
  'floor.l',
  'floor.r',
]

/** A formula with what would leave mathematics put into it at any place. */
export function hostile(random: SeededRandom): string {
  let latex = mathematics(random)
  for (let count = 1 + random.below(3); count > 0; count -= 1) {
    const at = random.below(latex.length + 1)
    const weapon = random.chance(0.3) ? `\\text{${random.pick(weapons)}}` : random.pick(weapons)
    latex = latex.slice(0, at) + weapon + latex.slice(at)
  }
  return latex
}
