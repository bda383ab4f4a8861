/**
 * Characters that a reader does not see and the record holds: those that turn the direction of a text (Unicode's
 * Bidi_Control), that spell with tags, that annotate, controls, all others that are drawn as nothing
 * (Default_Ignorable_Code_Point), and those for private use, which each font draws as something else. And the brackets that a code stands in: where somebody types one, it has a code too,
 * so that no typed code looks like one of ours.
 */
const candidate = /(?![\t\n\r])[\p{Cc}\p{Co}\p{DI}\ufff9-\ufffb⟦⟧〚〛]/gu

/** Scripts whose letters join, or stand without spaces, so that they are not written without these characters. */
const joining =
  /[\p{Script=Arab}\p{Script=Syrc}\p{Script=Mong}\p{Script=Deva}\p{Script=Beng}\p{Script=Guru}\p{Script=Gujr}\p{Script=Orya}\p{Script=Taml}\p{Script=Telu}\p{Script=Knda}\p{Script=Mlym}\p{Script=Sinh}\p{Script=Khmr}\p{Script=Mymr}\p{Script=Tibt}]/u
const unspaced = /[\p{Script=Thai}\p{Script=Laoo}\p{Script=Khmr}\p{Script=Mymr}]/u
const emoji = /\p{Extended_Pictographic}/u
const emojiEnd = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u
const letter = /\p{L}/u

/**
 * What such a character does honestly, by what stands on both sides of it: it joins letters or emoji, chooses a form of
 * the sign before it, or says where a word is divided. It has no code then, as it changes no word, number or order.
 */
const honest: [sign: RegExp, is: (before: string, after: string) => boolean][] = [
  // in emoji made of several, and in scripts that join
  [/\u200d/, (before, after) => (emojiEnd.test(before) && emoji.test(after)) || joining.test(before)],
  [/\u200c/, (before, after) => joining.test(before) && joining.test(after)],
  // a key's cap is a digit, the selector and the cap
  [
    /[\ufe0e\ufe0f]/,
    (before, after) => isSelectable(before) || (/[\d#*]/.test(before) && after === '\u20e3'),
  ],
  [/[\ufe00-\ufe0d]/, (before) => isSelectable(before)],
  [/[\u{e0100}-\u{e01ef}]/u, (before) => /\p{Script=Han}/u.test(before)],
  [/[\u180b-\u180f]/, (before) => /\p{Script=Mong}/u.test(before)],
  [/[\u115f\u1160]/, (_, after) => /[\u1160-\u11ff]/.test(after)],
  // beside a digit or a sign, the hyphen that it leaves at a line's end reads as a minus
  [/\u00ad/, (before, after) => letter.test(before) && letter.test(after)],
  [/\u200b/, (before, after) => unspaced.test(before) && unspaced.test(after)],
]

const isSelectable = (before: string): boolean =>
  /[\p{Extended_Pictographic}\p{Script=Han}\p{Sm}]/u.test(before)

/** What is shown in place of a character that nobody would see as what it is. */
export const codeOf = (sign: string): string =>
  `⟦U+${sign.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}⟧`

/** The last character that ends before an index, and the one that begins at an index; empty at the text's ends. */
function characterBefore(text: string, index: number): string {
  const last = text.charCodeAt(index - 1)
  const isHalf = last >= 0xdc00 && last < 0xe000
  return text.slice(Math.max(0, index - (isHalf ? 2 : 1)), index)
}
const characterAt = (text: string, index: number): string =>
  index < text.length ? String.fromCodePoint(text.codePointAt(index)!) : ''

const isShown = (text: string, index: number, sign: string): boolean =>
  !honest.some(
    ([signs, is]) =>
      signs.test(sign) && is(characterBefore(text, index), characterAt(text, index + sign.length)),
  )

/** A text in which each of these characters is shown by its code, and obeyed by nobody. */
export const showFormatCharacters = (text: string): string =>
  text.replace(candidate, (sign, index: number) => (isShown(text, index, sign) ? codeOf(sign) : sign))

/** Where a text holds them, with the code of each. */
export const formatCharactersAt = (text: string): { index: number; sign: string; code: string }[] =>
  Array.from(text.matchAll(candidate), ({ index, 0: sign }) => ({ index, sign, code: codeOf(sign) })).filter(
    ({ index, sign }) => isShown(text, index, sign),
  )

/** The codes of those that a text holds, each once, in their order. */
export const formatCharactersIn = (text: string): string[] => [
  ...new Set(formatCharactersAt(text).map(({ code }) => code)),
]
