import { tex2typst } from 'tex2typst'
import { readLatex } from './latex-source.ts'
import { onlyMathematics } from './typst-tokens.ts'

/** Nothing is shortened or guessed: what is written stands for what was read, sign by sign. */
const plain = { preferShorthands: false, fracToSlash: false, optimize: false }

/**
 * LaTeX as Typst mathematics, or null when it cannot be converted: the formula is printed as its source then. Both
 * sides have closed lists: what `latex-source.ts` does not know never reaches the translation, and what
 * `typst-tokens.ts` does not know never leaves it. The typesetter tries each result before it prints it.
 */
export function typstMath(latex: string): string | null {
  const source = readLatex(latex)
  if (!source) return null
  try {
    return onlyMathematics(tex2typst(source.latex, plain), source.texts)
  } catch {
    return null
  }
}
