import { createLowlight } from 'lowlight'

type Lowlight = ReturnType<typeof createLowlight>
type Coloured = ReturnType<Lowlight['highlight']>

/** What colours may cost whoever opens a text: they are found on the thread of the page. What is over it is plain. */
export const colourLimits = {
  /** Characters of one block: some grammars are quadratic, 5,000 of the worst take 0.3 s. A page of code is 3,000. */
  blockCharacters: 5_000,
  /** Characters of a block whose language nobody named: each of 37 grammars is tried, 0.2 s for the worst. */
  guessedCharacters: 500,
  /** Milliseconds for all blocks of a text; then the rest stays plain. Some twenty honest pages of code fit. */
  textMs: 100,
  /** Levels of parts within parts: they are gone through by recursion. Code nests ten deep. */
  nesting: 64,
} as const

/** Blocks that the highlighter takes, with colours as far as they are affordable. */
export interface CodeColours extends Lowlight {
  /** To be called before the blocks of a text are gone through: their time is counted from here. */
  begin(): void
}

const plain: Coloured = { type: 'root', children: [] }

/**
 * The highlighter, bounded by `colourLimits`. A block that did not change is not read again, and costs what it cost
 * before, so that the same blocks are in colours each time. `now` tells milliseconds.
 */
export function codeColours(lowlight: Lowlight, now: () => number = () => performance.now()): CodeColours {
  let spentMs = 0
  let earlier = new Map<string, { coloured: Coloured; ms: number }>()
  let current: typeof earlier = new Map()

  function colour(key: string, make: () => Coloured): Coloured {
    if (spentMs >= colourLimits.textMs) return plain
    let found = current.get(key) ?? earlier.get(key)
    if (!found) {
      const started = now()
      const made = make()
      found = { coloured: nestsDeeper(made, colourLimits.nesting) ? plain : made, ms: now() - started }
    }
    current.set(key, found)
    spentMs += found.ms
    return found.coloured
  }

  return {
    ...lowlight,
    begin() {
      spentMs = 0
      // most edits are elsewhere in the text, and no block is asked for
      if (current.size === 0) return
      earlier = current
      current = new Map()
    },
    highlight(language, text, options) {
      if (text.length > colourLimits.blockCharacters) return plain
      return colour(`${language}\n${text}`, () => lowlight.highlight(language, text, options))
    },
    highlightAuto(text, options) {
      // before the grammars have come there is nothing to try, and nothing to remember
      if (text.length > colourLimits.guessedCharacters || lowlight.listLanguages().length === 0) return plain
      return colour(`\n${text}`, () => lowlight.highlightAuto(text, options))
    },
  }
}

function nestsDeeper(root: Coloured, most: number): boolean {
  let level = root.children
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > most) return true
    level = level.flatMap((node) => ('children' in node ? node.children : []))
  }
  return false
}
