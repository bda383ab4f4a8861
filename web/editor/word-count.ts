export interface TextCount {
  /** Words; each Chinese character counts as one, as Word counts. */
  words: number
  /** Characters without white space. */
  characters: number
}

const han = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu
const word = /[\p{L}\p{N}]+(?:['’.,:/-][\p{L}\p{N}]+)*/gu

/** Counts words and characters of a text in any mix of Chinese and Latin. */
export function countText(text: string): TextCount {
  const chinese = text.match(han)?.length ?? 0
  const others = text.replace(han, ' ').match(word)?.length ?? 0
  const characters = [...text.replace(/\s/gu, '')].length
  return { words: chinese + others, characters }
}
