import { z } from 'zod'
import { isStorable } from './storable.ts'

/** Controls, line separators, and what turns the direction of the text around it: in a name they only deceive. */
const deceiving = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** The same, but for the breaks and tabs of a text of several lines. */
const deceivingInText = /(?![\n\r\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

/** One line that is shown as it was typed: a name, a title. At most `atMost` UTF-16 units. */
export const plainLine = (atMost: number) =>
  z
    .string()
    .trim()
    .max(atMost)
    .refine((value) => isStorable(value) && !deceiving.test(value))

/** Some lines that are shown as they were typed, such as a description. */
export const plainText = (atMost: number) =>
  z
    .string()
    .trim()
    .max(atMost)
    .refine((value) => isStorable(value) && !deceivingInText.test(value))
