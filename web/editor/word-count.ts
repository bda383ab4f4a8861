import type { Node } from '@tiptap/pm/model'

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

/** Blocks are never changed, only replaced: each is counted once. */
const counted = new WeakMap<Node, TextCount>()

/** The count of a whole text. */
export function countNode(doc: Node): TextCount {
  const whole = { words: 0, characters: 0 }
  doc.forEach((block) => {
    const count = counted.get(block) ?? countText(block.textBetween(0, block.content.size, '\n'))
    counted.set(block, count)
    whole.words += count.words
    whole.characters += count.characters
  })
  return whole
}
