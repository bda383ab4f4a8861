import type Katex from 'katex'
import { showFormatCharacters } from '../../shared/format-characters.ts'
import { i18n } from '../i18n.ts'

/** No size in a formula is over this, in em: a page is 40 wide. */
const mostEm = 20
/** A formula's parts lie in each other at most so deep, as KaTeX reads it: people nest 6 deep, at two to three a level. */
const mostDepth = 64

/** Of more parts, as KaTeX reads it, a formula is not drawn: one that fills a page has 500, and 3,000 take 0.1 s. */
const mostParts = 3_000
/** What names something anew, as print knows none of it either (`latex-source.ts`): a few letters may draw thousands. */
const macro = /\\(?:[gex]?def|let|futurelet|(?:new|renew|provide)command|global|long)(?![a-zA-Z])/

/** A formula may neither load nor run anything, nor grow without end. */
export const formulaOptions = { trust: false, maxExpand: 200, maxSize: mostEm } as const

type Whole = Pick<typeof Katex, 'render'> & { __parse?(latex: string, options: object): unknown }

/** True for a formula that is complete and no larger than a formula is. */
export function isWhole(katex: Whole, latex: string): boolean {
  if (macro.test(latex)) return false
  try {
    return isInBounds(katex.__parse!(latex, { ...formulaOptions, throwOnError: true }))
  } catch {
    return false
  }
}

/** Draws a formula; one that is wrong or too large shows as it is written, with what is said of it. Never throws. */
export function drawFormula(
  katex: Whole,
  latex: string,
  element: HTMLElement,
  options: { displayMode?: boolean } = {},
): void {
  if (isWhole(katex, latex)) {
    try {
      return katex.render(latex, element, { ...options, ...formulaOptions, throwOnError: false })
    } catch {
      // as one that cannot be read
    }
  }
  const written = document.createElement('span')
  written.className = 'katex-error'
  written.title = i18n.t('editor:math.wrong')
  written.textContent = showFormatCharacters(latex)
  element.replaceChildren(written)
}

/** Looks at what KaTeX read with a list and not by recursion, which a deep formula would end. */
function isInBounds(tree: unknown): boolean {
  const waiting: [part: object, depth: number][] = [[tree as object, 0]]
  let parts = 0
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [part, above] = next
    const depth = above + ('type' in part ? 1 : 0)
    if ('type' in part) parts++
    if (depth > mostDepth || parts > mostParts) return false
    for (const [name, inner] of Object.entries(part) as [string, unknown][]) {
      // where it was read names the whole reader
      if (name !== 'loc' && typeof inner === 'object' && inner !== null) waiting.push([inner, depth])
    }
  }
  return true
}
