import { formatCharactersAt } from './format-characters.ts'

/** Ends of lines and other controls, which stand for nothing within a name; NUL is refused, as nothing can store it. */
const control = /(?:(?!\0)[\p{Cc}\u2028\u2029])+/gu
const controlInText = /(?:(?![\n\r\t\0])[\p{Cc}\u2028\u2029])+/gu

/** What nobody sees, what turns the direction of what stands around it, and what annotates. */
const unseen = /[\p{DI}\ufff9-\ufffb]/u

/** White space in all its widths, and the Braille sign without a dot. */
const space = /[\s\u2800]+/gu

/** A name or a title as it is seen: what is not seen in it goes, and all white space is one space. */
export const cleanLine = (text: string): string =>
  withoutUnseen(text.normalize('NFC').replace(control, ' ')).replace(space, ' ').trim()

/** The same for a text of several lines, whose breaks and spaces stay as they are. */
export const cleanText = (text: string): string =>
  withoutUnseen(text.normalize('NFC').replace(controlInText, ' ')).trim()

function withoutUnseen(text: string): string {
  let clean = ''
  let from = 0
  for (const { index, sign } of formatCharactersAt(text)) {
    if (!unseen.test(sign)) continue
    clean += text.slice(from, index)
    from = index + sign.length
  }
  return clean + text.slice(from)
}
