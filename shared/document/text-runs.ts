import type { Fragment, Node } from '@tiptap/pm/model'

/**
 * Where a browser may always begin a new line: at white space, and between two ideographs, kana or syllables of
 * Korean. Elsewhere it depends on the characters around, and laying out such a run is quadratic in many scripts.
 */
const breaks =
  /[\t\n\r \u200b\u3000]|(?:[\u3400-\u9fff\uac00-\ud7a3\u3042-\u30fa]|[\ud840-\ud88d][\udc00-\udfff])(?=[\u3400-\u9fff\uac00-\ud7a3\u3042-\u30fa\ud840-\ud88d])/g

/**
 * What one character costs in a run, in such of the Latin script: 30,000 of those take a browser 6 ms, 5,000 Arabic
 * letters 0.9 s, as many full stops of Chinese 2.3 s, and as many accents on one letter 0.2 s. Thai, Lao, Burmese and
 * Khmer, which write without spaces, are between.
 */
function weightOf(text: string): number {
  let weight = 0
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    weight += code < 0x300 ? 1 : isWrittenWithoutSpaces(code) ? 4 : heaviestCharacter
  }
  return weight
}

const isWrittenWithoutSpaces = (code: number): boolean =>
  (code >= 0xe00 && code <= 0xeff) || (code >= 0x1000 && code <= 0x109f) || (code >= 0x1780 && code <= 0x17ff)

const isIdeograph = (code: number): boolean =>
  (code >= 0x3400 && code <= 0x9fff) ||
  (code >= 0xac00 && code <= 0xd7a3) ||
  (code >= 0x3042 && code <= 0x30fa) ||
  (code >= 0xd840 && code <= 0xd88d)

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x09

/** The heaviest that a character may be, in characters of the Latin script. */
export const heaviestCharacter = 20

/** True when a break opportunity stands in the first or last `within` characters of a text, looked for from that end. */
export function breaksWithin(text: string, within: number, end: 'first' | 'last'): boolean {
  const step = end === 'first' ? 1 : -1
  let at = end === 'first' ? 0 : text.length - 1
  let before = 0
  for (let left = Math.min(within, text.length); left > 0; left--, at += step) {
    const code = text.charCodeAt(at)
    if (isSpace(code) || (isIdeograph(before) && code >= 0x3400 && code <= 0x9fff)) return true
    before = code >= 0x3400 && code <= 0x9fff ? code : 0
  }
  return false
}

/** What stands behind the last break opportunity of a text. */
export function afterLastBreak(text: string): string {
  // in most texts it is close to the end
  for (let within = 64; ; within *= 16) {
    const from = Math.max(0, text.length - within)
    let after = -1
    for (const { index, 0: found } of text.slice(from).matchAll(breaks)) after = from + index + found.length
    if (after >= 0) return text.slice(after)
    if (from === 0) return text
  }
}

/** Follows the runs of a text that comes in pieces. Weights are in characters of the Latin script. */
export class TextRuns {
  /** Of the run that goes on behind what was added. */
  open = 0
  /** Of the run that went on before the last piece and ended in it; null when it goes on. */
  closed: number | null = null
  /** Of the heaviest run that begins and ends within the last piece. */
  inner = 0
  /** What was added last ends with an ideograph of this weight, behind which another may begin a line; 0: it does not. */
  private lastIdeograph = 0

  add(piece: string): void {
    const isBoundary = this.lastIdeograph > 0 && isIdeograph(piece.charCodeAt(0))
    // as within a piece, the one that the new line comes behind is of no run
    this.closed = isBoundary ? Math.max(0, this.open - this.lastIdeograph) : null
    if (this.closed !== null) this.open = 0
    this.inner = 0
    let from = 0
    for (const { index, 0: found } of piece.matchAll(breaks)) {
      const weight = this.open + weightOf(piece.slice(from, index))
      if (this.closed === null) this.closed = weight
      else this.inner = Math.max(this.inner, weight)
      this.open = 0
      from = index + found.length
    }
    this.open += weightOf(piece.slice(from))
    const last = piece.charCodeAt(piece.length - 1)
    const isPair = last >= 0xdc00 && last <= 0xdfff && isIdeograph(piece.charCodeAt(piece.length - 2))
    this.lastIdeograph = isPair ? 2 * heaviestCharacter : isIdeograph(last) ? heaviestCharacter : 0
  }

  /** Something stands here that begins a line of its own or may always be followed by one. */
  end(): void {
    this.open = 0
    this.lastIdeograph = 0
  }
}

/** What the heaviest run of a text weighs, in characters of the Latin script. */
export function heaviestRunOf(text: string): number {
  const runs = new TextRuns()
  runs.add(text)
  return heaviestSoFar(runs)
}

/** The same of content of a document or a comment: a run goes on over marks, and ends at whatever is no text. */
export function heaviestRunIn(content: Fragment | Node): number {
  const runs = new TextRuns()
  let heaviest = 0
  content.descendants((node) => {
    if (!node.isText) runs.end()
    else {
      runs.add(node.text!)
      heaviest = Math.max(heaviest, heaviestSoFar(runs))
    }
  })
  return heaviest
}

/**
 * True when each string of a JSON value, by itself, can be laid out in a moment: no run of it weighs more than `limit`.
 * What goes on over several strings, as text over its marks, is for who knows what they are (`heaviestRunIn`).
 */
export function isLaidOutQuickly(value: unknown, limit: number): boolean {
  const left = [value]
  while (left.length > 0) {
    const next = left.pop()
    if (typeof next === 'string') {
      if (next.length * heaviestCharacter > limit && heaviestRunOf(next) > limit) return false
    } else if (next !== null && typeof next === 'object') {
      // one by one: as arguments a million of them overflow the stack
      for (const inner of Object.values(next)) left.push(inner)
    }
  }
  return true
}

const heaviestSoFar = ({ open, closed, inner }: TextRuns): number => Math.max(open, closed ?? 0, inner)
