import type katex from 'katex'
import { drawNearView, undrawn } from '../draw-near-view.ts'
import { drawFormula } from './formula.ts'

let loaded: typeof katex | null = null
let isLoadingSoon = false

/** Loads KaTeX, which is as large as the editor itself: most texts have no formula. */
export const loadKatex = async (): Promise<typeof katex> => {
  const [{ default: whole }] = await Promise.all([
    import('katex/dist/katex.mjs'),
    import('katex/dist/katex.min.css'),
  ])
  loaded = whole
  return whole
}

/** The page comes first (ms). */
const restMs = 1_000

/** A print begins at once and cannot wait for what is not loaded: who has a formula in the text gets it, also unseen. */
function loadSoon(): void {
  if (isLoadingSoon) return
  isLoadingSoon = true
  setTimeout(() => void loadKatex().catch(() => (isLoadingSoon = false)), restMs)
}

/**
 * Draws a formula as KaTeX does when it comes near the view, and shows it as it is written until then. What imports
 * `katex` gets this (vite.config.ts).
 */
export const render: typeof katex.render = (latex, element, options) => {
  element.textContent = latex
  element.classList.add(undrawn)
  loadSoon()
  drawNearView(element, () => {
    const draw = (whole: typeof katex) => {
      element.classList.remove(undrawn)
      drawFormula(whole, latex, element, options)
    }
    if (loaded) draw(loaded)
    // a formula that could not be drawn stays to be read as it is written
    else
      void loadKatex().then(
        () => drawNearView(element, () => draw(loaded!)),
        () => {},
      )
  })
}

export default { render }
