import { foldWidth, foldWords } from '../../shared/text/width-folding.ts'
import type { Snippet } from '../../shared/search.ts'

/** The words of a search, in one width and case, the longest first; at most eight of them count. */
export const termsOf = (query: string): string[] =>
  [...new Set(foldWords(query).split(/\s+/).filter(Boolean))]
    .sort((one, other) => other.length - one.length)
    .slice(0, 8)

/** What is looked for to lead somewhere: all words as they were written beside each other, else each for itself. */
export const wantedIn = (query: string, terms: string[]): string[] =>
  terms.length > 1 ? [foldWords(query).trim().replace(/\s+/g, ' '), ...terms] : terms

const hasCase = (term: string) => term !== term.toUpperCase()
const pattern = (term: string) => `%${term.replace(/[\\%_]/g, String.raw`\$&`)}%`
const clean = (part: string) => part.replace(/\s+/g, ' ')

/** Patterns for `LIKE` and `ILIKE`: what has no upper and lower case is compared as it stands, in half the time. */
export function patternsOf(terms: string[]): { exact: string[]; folded: string[] } {
  return {
    exact: terms.filter((term) => !hasCase(term)).map(pattern),
    folded: terms.filter(hasCase).map(pattern),
  }
}

/** Characters shown before and after what was found. */
const around = 40

/** The first place where one of the terms stands in a text; its beginning when none does. */
export function snippetOf(written: string, terms: string[]): Snippet {
  const narrow = foldWidth(written)
  // a sign that stands for several characters (㎜) moves those behind it: then the text is shown as it was looked through
  const text = narrow.length === written.length ? written : narrow
  const folded = foldWords(written)
  // likewise where only the case changes the length (İ)
  const where = folded.length === text.length ? folded : text
  const at = terms.map((term) => ({ term, index: where.indexOf(term) })).find(({ index }) => index >= 0)
  const from = at?.index ?? 0
  const to = from + (at?.term.length ?? 0)
  const before = clean(text.slice(Math.max(0, from - around), from))
  const after = clean(text.slice(to, to + around * 2))
  return {
    before: (from > around ? '…' : '') + before,
    match: text.slice(from, to),
    after: after + (to + around * 2 < text.length ? '…' : ''),
  }
}
