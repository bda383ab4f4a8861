import type { PrintData } from './print-data.ts'
import { holdsNoCode } from './typst-tokens.ts'

/** What the typesetter compiles to try formulas: `sys.inputs.input` is a list of them as JSON. */
export const triedFormulas = String.raw`
#for one in json(bytes(sys.inputs.input)) {
  math.equation(eval(one, mode: "math", scope: (std: none)))
  math.equation(block: true, eval(one, mode: "math", scope: (std: none)))
}`

/**
 * So often formulas are tried. The translation lets nothing out that does not compile, as far as is known: this finds
 * dozens among thousands, and what is not told apart by then is printed as its source.
 */
const triesAtMost = 500

/** The mathematics of all formulas of a print, each once. */
export function formulasIn(data: PrintData): Set<string> {
  const found = new Set<string>()
  JSON.stringify(data.documents, (key, value: unknown) => {
    if (key === 'typst' && typeof value === 'string') found.add(value)
    return value
  })
  return found
}

/**
 * Those that hold no code and compile. They are tried together, and in halves where that fails, as each try by itself
 * takes as long as a page.
 */
export function usableFormulas(
  formulas: Iterable<string>,
  compiles: (formulas: string[]) => boolean,
): Set<string> {
  const usable = new Set<string>()
  const waiting = [[...formulas].filter(holdsNoCode)]
  for (let tries = 0; tries < triesAtMost; tries++) {
    const group = waiting.pop()
    if (!group) break
    if (group.length === 0) continue
    if (compiles(group)) for (const one of group) usable.add(one)
    else if (group.length > 1) {
      const middle = group.length >>> 1
      waiting.push(group.slice(middle), group.slice(0, middle))
    }
  }
  return usable
}
