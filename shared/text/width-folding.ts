/** Words in one width: `Ｍ６`, as a Chinese input method may write it, is `M6`. Places in them may differ from the original's. */
export const foldWidth = (words: string): string => words.normalize('NFKC')

/** Words as they are compared when something is looked for: in one width and one case. */
export const foldWords = (words: string): string => foldWidth(words).toLowerCase()
