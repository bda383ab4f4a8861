import { symbolMap } from 'tex2typst'
import { limits } from '../../../shared/limits.ts'

/** A formula that may be translated: its LaTeX in one plain form, and the texts in it, word for word. */
export interface LatexSource {
  latex: string
  texts: Set<string>
}

const list = (names: string): string[] => names.split(' ')

/** How many arguments a command takes. What is named nowhere in this file is not translated. */
const takes = new Map<string, number>([
  ...list('frac dfrac tfrac binom dbinom tbinom overset underset').map((name) => [name, 2] as const),
  ...[
    'sqrt bar boldsymbol ddot dot hat tilde vec widehat widetilde cancel rm pmb substack not',
    'mathbb mathbf mathcal mathfrak mathit mathrm mathscr mathsf mathtt mathinner mathrel mathbin mathop',
    'overbrace underbrace overline underline overleftarrow overrightarrow',
  ]
    .flatMap(list)
    .map((name) => [name, 1] as const),
])
const words = new Set(['text', 'operatorname', 'operatorname*'])
const environments = new Set(
  list('matrix pmatrix bmatrix Bmatrix vmatrix Vmatrix array cases aligned align align*'),
)
const styles = new Set(['\\displaystyle ', '\\textstyle '])
/** In the translation's table, but no signs. */
const refused = new Set(['hspace', 'nonumber'])
/** Drawn by the translation with an equals sign, and on the screen with a minus. */
for (const name of ['coloneq', 'Coloneq', 'eqcolon']) refused.add(name)
/** Operators that mathematics and the typesetter call alike. */
export const operators: ReadonlySet<string> = new Set(
  list(
    'arccos arcsin arctan arg cosh coth deg det dim exp gcd hom inf ker lg liminf limsup lt gt max min Pr sinh sup tanh',
  ),
)
/** Commands that say how large a sign is drawn, not which. */
const sizes = /^(?:[bB]igg?[lrm]?|limits|nolimits)$/
const alike: Record<string, string> = { lvert: 'vert', rvert: 'vert', lVert: 'Vert', rVert: 'Vert' }
/** Commands for which the translation has another sign than the screen draws, each with the screen's. */
const drawnAs: Record<string, string> = {
  aleph: 'ℵ',
  circ: '∘',
  cdotp: '⋅',
  diamond: '⋄',
  hbar: 'ℏ',
  intercal: '⊺',
  Join: '⋈',
  lhd: '⊲',
  rhd: '⊳',
  models: '⊨',
  perp: '⊥',
  varnothing: '∅',
  blacktriangle: '▲',
  blacktriangledown: '▼',
  triangledown: '▽',
  triangleleft: '◃',
  triangleright: '▹',
  vartriangle: '△',
}
/** Signs that build the typesetter's calls: as names they cannot. */
const named: Record<string, string> = {
  '(': 'lparen',
  ')': 'rparen',
  '[': 'lbrack',
  ']': 'rbrack',
  '{': 'lbrace',
  '}': 'rbrace',
  ',': 'mathcomma',
  ';': 'mathsemicolon',
  '|': 'vert',
}
const delimiters = new Set(list('lfloor rfloor lceil rceil langle rangle lparen rparen lbrace rbrace'))
/** Each moves what follows to the left: a few of them would print a formula's signs in another order. */
const backwardsAtMost = 2

class Unknown extends Error {}

/**
 * Reads LaTeX and writes it in one plain form: arguments in braces, signs with a part in the typesetter's syntax as
 * names. Null for what is not plain mathematics (unknown commands, macros, comments, colours, spacing by measure)
 * and for what would cost the translation more than `formulaSteps`: each argument doubles the cost of what is in it.
 * `onSteps` is told how many it came to, whatever becomes of it.
 */
export function readLatex(source: string, onSteps?: (steps: number) => void): LatexSource | null {
  if (source.trim() === '' || source.length > limits.formulaCharacters.value) return null
  const reader = new Reader(source)
  try {
    return reader.read()
  } catch (error) {
    if (error instanceof Unknown) return null
    throw error
  } finally {
    onSteps?.(reader.steps)
  }
}

class Reader {
  steps = 0
  readonly #source: string
  readonly #texts = new Set<string>()
  #at = 0
  #backwards = 0

  constructor(source: string) {
    this.#source = source
  }

  read(): LatexSource {
    const latex = this.#sequence(0, 0, () => this.#at >= this.#source.length)
    return { latex, texts: this.#texts }
  }

  /** Takes what a sticky pattern finds here. */
  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found) this.#at += found[0].length
    return found
  }

  #need(pattern: RegExp): RegExpExecArray {
    const found = this.#take(pattern)
    if (!found) throw new Unknown()
    return found
  }

  #sequence(depth: number, nesting: number, ends: () => boolean): string {
    if (nesting > limits.formulaNesting.value) throw new Unknown()
    const parts: string[] = []
    let inside = depth
    while (!ends()) {
      if (this.#at >= this.#source.length) throw new Unknown()
      const item = this.#item(inside, nesting)
      parts.push(item)
      // What follows a style is its argument.
      if (styles.has(item)) inside = depth + 1
    }
    return parts.join('')
  }

  /** One argument, always in braces: LaTeX takes one sign where there are none, the translation whole numbers. */
  #argument(depth: number, nesting: number): string {
    this.#take(/\s+/y)
    if (this.#at >= this.#source.length) throw new Unknown()
    const item = this.#take(/[0-9]/y)?.[0] ?? this.#item(depth, nesting + 1)
    this.steps += 2 ** depth
    return item.startsWith('{') ? item : `{${item}}`
  }

  #item(depth: number, nesting: number): string {
    this.steps += 2 ** depth
    if (this.steps > limits.formulaSteps.value || nesting > limits.formulaNesting.value) throw new Unknown()
    if (this.#take(/\s+/y)) return ' '
    if (this.#take(/\{/y)) {
      const inside = this.#sequence(depth, nesting + 1, () => this.#take(/\}/y) !== null)
      return `{${inside}}`
    }
    const primes = this.#take(/'+/y)
    if (primes) {
      // All that stands high stands together, in whichever order it was written.
      const low = this.#take(/\s*_/y) ? `_${this.#argument(depth, nesting)}` : ''
      const high = this.#take(/\s*\^/y) ? this.#argument(depth, nesting) : ''
      return `${low}^{${'\\prime '.repeat(primes[0].length)}${high}}`
    }
    const script = this.#take(/[_^]/y)
    if (script) return script[0] + this.#argument(depth, nesting)
    if (this.#take(/\\/y)) return this.#command(depth, nesting)
    const sign = this.#take(/[()[\],;|]/y)
    if (sign) return `\\${named[sign[0]]} `
    const plain = this.#take(/\d+(?:\.\d+)?|[a-zA-Z+\-*/=<>!.:?&]|(?![√∛∜])[\p{L}\p{N}\p{S}\p{P}]/uy)
    // The translation takes characters beyond the basic plane for two.
    if (!plain || plain[0].codePointAt(0)! > 0xff_ff || /[\x22-\x25`@~\\]/.test(plain[0])) throw new Unknown()
    return plain[0]
  }

  #command(depth: number, nesting: number): string {
    const sign = this.#take(/[\\,:;!> {}%$&#_|]/y)?.[0]
    if (sign === '!' && ++this.#backwards > backwardsAtMost) throw new Unknown()
    if (sign) return named[sign] && '{}'.includes(sign) ? `\\${named[sign]} ` : `\\${sign}`
    const [name] = this.#need(/[a-zA-Z]+(?:(?<=operatorname)\*)?/y)
    if (sizes.test(name)) return ''
    if (words.has(name)) return this.#words(name)
    if (name === 'left') return this.#fence(depth, nesting)
    if (name === 'begin') return this.#environment(depth, nesting)
    if (name === 'pmod') return `{\\lparen \\bmod ${this.#argument(depth, nesting)}\\rparen }`
    if (styles.has(`\\${name} `)) return `\\${name} `
    const count = takes.get(name)
    if (count === undefined) {
      if (Object.hasOwn(drawnAs, name)) return `{${drawnAs[name]!}}`
      const known = Object.hasOwn(alike, name) ? alike[name]! : name
      if (refused.has(known) || !(operators.has(known) || symbolMap.has(known))) throw new Unknown()
      return `\\${known} `
    }
    const index =
      name === 'sqrt' && this.#take(/\s*\[/y)
        ? `[${this.#sequence(depth + 1, nesting + 1, () => this.#take(/\]/y) !== null)}]`
        : ''
    const values = Array.from({ length: count }, () => this.#argument(depth + 1, nesting + 1))
    return `\\${name}${index}${values.join('')}`
  }

  /** Words as they stand: no commands, no mathematics, no quotation marks, nothing that is not shown. */
  #words(name: string): string {
    const [, raw] = this.#need(/\s*\{((?:[^{}\\"$%~#&\p{C}\p{DI}\u2028\u2029]|\\[%_&#$])+)\}/uy)
    this.#texts.add(raw!.replace(/\\([%_&#$])/g, '$1'))
    return `\\${name}{${raw}}`
  }

  #fence(depth: number, nesting: number): string {
    const left = this.#delimiter()
    const body = this.#sequence(depth, nesting + 1, () => this.#take(/\\right(?![a-zA-Z])/y) !== null)
    return `\\left${left}${body}\\right${this.#delimiter()}`
  }

  #delimiter(): string {
    const [, sign, name] = this.#need(/\s*(?:(\\?[{}|]|[()[\].<>])|\\([a-zA-Z]+))/y)
    if (name !== undefined) {
      const vertical = { vert: '|', lvert: '|', rvert: '|', Vert: '\\|', lVert: '\\|', rVert: '\\|' }[name]
      if (vertical) return `${vertical} `
      if (!delimiters.has(name)) throw new Unknown()
      return `\\${name} `
    }
    if (sign === '{' || sign === '}') throw new Unknown()
    const bare = sign!.replace('\\', '')
    return '(){}'.includes(bare) ? `\\${named[bare]} ` : `${sign} `
  }

  #environment(depth: number, nesting: number): string {
    const [, name] = this.#need(/\{([a-zA-Z]+\*?)\}/y)
    if (!environments.has(name!)) throw new Unknown()
    const columns = name === 'array' ? this.#need(/\s*(\{[lcr|]+\})/y)[1] : ''
    const body = this.#sequence(depth, nesting + 1, () => this.#take(/\\end(?![a-zA-Z])/y) !== null)
    const [, end] = this.#need(/\s*\{([a-zA-Z]+\*?)\}/y)
    if (end !== name) throw new Unknown()
    return `\\begin{${name}}${columns}${body}\\end{${name}}`
  }
}
