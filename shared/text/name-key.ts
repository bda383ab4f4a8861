import { foldWords } from './width-folding.ts'

/** What makes two names look like one: width, case, spaces and signs that nobody sees do not tell people apart. */
export const nameKey = (name: string): string =>
  foldWords(name)
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
