import type { Comment, Replacement, Thread } from '../review.ts'

/** The words of a replacement, with a line break between its paragraphs. */
export function plainOf(replacement: Replacement): string {
  const blocks: string[] = ['']
  const read = (node: Replacement[number]) => {
    if (node.type === 'text') blocks[blocks.length - 1] += String(node.text)
    else if (node.type === 'hardBreak') blocks[blocks.length - 1] += '\n'
    else if (node.type === 'inlineMath') blocks[blocks.length - 1] += (node.attrs as { latex: string }).latex
    else if (node.type === 'imageFile') blocks.push((node.attrs as { alt: string }).alt)
    else {
      blocks.push('')
      for (const child of (node.content as Replacement | undefined) ?? []) read(child)
    }
  }
  replacement.forEach(read)
  return blocks.join('\n').trim()
}

/** What a proposal without a reason says in its comment: its words, or that there are none. */
export const wordlessBody = (replacement: Replacement): string => plainOf(replacement) || '—'

/** True for a proposal's comment that came without a reason: it says again what the proposal shows already. */
export const saysOnlyItsWords = (
  { replacement }: Pick<Thread, 'replacement'>,
  { body, withdrawnAt }: Pick<Comment, 'body' | 'withdrawnAt'>,
): boolean => replacement !== null && !withdrawnAt && body === wordlessBody(replacement)
