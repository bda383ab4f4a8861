/**
 * Characters that have no form of their own and change how others are read, or are read by machines alone: those that
 * turn the direction of a text (Unicode's Bidi_Control, and deprecated ones), that spell with tags, that annotate, and
 * unseen operators. What only joins letters, or lets a line end, is none of them.
 */
const formatCharacter =
  /[\u061c\u200e\u200f\u202a-\u202e\u2061-\u2064\u2066-\u206f\ufff9-\ufffb]|[\u{e0001}\u{e0020}-\u{e007f}]/gu

const codeOf = (sign: string): string =>
  `⟦U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟧`

/** A text in which each of these characters is shown by its code, and obeyed by nobody. */
export const showFormatCharacters = (text: string): string => text.replace(formatCharacter, codeOf)

/** Where a text holds them, with the code of each. */
export const formatCharactersAt = (text: string): { index: number; sign: string; code: string }[] =>
  Array.from(text.matchAll(formatCharacter), ({ index, 0: sign }) => ({ index, sign, code: codeOf(sign) }))

/** The codes of those that a text holds, each once, in their order. */
export const formatCharactersIn = (text: string): string[] => [
  ...new Set(formatCharactersAt(text).map(({ code }) => code)),
]
