/**
 * True when `words` stand in `text` so that they begin at one of the characters from `first` to `last`. Takes time for
 * each character once, whatever they are: `indexOf` compares anew behind each place, which is quadratic in a text such as
 * "aaaa…". (Knuth, Morris, Pratt, Fast pattern matching in strings, 1977)
 */
export function standsBetween(text: string, words: string, first: number, last: number): boolean {
  const begin = Math.max(0, first)
  if (words === '' || last < begin) return false
  const fallback = fallbacksOf(words)
  const end = Math.min(text.length, last + words.length)
  let matched = 0
  for (let at = begin; at < end; at++) {
    while (matched > 0 && text[at] !== words[matched]) matched = fallback[matched - 1]!
    if (text[at] === words[matched]) matched++
    if (matched === words.length) return true
  }
  return false
}

/** For each beginning of the words, how many of its last characters are the words' first ones. */
function fallbacksOf(words: string): Uint32Array {
  const fallback = new Uint32Array(words.length)
  let matched = 0
  for (let at = 1; at < words.length; at++) {
    while (matched > 0 && words[at] !== words[matched]) matched = fallback[matched - 1]!
    if (words[at] === words[matched]) matched++
    fallback[at] = matched
  }
  return fallback
}
