import { z } from 'zod'
import { cleanLine, cleanText } from './clean-line.ts'
import { isStorable } from './storable.ts'

/** One line that is shown as it was typed, without what nobody sees: a name, a title. At most `atMost` UTF-16 units. */
export const plainLine = (atMost: number) =>
  z
    .string()
    .overwrite(cleanLine)
    .max(atMost)
    .refine((value) => isStorable(value))

/** Some lines that are shown as they were typed, without what nobody sees, such as a description. */
export const plainText = (atMost: number) =>
  z
    .string()
    .overwrite(cleanText)
    .max(atMost)
    .refine((value) => isStorable(value))
