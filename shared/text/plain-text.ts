import { z } from 'zod'
import { cleanLine, cleanText } from './clean-line.ts'
import { isStorable } from './storable.ts'

/**
 * What is longer than this many times what may stay is refused as it came: to bring marks into one order takes the square
 * of how many stand behind a letter.
 */
const mostOfAll = 4

const cleanedBy = (clean: (text: string) => string, atMost: number) =>
  z
    .string()
    .overwrite((text) => (text.length > mostOfAll * atMost ? text : clean(text)))
    .max(atMost)
    .refine((value) => isStorable(value))

/** One line that is shown as it was typed, without what nobody sees: a name, a title. At most `atMost` UTF-16 units. */
export const plainLine = (atMost: number) => cleanedBy(cleanLine, atMost)

/** Some lines that are shown as they were typed, without what nobody sees, such as a description. */
export const plainText = (atMost: number) => cleanedBy(cleanText, atMost)
