import katex from 'katex'
import { tex2typst } from 'tex2typst'
import { isWholeFormula } from '../../../shared/text/formula.ts'
import { limits } from '../../../shared/limits.ts'
import { readLatex } from './latex-source.ts'
import { onlyMathematics } from './typst-tokens.ts'

/** Nothing is shortened or guessed: what is written stands for what was read, sign by sign. */
const plain = { preferShorthands: false, fracToSlash: false, optimize: false }

/** What reading a formula takes besides its translation, in steps of that. */
const stepsOfFormula = 500
const stepsOfCharacter = 6

/**
 * LaTeX as Typst mathematics, or null when it cannot be converted, or is not drawn on the screen either: the formula is
 * printed as its source then. Both sides have closed lists: what `latex-source.ts` does not know never reaches the
 * translation, and what `typst-tokens.ts` does not know never leaves it. The typesetter tries each result before it
 * prints it. `onSteps` is told what the translation takes.
 */
export function typstMath(latex: string, onSteps?: (steps: number) => void): string | null {
  const source = readLatex(latex, onSteps)
  if (!source || !isWholeFormula(katex, latex)) return null
  try {
    return onlyMathematics(tex2typst(source.latex, plain), source.texts)
  } catch {
    return null
  }
}

/**
 * `typstMath` for the formulas of one print: each is read once however often it is written, and null for all new ones
 * when they have taken `most` steps together. The same formulas in the same order give the same.
 */
export function mathOfPrint(
  most: number = limits.printedFormulaSteps.value,
): (latex: string) => string | null {
  const known = new Map<string, string | null>()
  let left = most
  return (latex) => {
    const before = known.get(latex)
    if (before !== undefined) return before
    left -= stepsOfFormula + stepsOfCharacter * Math.min(latex.length, limits.formulaCharacters.value)
    const typst = left < 0 ? null : typstMath(latex, (steps) => (left -= steps))
    known.set(latex, typst)
    return typst
  }
}
