/**
 * Characters that stay one unit each, in a run of them, and after these what may become more or fewer: a base with the
 * marks that belong to it, those of half-width katakana too.
 */
const parts =
  /((?:[\u{20}-\u{7e}\u{3000}-\u{3029}\u{4e00}-\u{9fff}\u{ff01}-\u{ff5e}](?![\p{M}\u{ff9e}\u{ff9f}]))+)|[^][\p{M}\u{ff9e}\u{ff9f}]*/gu

interface Folded {
  text: string
  /** Of each of its units, where the character that it comes from begins in the text as it stands. */
  places: number[]
}

/** A text as it is compared: `Ｍ６` as `M6`, and unless `keepsCase` in one case. */
function fold(text: string, keepsCase: boolean): Folded {
  const places: number[] = []
  let folded = ''
  for (const { 0: part, 1: run, index } of text.matchAll(parts)) {
    const narrow = part.normalize('NFKC')
    const one = keepsCase ? narrow : narrow.toLowerCase()
    for (let unit = 0; unit < one.length; unit++) places.push(run ? index + unit : index)
    folded += one
  }
  return { text: folded, places }
}

/** Where some words stand in a text, whatever their width, one place after the other. */
export function* foldedPlaces(
  words: string,
  text: string,
  keepsCase: boolean,
): Generator<{ start: number; end: number }> {
  const wanted = fold(words, keepsCase).text
  if (wanted === '') return
  const { text: folded, places } = fold(text, keepsCase)
  const placeOf = (at: number) => places[at] ?? text.length
  let last = 0
  for (let at = folded.indexOf(wanted); at >= 0; at = folded.indexOf(wanted, at + 1)) {
    let end = at + wanted.length
    // a character that became several is found as a whole
    while (end < folded.length && places[end] === places[end - 1]) end++
    const found = { start: placeOf(at), end: placeOf(end) }
    if (found.start < last) continue
    last = found.end
    yield found
  }
}

/**
 * In place of the engine for regular expressions that finding would use: it is large, and what is looked for here are
 * words, not patterns. What imports `re2js` gets this (vite.config.ts); only what it uses is here.
 */
export const RE2JS = {
  CASE_INSENSITIVE: 1,
  compile: (words: string, flags: number) => ({
    matcher(text: string) {
      const places = foldedPlaces(words, text, flags === 0)
      let found = { start: 0, end: 0 }
      return {
        find(): boolean {
          const next = places.next()
          if (next.done) return false
          found = next.value
          return true
        },
        start: () => found.start,
        group: () => text.slice(found.start, found.end),
      }
    },
  }),
}
