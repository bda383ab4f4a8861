import type Katex from 'katex'
import { showFormatCharacters } from '../../../shared/text/format-characters.ts'
import { formulaOptions, isWholeFormula } from '../../../shared/text/formula.ts'
import { i18n } from '../../i18n.ts'

/** Draws a formula; one that is wrong or too large shows as it is written, with what is said of it. Never throws. */
export function drawFormula(
  katex: Pick<typeof Katex, 'render'>,
  latex: string,
  element: HTMLElement,
  options: { displayMode?: boolean } = {},
): void {
  if (isWholeFormula(katex, latex)) {
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
