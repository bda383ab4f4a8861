import type katex from 'katex'
import { drawFormula } from './formula.ts'

/** Loads KaTeX, which is as large as the editor itself: most texts have no formula. */
export const loadKatex = async (): Promise<typeof katex> => {
  const [{ default: loaded }] = await Promise.all([
    import('katex/dist/katex.mjs'),
    import('katex/dist/katex.min.css'),
  ])
  return loaded
}

/** Draws a formula as KaTeX does, as soon as that is there. What imports `katex` gets this (vite.config.ts). */
export const render: typeof katex.render = (latex, element, options) => {
  const draw = (whole: typeof katex) => drawFormula(whole, latex, element, options)
  // a formula that could not be drawn stays to be read as it is written
  void loadKatex().then(draw, () => element.append(latex))
}

export default { render }
