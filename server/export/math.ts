import { tex2typst } from 'tex2typst'

/** Longer formulas are printed as their source: nobody writes them, and they would hold the typesetter up. */
const longest = 2_000

/**
 * LaTeX as Typst mathematics, or null when it cannot be converted. A result with `#` is refused: it would leave
 * mathematics for code. The typesetter tries each result alone before it prints it.
 */
export function typstMath(latex: string): string | null {
  if (latex.trim() === '' || latex.length > longest) return null
  try {
    const typst = tex2typst(latex)
    return typst.includes('#') || typst.includes('$') ? null : typst
  } catch {
    return null
  }
}
