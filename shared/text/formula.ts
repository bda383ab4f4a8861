import { formatCharactersIn } from './format-characters.ts'
import { limits } from '../limits.ts'

/** How KaTeX reads a formula, on the screen and before print: it may neither load nor run anything, nor grow without end. */
export const formulaOptions = {
  trust: false,
  strict: 'ignore',
  maxExpand: limits.formulaExpansions.value,
  maxSize: limits.formulaEm.value,
} as const

/** What names something anew: a few letters may draw thousands. */
const macro = /\\(?:[gex]?def|let|futurelet|(?:new|renew|provide)command|global|long)(?![a-zA-Z])/

/** Its types do not name what KaTeX reads a formula with. */
interface Reader {
  __parse(latex: string, options: object): unknown
}

/**
 * True for a formula that is complete, no larger than a formula is, and holds nothing that is not seen or names something
 * anew, as `katex` reads it. The one rule for the screen and for print: any other formula shows as it is written.
 */
export function isWholeFormula(katex: object, latex: string): boolean {
  if (macro.test(latex) || formatCharactersIn(latex).length > 0) return false
  try {
    return isInBounds((katex as Reader).__parse(latex, { ...formulaOptions, throwOnError: true }))
  } catch {
    return false
  }
}

/** Looks at what KaTeX read with a list and not by recursion, which a deep formula would end. */
function isInBounds(tree: unknown): boolean {
  const waiting: [part: object, depth: number][] = [[tree as object, 0]]
  let parts = 0
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [part, above] = next
    const depth = above + ('type' in part ? 1 : 0)
    if ('type' in part) parts++
    if (depth > limits.formulaDepth.value || parts > limits.formulaParts.value) return false
    for (const [name, inner] of Object.entries(part) as [string, unknown][]) {
      // where it was read names the whole reader
      if (name !== 'loc' && typeof inner === 'object' && inner !== null) waiting.push([inner, depth])
    }
  }
  return true
}
