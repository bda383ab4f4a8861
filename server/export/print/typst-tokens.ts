import { symbolMap } from 'tex2typst'
import { operators } from './latex-source.ts'

/** Functions of the typesetter that a translation may call, with how many arguments: least and most. */
const functions = new Map<string, [least: number, most: number]>([
  ['frac', [2, 2]],
  ['binom', [2, 2]],
  ['root', [2, 2]],
  ['overbrace', [1, 2]],
  ['underbrace', [1, 2]],
  ['accent', [2, 2]],
  ['class', [2, 2]],
  ['mat', [1, Infinity]],
  ['cases', [1, Infinity]],
  ...['op lr sqrt limits cancel upright bold italic bb cal scr frak sans mono display inline']
    .concat('arrow hat tilde macron dot dot.double overline underline')
    .flatMap((names) => names.split(' '))
    .map((name): [string, [number, number]] => [name, [1, 1]]),
])

/** Names of signs: those of the translation's own table, and operators that are called alike. */
const symbols = new Set([
  ...[...symbolMap.values()].filter((name) => /^[a-zA-Z]+(?:\.[a-zA-Z]+)*$/.test(name)),
  ...operators,
])
for (const name of functions.keys()) if (!/^(?:arrow|dot|tilde|hat)$/.test(name)) symbols.delete(name)

/** Options that the translation gives, each as it must be written. */
const options: Record<string, RegExp> = {
  mat: /(?:delim: (?:#none|"[[{|]"|bar\.v\.double)|align: #(?:left|center|right)|augment: #(?:\d{1,2}|\(vline: \(\d{1,2}(?:, \d{1,2})+\)\))), /y,
  op: /, limits: #true/y,
}

/** Signs whose bare form would pair or close something; by their names they are only shown. */
const shown: Record<string, string> = {
  '[': 'bracket.l',
  ']': 'bracket.r',
  '{': 'brace.l',
  '}': 'brace.r',
  '|': 'bar.v',
  '<': 'lt',
  '>': 'gt',
  ':': 'colon',
  '!': 'excl',
}
const asTheyAre = new Set('+-*=.?%'.split(''))
const literals = new Set(['relation', 'binary', 'large'])

class Foreign extends Error {}

/** Code within mathematics, besides the few words of it that `onlyMathematics` writes. */
const code = new RegExp(
  '#(?!(?:none|true|left|center|right|\\d{1,2})(?![\\w.(\\[-])' +
    '|\\(vline: \\(\\d{1,2}(?:, \\d{1,2})+\\)\\)(?![.(\\[])' +
    '|h\\(-math\\.thin\\.amount\\);)',
)

/**
 * The signs of which `onlyMathematics` makes what it writes. No others begin a comment, content or a label, in which
 * what looks like the end of a string is none.
 */
const allWritten =
  /^(?:"[^"\\\p{C}\u2028\u2029]*"|\\[/$#&_]|\\(?= |$)|[a-zA-Z0-9 .+\-*=?%&_^(),;:#]|(?!\p{ASCII})[\p{L}\p{N}\p{S}\p{P}])*$/u

/**
 * True for what the compiler may evaluate: no code, with which it could read a file or fetch a package. It is asked at
 * the compiler's door, whatever way the mathematics came there.
 */
export const holdsNoCode = (typst: string): boolean =>
  allWritten.test(typst) && !code.test(typst.replaceAll(/"[^"]*"|\\./g, ' '))

/**
 * Typst mathematics written anew from the closed list of what may be in it: numbers, single letters, signs by name,
 * the functions above with their arguments, scripts, alignment, and the given texts. Null when there is anything
 * else, so whatever the translation does, nothing but mathematics leaves it.
 */
export function onlyMathematics(typst: string, texts: ReadonlySet<string>): string | null {
  try {
    return new Writer(typst, texts).write()
  } catch (error) {
    if (error instanceof Foreign) return null
    throw error
  }
}

class Writer {
  readonly #typst: string
  readonly #texts: ReadonlySet<string>
  #at = 0

  constructor(typst: string, texts: ReadonlySet<string>) {
    this.#typst = typst
    this.#texts = texts
  }

  write(): string {
    return this.#sequence(/$/y, false)
  }

  #take(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#typst)
    if (found) this.#at += found[0].length
    return found && found[0]
  }

  /** Pieces up to an end, which is not taken. */
  #sequence(end: RegExp, inCall: boolean): string {
    const pieces: string[] = []
    // A script needs something that it stands at.
    let hasBase = false
    for (;;) {
      this.#take(/[ \n]+/y)
      end.lastIndex = this.#at
      if (end.test(this.#typst)) return pieces.join(' ')
      if (this.#at >= this.#typst.length) throw new Foreign()
      const script = this.#take(/[_^]/y)
      if (script) {
        if (!hasBase) pieces.push('""')
        pieces.push(script + this.#script())
      } else if (this.#take(/#none(?=[_^])/y)) {
        pieces.push('""')
      } else if (this.#take(/\\(?= |\n|$)/y)) {
        pieces.push('\\')
        hasBase = false
        continue
      } else if (this.#take(/&/y)) {
        pieces.push('&')
        hasBase = false
        continue
      } else if (this.#take(/#h\(-math\.thin\.amount\)/y)) {
        pieces.push('#h(-math.thin.amount);')
        hasBase = false
        continue
      } else pieces.push(this.#piece(inCall))
      hasBase = true
    }
  }

  #script(): string {
    if (!this.#take(/\(/y)) return this.#piece(false)
    const inside = this.#sequence(/\)/y, false)
    this.#at += 1
    return `(${inside || '""'})`
  }

  #piece(inCall: boolean): string {
    if (this.#take(/"/y)) {
      const text = this.#take(/[^"\\\p{C}\u2028\u2029]*(?=")/uy)
      if (text === null || (!this.#texts.has(text) && !(inCall && literals.has(text)))) throw new Foreign()
      this.#at += 1
      return `"${text}"`
    }
    const number = this.#take(/\d+(?:\.\d+)?/y)
    if (number) return number
    const name = this.#take(/[a-zA-Z]+(?:\.[a-zA-Z]+)*/y)
    if (name) {
      if (this.#take(/\(/y)) return this.#call(name)
      if (name.length > 1 && !symbols.has(name)) throw new Foreign()
      return name
    }
    // The translation escapes what would be syntax.
    const escaped = this.#take(/\\[/$#&_()[\]{}]/y)
    if (escaped) {
      const bare = escaped[1]!
      return { '(': 'paren.l', ')': 'paren.r' }[bare] ?? shown[bare] ?? escaped
    }
    const sign = this.#take(/[+\-*=.?%[\]{}|<>:!]/y)
    if (sign) return asTheyAre.has(sign) ? sign : shown[sign]!
    const other = this.#take(/(?![\p{ASCII}√∛∜])[\p{L}\p{N}\p{S}\p{P}]/uy)
    if (other) return other
    throw new Foreign()
  }

  #call(name: string): string {
    const count = functions.get(name)
    if (!count) throw new Foreign()
    const [least, most] = count
    const given: string[] = []
    let option = name === 'mat' ? this.#take(options.mat!) : null
    while (option) {
      given.push(option.slice(0, -2))
      option = this.#take(options.mat!)
    }
    const values: string[] = []
    let written = ''
    for (;;) {
      const value = this.#sequence(/[,;)]/y, true)
      values.push(value)
      written += value || '""'
      if (name === 'op') given.push(...[this.#take(options.op!)?.slice(2) ?? []].flat())
      const between = this.#take(/[,;)]/y)
      if (between === ')' || between === null) break
      if (between === ';' && name !== 'mat') throw new Foreign()
      written += `${between} `
    }
    if (values.length < least || values.length > most) throw new Foreign()
    const all = name === 'op' ? [written, ...given] : [...given, written]
    return `${name}(${all.join(', ')})`
  }
}
